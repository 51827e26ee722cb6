/**
 * Errors of keys: rows that are there twice, rows that refer to none, rows to which others refer.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { oid } from "../types/type.ts";
import type { Constraint, Index, Relation } from "./catalog.ts";
import { hasColumnPrivilege } from "./privileges.ts";
import {
  findTable,
  hidesRows,
  place,
  valueText,
  type ViolationContext,
} from "./violation_context.ts";

/** A key as details show it, `(a, b)=(1, x)`; nothing when the role may not read it. */
function keyText(
  relation: Relation,
  keys: readonly {
    readonly column: number;
    readonly text: string;
    readonly type: number;
  }[],
  values: readonly Datum[],
  context: ViolationContext,
): string | undefined {
  if (hidesRows(relation, context)) return undefined;
  const { catalog, role } = context;
  const readable = keys.every(({ column }) =>
    hasColumnPrivilege(catalog, role, relation, column, "r")
  );
  if (!readable) return undefined;
  const names = keys.map(({ text }) => text).join(", ");
  const texts = keys.map(({ type }, i) =>
    valueText(values[i] ?? null, type, context)
  );
  return `(${names})=(${texts.join(", ")})`;
}

function columnKeys(relation: Relation, columns: readonly number[]) {
  return columns.map((number) => {
    const column = relation.columns.find((each) => each.number === number);
    return {
      column: number,
      text: column?.name ?? "",
      type: column?.type ?? oid.text,
    };
  });
}

/**
 * @param table Oid of the table.
 * @param index The unique index.
 * @param values Datums of its keys.
 * @param context Where it happened.
 * @param types Types of its keys; needed for expressions only.
 * @returns Error 23505.
 */
export function uniqueViolation(
  table: number,
  index: Index,
  values: readonly Datum[],
  context: ViolationContext,
  types: readonly number[] = [],
): SqlError {
  const relation = findTable(context.catalog, table);
  const key = keyText(
    relation,
    indexKeys(relation, index, types),
    values,
    context,
  );
  return new SqlError(
    "23505",
    `duplicate key value violates unique constraint "${index.name}"`,
    {
      detail: key === undefined ? undefined : `Key ${key} already exists.`,
      ...place(context.catalog, relation),
      constraint: index.name,
    },
  );
}

/**
 * @param relation The table.
 * @param index The index that cannot be made.
 * @param values Datums of its keys, of a row that is there twice.
 * @param context Where it happened.
 * @param types Types of its keys; needed for expressions only.
 * @returns Error 23505.
 */
export function duplicateKey(
  relation: Relation,
  index: Index,
  values: readonly Datum[],
  context: ViolationContext,
  types: readonly number[] = [],
): SqlError {
  const key = keyText(
    relation,
    indexKeys(relation, index, types),
    values,
    context,
  );
  return new SqlError(
    "23505",
    `could not create unique index "${index.name}"`,
    {
      detail: key === undefined
        ? "Duplicate keys exist."
        : `Key ${key} is duplicated.`,
      ...place(context.catalog, relation),
      constraint: index.name,
    },
  );
}

function indexKeys(
  relation: Relation,
  index: Index,
  types: readonly number[],
) {
  return index.keys.map((key, i) =>
    key.column === 0
      ? {
        column: 0,
        text: key.expression?.text ?? "",
        type: types[i] ?? oid.text,
      }
      : columnKeys(relation, [key.column])[0] as {
        column: number;
        text: string;
        type: number;
      }
  );
}

/**
 * A row refers to one that is not there.
 *
 * @param table Oid of the referencing table.
 * @param constraint The foreign key.
 * @param values Datums of its columns.
 * @param context Where it happened.
 * @returns Error 23503.
 */
export function missingReference(
  table: number,
  constraint: Constraint,
  values: readonly Datum[],
  context: ViolationContext,
): SqlError {
  const relation = findTable(context.catalog, table);
  const target = findTable(context.catalog, constraint.foreign?.table ?? 0);
  const key = keyText(
    relation,
    columnKeys(relation, constraint.columns),
    values,
    context,
  );
  return new SqlError(
    "23503",
    `insert or update on table "${relation.name}" violates foreign key constraint "${constraint.name}"`,
    {
      detail: key === undefined
        ? `Key is not present in table "${target.name}".`
        : `Key ${key} is not present in table "${target.name}".`,
      ...place(context.catalog, relation),
      constraint: constraint.name,
    },
  );
}

/**
 * A row goes, or changes its key, to which others refer.
 *
 * @param table Oid of the referencing table.
 * @param constraint The foreign key.
 * @param values Datums of the referenced columns.
 * @param context Where it happened.
 * @returns Error 23503.
 */
export function stillReferenced(
  table: number,
  constraint: Constraint,
  values: readonly Datum[],
  context: ViolationContext,
): SqlError {
  const relation = findTable(context.catalog, table);
  const target = findTable(context.catalog, constraint.foreign?.table ?? 0);
  const key = keyText(
    target,
    columnKeys(target, constraint.foreign?.columns ?? []),
    values,
    context,
  );
  return new SqlError(
    "23503",
    `update or delete on table "${target.name}" violates foreign key constraint "${constraint.name}" on table "${relation.name}"`,
    {
      detail: key === undefined
        ? `Key is still referenced from table "${relation.name}".`
        : `Key ${key} is still referenced from table "${relation.name}".`,
      ...place(context.catalog, relation),
      constraint: constraint.name,
    },
  );
}
