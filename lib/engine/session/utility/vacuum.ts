/**
 * VACUUM and ANALYZE: statistics for the planner. SQLite has no dead rows to clear away.
 *
 * @module
 */

import type { VacuumRelation, VacuumStmt } from "@pgsql/types";
import { fixedOid, type Relation } from "../../../sql/catalog/catalog.ts";
import { asMemoryCatalog } from "../../../sql/catalog/memory_catalog.ts";
import { SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";
import { findNamed, owns } from "./find_relation.ts";
import { elements, isOn, names, notInBlock } from "./nodes.ts";
import type { Utility } from "./utility.ts";

/** What a statement does to tables. */
interface Wanted {
  /** `vacuum` or `analyze`, as warnings call it. */
  readonly verb: string;
  readonly analyze: boolean;
}

/** Others' tables are passed over with a warning, as PostgreSQL does. */
function mayTouch(
  core: SessionCore,
  relation: Relation,
  { verb }: Wanted,
): boolean {
  const { owner } = asMemoryCatalog(core.catalog).database;
  if (owns(core, relation.owner) || owns(core, owner)) return true;
  const who = relation.schema === fixedOid.pgCatalog ? "superuser" : "table";
  core.warn(
    "01000",
    `skipping "${relation.name}" --- only ${who} or database owner can ${verb} it`,
  );
  return false;
}

function hasRows({ kind, schema }: Relation): boolean {
  return kind === "r" || kind === "m" || schema === fixedOid.pgCatalog;
}

function named(
  core: SessionCore,
  { relation: name, va_cols: columns }: VacuumRelation,
  wanted: Wanted,
): Relation[] {
  if (name === undefined) return [];
  const { relation, index } = findNamed(core, name);
  if (!mayTouch(core, relation, wanted)) return [];
  if (index !== undefined || !hasRows(relation)) {
    core.warn(
      "01000",
      `skipping "${
        index?.name ?? relation.name
      }" --- cannot ${wanted.verb} non-tables or special system tables`,
    );
    return [];
  }
  if (columns !== undefined && !wanted.analyze) {
    throw new SqlError(
      "0A000",
      "ANALYZE option must be specified when a column list is provided",
    );
  }
  for (const column of names(columns)) {
    if (relation.columns.some((each) => each.name === column)) continue;
    throw new SqlError(
      "42703",
      `column "${column}" of relation "${relation.name}" does not exist`,
    );
  }
  return [relation];
}

/** See the top of the file. */
export const vacuum: Utility = {
  name: "VACUUM",
  async run({ core, node, alone }) {
    const { is_vacuumcmd: isVacuum = false, rels, options } =
      (node as { VacuumStmt: VacuumStmt }).VacuumStmt;
    const word = isVacuum ? "VACUUM" : "ANALYZE";
    if (isVacuum && !alone) throw notInBlock(word);
    const wanted = {
      verb: word.toLowerCase(),
      analyze: !isVacuum ||
        elements(options).some((each) =>
          each.defname === "analyze" && isOn(each)
        ),
    };
    const tables = rels === undefined
      ? [...core.catalog.relations()].filter((relation) =>
        relation.storage !== "" && hasRows(relation) &&
        mayTouch(core, relation, wanted)
      )
      : rels.flatMap((rel) =>
        "VacuumRelation" in rel ? named(core, rel.VacuumRelation, wanted) : []
      );
    if (wanted.analyze && !core.transaction.modes.readOnly) {
      const lease = await core.transaction.acquire();
      for (const { storage } of tables) {
        if (storage === "") continue;
        await lease.run(`ANALYZE "${storage.replaceAll('"', '""')}"`);
      }
    }
    return { tag: word };
  },
};
