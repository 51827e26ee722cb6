/**
 * Reads the row a statement stands on.
 *
 * Each text costs one copy out of SQLite's memory; then all texts of the row are decoded at once and
 * cut apart, because decoding costs more per call than per byte. Byte lengths are always SQLite's:
 * a text may contain NUL.
 *
 * @module
 */

import { resultCode, SqliteError } from "./error.ts";
import type { SqliteSymbols } from "./symbols.ts";
import type { SqliteColumn, SqliteValue } from "./value.ts";

// https://sqlite.org/c3ref/c_blob.html
const integerType = 1;
const floatType = 2;
const textType = 3;
const blobType = 4;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
/** Texts of one row side by side; a text that does not fit is decoded by itself. */
const scratch = new Uint8Array(65_536);
/** Columns of the present row whose texts are in `scratch`, and where each ends. */
const waiting: number[] = [];
const ends: number[] = [];

/**
 * Reads every column of the present row.
 *
 * @param symbols The library.
 * @param statement A statement whose last step gave a row.
 * @param columns Its columns.
 * @returns One value per column.
 */
export function readRow(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  columns: readonly SqliteColumn[],
): SqliteValue[] {
  const row = new Array<SqliteValue>(columns.length);
  readRowInto(symbols, statement, row);
  for (let i = 0; i < columns.length; i++) {
    const value = row[i];
    if (columns[i]?.type === "boolean" && (value === 0 || value === 1)) {
      row[i] = value === 1;
    }
  }
  return row;
}

/**
 * Reads the present row into an array that is there.
 *
 * @param symbols The library.
 * @param statement A statement whose last step gave a row.
 * @param row Takes the values; as long as the statement has columns.
 */
export function readRowInto(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  row: SqliteValue[],
): void {
  let used = 0;
  if (waiting.length > 0) waiting.length = ends.length = 0;
  for (let i = 0; i < row.length; i++) {
    switch (symbols.sqlite3_column_type(statement, i)) {
      case integerType:
        row[i] = readInteger(symbols, statement, i);
        break;
      case floatType:
        row[i] = symbols.sqlite3_column_double(statement, i);
        break;
      case textType: {
        const pointer = symbols.sqlite3_column_text(statement, i);
        const length = symbols.sqlite3_column_bytes(statement, i);
        if (pointer === null) throw outOfMemory();
        if (used + length <= scratch.length) {
          symbols.memcpy(scratch.subarray(used), pointer, BigInt(length));
          used += length;
          waiting.push(i);
          ends.push(used);
        } else {
          row[i] = decoder.decode(copy(symbols, pointer, length));
        }
        break;
      }
      case blobType: {
        const pointer = symbols.sqlite3_column_blob(statement, i);
        const length = symbols.sqlite3_column_bytes(statement, i);
        // An empty blob has no address.
        row[i] = pointer === null
          ? new Uint8Array()
          : copy(symbols, pointer, length);
        break;
      }
      default:
        row[i] = null;
    }
  }
  if (waiting.length > 0) decodeTexts(row, used);
}

/** Turns what lies in `scratch` into strings. */
function decodeTexts(row: SqliteValue[], used: number): void {
  const all = decoder.decode(scratch.subarray(0, used));
  // As many UTF-16 units as bytes: each unit came from one byte, so offsets agree.
  const aligned = all.length === used;
  let start = 0;
  for (let k = 0; k < waiting.length; k++) {
    const end = ends[k] as number;
    row[waiting[k] as number] = aligned
      ? all.slice(start, end)
      : decoder.decode(scratch.subarray(start, end));
    start = end;
  }
}

function readInteger(
  symbols: SqliteSymbols,
  statement: Deno.PointerObject,
  index: number,
): SqliteValue {
  // A double holds every integer up to 2^53 exactly and is the cheaper one to fetch.
  const value = symbols.sqlite3_column_double(statement, index);
  return Number.isSafeInteger(value)
    ? value
    : symbols.sqlite3_column_int64(statement, index);
}

function copy(
  symbols: SqliteSymbols,
  pointer: Deno.PointerObject,
  length: number,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  if (length > 0) symbols.memcpy(bytes, pointer, BigInt(length));
  return bytes;
}

function outOfMemory(): SqliteError {
  return new SqliteError(resultCode.noMemory, "out of memory");
}
