/**
 * Errors of constraints that rows violate, worded as PostgreSQL words them (23502, 23503, 23505, 23514).
 *
 * SQLite finds the violation, but only says that there was one. CHECK and NOT NULL therefore call a
 * function of ours when they fail, with the row as a JSON array; for keys the engine asks SQLite for
 * the row that is to blame and builds the error here.
 *
 * | SQLite function | calls |
 * |---|---|
 * | `pg_not_null_failed(table oid, column number, json_array(all columns))` | {@linkcode notNullViolation} |
 * | `pg_check_failed(table oid, constraint oid, json_array(all columns))` | {@linkcode checkViolation} |
 *
 * `json_array` holds the columns of `relation.columns` in order, bytea as hexadecimal digits.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { oid } from "../types/type.ts";
import type { Catalog, Constraint, Index, Relation } from "./catalog.ts";
import { hasColumnPrivilege } from "./privileges.ts";

/** SQLite functions that CHECKs call; both return nothing and always throw. */
export const violationFunction = {
  notNull: "pg_not_null_failed",
  check: "pg_check_failed",
} as const;

/** Where an error is made. */
export interface ViolationContext {
  readonly catalog: Catalog;
  readonly eval: EvalContext;
  /** Who gets the error: columns that this role may not read stay out of it. */
  readonly role: number;
}

/** Longer values are cut in details. */
const longestValue = 64;

/**
 * @param type Oid of a type.
 * @param catalog Where domains are found.
 * @returns Whether its datums are bytes.
 */
export function isBytes(type: number, catalog: Catalog): boolean {
  let found = catalog.type(type);
  while (found?.kind === "d" && found.baseType !== undefined) {
    found = catalog.type(found.baseType);
  }
  return found?.oid === oid.bytea;
}

/**
 * Reads what a CHECK passed.
 *
 * @param json Text of `json_array(…)`.
 * @param relation Its table.
 * @param catalog Where types are found.
 * @returns Datums of `relation.columns`.
 */
export function readViolatingRow(
  json: string,
  relation: Relation,
  catalog: Catalog,
): Datum[] {
  // deno-lint-ignore no-explicit-any
  const revive = (_key: string, value: unknown, source?: any) =>
    typeof value === "number" && /^-?\d{16,}$/.test(source?.source ?? "")
      ? BigInt(source.source)
      : value;
  const values = JSON.parse(json, revive) as Datum[];
  return relation.columns.map(({ type }, i) => {
    const value = values[i] ?? null;
    return typeof value === "string" && isBytes(type, catalog)
      ? Uint8Array.fromHex(value)
      : value;
  });
}

function found(
  catalog: Catalog,
  table: number,
): Relation {
  const relation = catalog.relation(table);
  if (relation !== undefined) return relation;
  throw new SqlError("XX000", `could not open relation with OID ${table}`);
}

function place(catalog: Catalog, relation: Relation) {
  return {
    schema: catalog.schema(relation.schema)?.name,
    table: relation.name,
  };
}

function valueText(
  value: Datum,
  type: number,
  context: ViolationContext,
): string {
  if (value === null) return "null";
  return context.catalog.type(type)?.output(value, context.eval) ??
    String(value);
}

function cut(text: string): string {
  if (text.length <= longestValue) return text;
  return `${text.slice(0, longestValue)}...`;
}

/** Row policies hide rows, so nothing of a row may be told. */
function hidesRows(relation: Relation, context: ViolationContext): boolean {
  if (!relation.rowSecurity) return false;
  const role = context.catalog.role(context.role);
  if (role === undefined || role.superuser || role.bypassRls) return false;
  return relation.forceRowSecurity || relation.owner !== context.role;
}

function failingRow(
  relation: Relation,
  values: readonly Datum[],
  context: ViolationContext,
): string | undefined {
  if (hidesRows(relation, context)) return undefined;
  const shown = relation.columns
    .map((column, i) => ({ column, value: values[i] ?? null }))
    .filter(({ column }) =>
      hasColumnPrivilege(
        context.catalog,
        context.role,
        relation,
        column.number,
        "r",
      )
    );
  if (shown.length === 0 && relation.columns.length > 0) return undefined;
  const texts = shown.map(({ column, value }) =>
    cut(valueText(value, column.type, context))
  );
  const row = `(${texts.join(", ")})`;
  if (shown.length === relation.columns.length) {
    return `Failing row contains ${row}.`;
  }
  const names = shown.map(({ column }) => column.name).join(", ");
  return `Failing row contains (${names}) = ${row}.`;
}

/**
 * @param table Oid of the table.
 * @param column Number of the column.
 * @param json Text of `json_array(…)`.
 * @param context Where it happened.
 * @returns Error 23502.
 */
export function notNullViolation(
  table: number,
  column: number,
  json: string,
  context: ViolationContext,
): SqlError {
  const relation = found(context.catalog, table);
  const name = relation.columns.find(({ number }) => number === column)
    ?.name ?? "";
  return new SqlError(
    "23502",
    `null value in column "${name}" of relation "${relation.name}" violates not-null constraint`,
    {
      detail: failingRow(
        relation,
        readViolatingRow(json, relation, context.catalog),
        context,
      ),
      ...place(context.catalog, relation),
      column: name,
    },
  );
}

/**
 * @param table Oid of the table.
 * @param constraint Oid of the constraint: a check, or a MATCH FULL foreign key with some NULLs.
 * @param json Text of `json_array(…)`.
 * @param context Where it happened.
 * @returns Error 23514, or 23503.
 */
export function checkViolation(
  table: number,
  constraint: number,
  json: string,
  context: ViolationContext,
): SqlError {
  const relation = found(context.catalog, table);
  const which = relation.constraints.find(({ oid }) => oid === constraint);
  const name = which?.name ?? "";
  if (which?.kind === "f") {
    return new SqlError(
      "23503",
      `insert or update on table "${relation.name}" violates foreign key constraint "${name}"`,
      {
        detail:
          "MATCH FULL does not allow mixing of null and nonnull key values.",
        ...place(context.catalog, relation),
        constraint: name,
      },
    );
  }
  return new SqlError(
    "23514",
    `new row for relation "${relation.name}" violates check constraint "${name}"`,
    {
      detail: failingRow(
        relation,
        readViolatingRow(json, relation, context.catalog),
        context,
      ),
      ...place(context.catalog, relation),
      constraint: name,
    },
  );
}

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
  const relation = found(context.catalog, table);
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
  const relation = found(context.catalog, table);
  const target = found(context.catalog, constraint.foreign?.table ?? 0);
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
  const relation = found(context.catalog, table);
  const target = found(context.catalog, constraint.foreign?.table ?? 0);
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
