/**
 * Hands parameters to a prepared statement. Values are bound, never spliced into the text.
 *
 * @module
 */

import { resultCode, SqliteError } from "./error.ts";
import { type SqliteSymbols, transient } from "./symbols.ts";
import type { SqliteValue } from "./value.ts";

const encoder = new TextEncoder();
/** Texts whose UTF-8 surely fits are encoded here instead of into memory of their own. */
const scratch = new Uint8Array(4096);
const empty = new Uint8Array(1);

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/**
 * Binds one value.
 *
 * @param symbols The library.
 * @param statement A reset statement.
 * @param index SQLite's number of the parameter, from 1.
 * @param value Its value.
 * @throws {SqliteError} When the value is too large, or a number that SQLite has no place for.
 */
export function bindValue(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: SqliteValue,
): void {
  const code = bind(symbols, statement, index, value);
  if (code !== resultCode.ok) {
    throw new SqliteError(code, `parameter ${index} cannot be bound`);
  }
}

/**
 * Binds a number that is a REAL, also when it is whole.
 *
 * @param symbols The library.
 * @param statement A reset statement.
 * @param index SQLite's number of the parameter, from 1.
 * @param value Its value; for NaN, which SQLite has no place for, the text stands.
 */
export function bindReal(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: number,
): void {
  if (Number.isNaN(value)) bindText(symbols, statement, index, "NaN");
  else symbols.sqlite3_bind_double(statement, index, value);
}

function bind(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: SqliteValue,
): number {
  switch (typeof value) {
    case "string":
      return bindText(symbols, statement, index, value);
    case "number":
      return bindNumber(symbols, statement, index, value);
    case "boolean":
      return symbols.sqlite3_bind_int(statement, index, value ? 1 : 0);
    case "bigint":
      if (value < int64Min || value > int64Max) return resultCode.mismatch;
      return symbols.sqlite3_bind_int64(statement, index, value);
    default:
      if (value === null) return symbols.sqlite3_bind_null(statement, index);
      if (!(value instanceof Uint8Array)) return resultCode.mismatch;
      return bindBlob(symbols, statement, index, value);
  }
}

function bindText(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: string,
): number {
  // A UTF-16 unit becomes at most three bytes.
  if (value.length * 3 <= scratch.length) {
    const { written } = encoder.encodeInto(value, scratch);
    return symbols.sqlite3_bind_text(
      statement,
      index,
      scratch,
      written,
      transient,
    );
  }
  const bytes = encoder.encode(value);
  return symbols.sqlite3_bind_text(
    statement,
    index,
    bytes,
    bytes.length,
    transient,
  );
}

function bindNumber(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: number,
): number {
  if ((value | 0) === value) {
    return symbols.sqlite3_bind_int(statement, index, value);
  }
  if (Number.isSafeInteger(value)) {
    return symbols.sqlite3_bind_int64(statement, index, BigInt(value));
  }
  // SQLite would silently keep NULL.
  if (Number.isNaN(value)) return resultCode.mismatch;
  return symbols.sqlite3_bind_double(statement, index, value);
}

function bindBlob(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
  value: Uint8Array,
): number {
  // A null pointer, which an empty buffer may be, would mean NULL.
  return symbols.sqlite3_bind_blob(
    statement,
    index,
    (value.length === 0 ? empty : value) as Uint8Array<ArrayBuffer>,
    value.length,
    transient,
  );
}
