/**
 * Finds the row for which a transaction cannot be committed: its deferred foreign key points nowhere.
 *
 * @module
 */

import type {
  Catalog,
  Constraint,
  Relation,
} from "../../sql/catalog/catalog.ts";
import { fixedOid } from "../../sql/catalog/catalog.ts";
import { missingReference } from "../../sql/catalog/violations.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import { EngineError } from "../engine.ts";
import type { Connection } from "./connection.ts";
import { quoteName } from "../../sql/sqlite_words.ts";

/**
 * @param connection The writer's connection, in the transaction.
 * @param catalog What the tables are; nothing before there is a catalog.
 * @param context For the text of values.
 * @returns Error 23503 with the row.
 */
export async function deferredViolation(
  connection: Connection,
  catalog: Catalog | undefined,
  context: EvalContext | undefined,
): Promise<Error> {
  if (catalog === undefined) {
    return new EngineError(
      "23503",
      "Cannot commit: a deferred foreign key points nowhere",
    );
  }
  const found = await brokenReference(connection, {
    catalog,
    context,
    wanted: () => true,
  });
  return found ?? new SqlError(
    "23503",
    "insert or update on a table violates a deferred foreign key constraint",
  );
}

/**
 * @param connection The writer's connection, in the transaction.
 * @param options What to look at.
 * @returns Error 23503 with the first row that points nowhere; nothing if there is none.
 */
export async function brokenReference(
  connection: Connection,
  { catalog, context, wanted }: {
    /** What the tables are. */
    readonly catalog: Catalog;
    /** For the text of values. */
    readonly context: EvalContext | undefined;
    /** Which constraints to look at. */
    readonly wanted: (constraint: Constraint) => boolean;
  },
): Promise<Error | undefined> {
  for (const relation of catalog.relations()) {
    for (const constraint of relation.constraints) {
      if (constraint.foreign === undefined || !wanted(constraint)) continue;
      const key = await findRow(connection, catalog, relation, constraint);
      if (key === undefined || context === undefined) continue;
      return missingReference(relation.oid, constraint, key, {
        catalog,
        eval: context,
        role: fixedOid.postgres,
      });
    }
  }
  return undefined;
}

async function findRow(
  connection: Connection,
  catalog: Catalog,
  relation: Relation,
  { columns, foreign }: Constraint,
): Promise<readonly Datum[] | undefined> {
  const target = catalog.relation(foreign?.table ?? 0);
  if (target === undefined) return undefined;
  const own = columns.map((number) => `c.${storage(relation, number)}`);
  const theirs = foreign?.columns.map((n) => `p.${storage(target, n)}`) ?? [];
  const equal = own.map((column, i) => `${theirs[i]} = ${column}`);
  const present = own.map((column) => `${column} IS NOT NULL`);
  const statement = connection.database.prepare(
    `SELECT ${own.join(", ")} FROM main.${quoteName(relation.storage)} AS c ` +
      `WHERE ${present.join(" AND ")} AND NOT EXISTS (SELECT 1 FROM ` +
      `main.${quoteName(target.storage)} AS p WHERE ${
        equal.join(" AND ")
      }) LIMIT 1`,
  );
  const { rows } = await connection.offThread(statement, [], {});
  return rows[0] as readonly Datum[] | undefined;
}

function storage(relation: Relation, number: number): string {
  const column = relation.columns.find((each) => each.number === number);
  return quoteName(column?.storage ?? "");
}
