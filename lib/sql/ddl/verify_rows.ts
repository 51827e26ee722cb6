/**
 * Looks whether the rows that are there meet a constraint that is being added.
 *
 * @module
 */

import type {
  Column,
  Constraint,
  Index,
  Relation,
} from "../catalog/catalog.ts";
import {
  duplicateKey,
  missingReference,
  type ViolationContext,
} from "../catalog/violations.ts";
import { SqlError } from "../error.ts";
import {
  conditionText,
  indexKeyTexts,
  indexKeyTypes,
  storageNames,
} from "./sqlite_table.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @returns Where errors about rows are made.
 */
export function violationContext(work: Work): ViolationContext {
  return {
    catalog: work.catalog,
    eval: work.context.env.eval,
    role: work.role,
  };
}

function place(work: Work, relation: Relation) {
  return {
    schema: work.catalog.schema(relation.schema)?.name,
    table: relation.name,
  };
}

/**
 * @param work Statement.
 * @param relation Table.
 * @param column Column that is to be NOT NULL.
 * @throws {SqlError} 23502 when it is NULL somewhere.
 */
export async function verifyNotNull(
  work: Work,
  relation: Relation,
  column: Column,
): Promise<void> {
  const found = await work.run(
    `SELECT 1 FROM ${quoteName(relation.storage)} WHERE ${
      quoteName(column.storage)
    } IS NULL LIMIT 1`,
  );
  if (found.length === 0) return;
  throw new SqlError(
    "23502",
    `column "${column.name}" of relation "${relation.name}" contains null values`,
    { ...place(work, relation), column: column.name },
  );
}

/**
 * @param work Statement.
 * @param relation Table.
 * @param constraint A check.
 * @throws {SqlError} 23514 when a row does not meet it.
 */
export async function verifyCheck(
  work: Work,
  relation: Relation,
  constraint: Constraint,
): Promise<void> {
  if (constraint.check === undefined) return;
  const found = await work.run(
    `SELECT 1 FROM ${quoteName(relation.storage)} WHERE (${
      conditionText(relation, work.env, constraint.check)
    }) IS FALSE LIMIT 1`,
  );
  if (found.length === 0) return;
  throw new SqlError(
    "23514",
    `check constraint "${constraint.name}" of relation "${relation.name}" is violated by some row`,
    { ...place(work, relation), constraint: constraint.name },
  );
}

/**
 * @param work Statement.
 * @param relation Referencing table.
 * @param constraint A foreign key.
 * @throws {SqlError} 23503 when a row refers to none.
 */
export async function verifyForeignKey(
  work: Work,
  relation: Relation,
  constraint: Constraint,
): Promise<void> {
  const { foreign } = constraint;
  if (foreign === undefined) return;
  const target = foreign.table === relation.oid
    ? relation
    : work.relation(foreign.table);
  const from = storageNames(relation, constraint.columns).map((name) =>
    `a.${quoteName(name)}`
  );
  const to = storageNames(target, foreign.columns).map((name) =>
    `b.${quoteName(name)}`
  );
  const present = from.map((name) => `${name} IS NOT NULL`).join(" AND ");
  const equal = to.map((name, i) => `${name} = ${from[i]}`).join(" AND ");
  const [row] = await work.run(
    `SELECT ${from.join(", ")} FROM ${
      quoteName(relation.storage)
    } AS a WHERE ${present} AND NOT EXISTS (SELECT 1 FROM ${
      quoteName(target.storage)
    } AS b WHERE ${equal}) LIMIT 1`,
  );
  if (row !== undefined) {
    throw missingReference(
      relation.oid,
      constraint,
      row,
      violationContext(work),
    );
  }
  if (foreign.match !== "f" || from.length < 2) return;
  const some = from.map((name) => `${name} IS NULL`).join(" OR ");
  const any = from.map((name) => `${name} IS NOT NULL`).join(" OR ");
  const mixed = await work.run(
    `SELECT 1 FROM ${
      quoteName(relation.storage)
    } AS a WHERE (${some}) AND (${any}) LIMIT 1`,
  );
  if (mixed.length === 0) return;
  throw new SqlError(
    "23503",
    `insert or update on table "${relation.name}" violates foreign key constraint "${constraint.name}"`,
    {
      detail:
        "MATCH FULL does not allow mixing of null and nonnull key values.",
      ...place(work, relation),
      constraint: constraint.name,
    },
  );
}

/**
 * @param work Statement.
 * @param relation Table.
 * @param index A unique index that is to be made.
 * @throws {SqlError} 23505 when two rows have one key.
 */
export async function verifyUnique(
  work: Work,
  relation: Relation,
  index: Index,
): Promise<void> {
  const keys = indexKeyTexts(relation, index, work.env);
  const conditions = [
    ...(index.predicate === undefined
      ? []
      : [`(${conditionText(relation, work.env, index.predicate)})`]),
    ...(index.nullsNotDistinct ? [] : keys.map((key) => `${key} IS NOT NULL`)),
  ];
  const where = conditions.length === 0
    ? ""
    : ` WHERE ${conditions.join(" AND ")}`;
  const list = keys.join(", ");
  const [row] = await work.run(
    `SELECT ${list} FROM ${
      quoteName(relation.storage)
    }${where} GROUP BY ${list} HAVING count(*) > 1 LIMIT 1`,
  );
  if (row === undefined) return;
  throw duplicateKey(
    relation,
    index,
    row,
    violationContext(work),
    indexKeyTypes(relation, index, work.env),
  );
}
