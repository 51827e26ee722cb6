/**
 * How values of a type are kept, as far as printing depends on it.
 *
 * @module
 */

import { baseTypeOf } from "../analyze/type_facts.ts";
import type { Environment } from "../environment.ts";
import { oid } from "../types/type.ts";

/** Storage classes of SQLite. */
export type Storage = "integer" | "real" | "blob" | "text";

/**
 * @param env Where to look.
 * @param type Type.
 * @returns How its values are kept (see `lib/sql/datum.ts`).
 */
export function storageOf(env: Environment, type: number): Storage {
  const base = baseTypeOf(env, type).type;
  switch (base) {
    case oid.bool:
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.oid:
    case oid.xid:
    case oid.cid:
    case oid.regproc:
    case oid.regprocedure:
    case oid.regclass:
    case oid.regtype:
    case oid.regconfig:
    case oid.regnamespace:
    case oid.regrole:
    case oid.date:
    case oid.time:
    case oid.timestamp:
    case oid.timestamptz:
      return "integer";
    case oid.float4:
    case oid.float8:
      return "real";
    case oid.bytea:
      return "blob";
    default:
      return "text";
  }
}

/**
 * @param env Where to look.
 * @param type Type.
 * @returns SQLite collation of its order; nothing for SQLite's own.
 */
export function collationOf(
  env: Environment,
  type: number,
): string | undefined {
  return env.catalog.type(baseTypeOf(env, type).type)?.collation;
}

/**
 * An element or field that SQLite's JSON functions gave.
 *
 * @param env Where to look.
 * @param type Its type.
 * @param sql Expression that gives it; repeated, so it should be simple.
 * @returns Expression of its datum.
 */
export function elementValue(
  env: Environment,
  type: number,
  sql: string,
): string {
  switch (storageOf(env, type)) {
    case "real":
      return `(CASE ${sql} WHEN 'Infinity' THEN 9e999 WHEN '-Infinity' THEN -9e999 WHEN 'NaN' THEN 'NaN' ELSE CAST(${sql} AS REAL) END)`;
    case "blob":
      return `unhex(substr(${sql}, 3))`;
    default:
      return sql;
  }
}

/**
 * A value that goes into SQLite's JSON functions.
 *
 * @param env Where to look.
 * @param type Its type.
 * @param value Expression of its datum, and whether it may be repeated.
 * @param nested Whether an array becomes a row of a larger array, rather than a text in it.
 * @returns Expression that becomes the right JSON.
 */
export function jsonValue(
  env: Environment,
  type: number,
  value: { readonly sql: string; readonly simple: boolean },
  nested = false,
): string {
  switch (storageOf(env, type)) {
    case "blob":
      // `hex` makes an empty text of NULL; `quote` makes the word, whose letters are no digits.
      return `nullif('\\x' || lower(rtrim(substr(quote(${value.sql}), 3), '''')), '\\xll')`;
    case "text":
      if (nested) return `json(${value.sql})`;
      // Concatenation takes away the mark that would make a text of JSON part of the JSON.
      return value.simple ? value.sql : `(${value.sql} || '')`;
    default:
      return value.sql;
  }
}
