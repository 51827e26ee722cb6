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
import { oid } from "../types/type.ts";
import type { Catalog, Relation } from "./catalog.ts";
import { hasColumnPrivilege } from "./privileges.ts";
import {
  findTable,
  hidesRows,
  place,
  valueText,
  type ViolationContext,
} from "./violation_context.ts";

export {
  duplicateKey,
  missingReference,
  stillReferenced,
  uniqueViolation,
} from "./key_violations.ts";
export type { ViolationContext } from "./violation_context.ts";

/** SQLite functions that CHECKs call; both return nothing and always throw. */
export const violationFunction = {
  notNull: "pg_not_null_failed",
  check: "pg_check_failed",
} as const;

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

function cut(text: string): string {
  if (text.length <= longestValue) return text;
  return `${text.slice(0, longestValue)}...`;
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
  const relation = findTable(context.catalog, table);
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
  const relation = findTable(context.catalog, table);
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
