/**
 * TRUNCATE.
 *
 * @module
 */

import type { TruncateStmt } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import {
  hasPrivilege,
  permissionDenied,
  privilegedRelation,
} from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { findRelation } from "./lookup.ts";
import { ownedSequences } from "./owned_sequences.ts";
import { restartSequence } from "./sequence.ts";
import { replaceTableTexts } from "./sqlite_schema.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param statement TRUNCATE.
 * @returns Command tag.
 */
export async function truncate(
  work: Work,
  statement: TruncateStmt,
): Promise<string> {
  const tables = new Map<number, Relation>();
  for (const node of statement.relations ?? []) {
    if (!("RangeVar" in node)) continue;
    const relation = findRelation(work, node.RangeVar);
    checkTable(work, relation);
    tables.set(relation.oid, relation);
  }
  // The map grows while it is walked: those that refer to what is added follow it.
  for (const table of tables.values()) {
    for (const other of referringTo(work, table)) {
      if (tables.has(other.oid)) continue;
      if (statement.behavior !== "DROP_CASCADE") {
        throw new SqlError(
          "0A000",
          "cannot truncate a table referenced in a foreign key constraint",
          {
            detail: `Table "${other.name}" references "${table.name}".`,
            hint:
              `Truncate table "${other.name}" at the same time, or use TRUNCATE ... CASCADE.`,
          },
        );
      }
      work.notice("00000", `truncate cascades to table "${other.name}"`);
      checkTable(work, other);
      tables.set(other.oid, other);
    }
  }
  await empty(work, [...tables.values()]);
  if (statement.restart_seqs) {
    for (const { oid } of tables.values()) {
      for (
        const { oid: sequence, sequence: own } of ownedSequences(work, oid)
      ) {
        if (own !== undefined) {
          await restartSequence(work, sequence, own.start);
        }
      }
    }
  }
  return "TRUNCATE TABLE";
}

function checkTable(work: Work, relation: Relation): void {
  if (relation.kind !== "r") {
    throw new SqlError("42809", `"${relation.name}" is not a table`);
  }
  if (
    !work.system &&
    (relation.schema === fixedOid.pgCatalog || relation.storage === "")
  ) {
    throw new SqlError(
      "42501",
      `permission denied: "${relation.name}" is a system catalog`,
    );
  }
  if (
    !hasPrivilege(work.catalog, work.role, privilegedRelation(relation), "D")
  ) throw permissionDenied(`table ${relation.name}`);
}

function referringTo(work: Work, { oid }: Relation): Relation[] {
  return [...work.catalog.objects("relation").values()].filter((other) =>
    other.oid !== oid &&
    other.constraints.some(({ foreign }) => foreign?.table === oid)
  );
}

/** Takes all rows out at once; foreign keys among them are put aside for the while. */
async function empty(work: Work, tables: readonly Relation[]): Promise<void> {
  const bound = tables.filter(({ constraints }) =>
    constraints.some(({ kind }) => kind === "f")
  );
  if (bound.length > 0) {
    await replaceTableTexts(work, bound, { withoutKeys: true });
  }
  for (const { storage } of tables) {
    await work.run(`DELETE FROM ${quoteName(storage)}`);
  }
  if (bound.length > 0) await replaceTableTexts(work, bound);
}
