/**
 * Values on their way into and out of functions that SQLite calls.
 *
 * Inside a callback addresses are plain numbers: a pointer object for each value would cost more than
 * the reading of it.
 *
 * @module
 */

import { longestRow } from "../base/value_limit.ts";
import { resultCode, SqliteError } from "./error.ts";
import { type SqliteSymbols, transient } from "./symbols.ts";
import type { SqliteValue } from "./value.ts";

const integerType = 1;
const floatType = 2;
const textType = 3;
const blobType = 4;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
const scratch = new Uint8Array(16_384);
const empty = new Uint8Array(1);
/** Addresses of the arguments of the present call. */
const addresses = new BigUint64Array(128);
const addressBytes = new Uint8Array(addresses.buffer);
let hadReal = false;
let longest = 0;
/** Bytes of a value that a function may well need milliseconds for. */
const longWork = 512 * 1024;
/** Bytes of a value from which on SQLite's instructions do not measure the time. */
const someWork = 8 * 1024;

/** @returns Whether a REAL was among the arguments that were read last. */
export function argumentsHadReal(): boolean {
  return hadReal;
}

/** @returns Whether one of the arguments that were read last takes long to work on. */
export function argumentsAreLong(): boolean {
  return longest > longWork;
}

/** @returns Whether one of them is such that many calls would take long. */
export function argumentsTakeTime(): boolean {
  return longest > someWork;
}

/** @returns Whether a result takes long to hand on. */
export function isLong(value: SqliteValue): boolean {
  return (typeof value === "string" || value instanceof Uint8Array) &&
    value.length > longWork;
}

/**
 * Reads one value.
 *
 * @param symbols The library.
 * @param value Address of a `sqlite3_value`.
 * @returns The value.
 */
export function readValue(symbols: SqliteSymbols, value: bigint): SqliteValue {
  switch (symbols.sqlite3_value_type(value)) {
    case integerType: {
      const number = symbols.sqlite3_value_double(value);
      return Number.isSafeInteger(number)
        ? number
        : symbols.sqlite3_value_int64(value);
    }
    case floatType:
      hadReal = true;
      return symbols.sqlite3_value_double(value);
    case textType: {
      const from = symbols.sqlite3_value_text(value);
      const length = symbols.sqlite3_value_bytes(value);
      if (length > longest) longest = length;
      return readText(symbols, from, length);
    }
    case blobType: {
      const from = symbols.sqlite3_value_blob(value);
      const bytes = new Uint8Array(symbols.sqlite3_value_bytes(value));
      if (bytes.length > longest) longest = bytes.length;
      if (bytes.length > 0) {
        symbols.memcpyFrom(bytes, from, BigInt(bytes.length));
      }
      return bytes;
    }
    default:
      return null;
  }
}

/**
 * Reads a text of known length.
 *
 * @param symbols The library.
 * @param from Its address.
 * @param length Its bytes.
 * @returns The text.
 */
export function readText(
  symbols: SqliteSymbols,
  from: bigint,
  length: number,
): string {
  if (length === 0) return "";
  if (length > scratch.length) {
    const bytes = new Uint8Array(length);
    symbols.memcpyFrom(bytes, from, BigInt(length));
    return decoder.decode(bytes);
  }
  symbols.memcpyFrom(scratch, from, BigInt(length));
  if (length > 24) return decoder.decode(scratch.subarray(0, length));
  // A call of the decoder costs more than a few characters.
  let text = "";
  for (let i = 0; i < length; i++) {
    const byte = scratch[i] as number;
    if (byte >= 0x80) return decoder.decode(scratch.subarray(0, length));
    text += String.fromCharCode(byte);
  }
  return text;
}

/**
 * Reads the arguments of a call.
 *
 * @param symbols The library.
 * @param count How many.
 * @param values Address of the array of addresses.
 * @param strict Whether a NULL makes the rest of no interest.
 * @returns The arguments; nothing when one is NULL and `strict` is set.
 */
export function readArguments(
  symbols: SqliteSymbols,
  count: number,
  values: bigint,
  strict: boolean,
): SqliteValue[] | undefined {
  const args = new Array<SqliteValue>(count);
  hadReal = false;
  longest = 0;
  if (count === 0) return args;
  // SQLite allows no more than 127 (SQLITE_MAX_FUNCTION_ARG of our build).
  symbols.memcpyFrom(addressBytes, values, BigInt(count * 8));
  for (let i = 0; i < count; i++) {
    const value = readValue(symbols, addresses[i] as bigint);
    if (value === null && strict) return undefined;
    args[i] = value;
  }
  return args;
}

/**
 * Gives the result of a call.
 *
 * @param symbols The library.
 * @param call Address of the `sqlite3_context`.
 * @param value The result.
 * @param real Whether a number is a REAL even when it is whole.
 */
export function giveResult(
  symbols: SqliteSymbols,
  call: bigint,
  value: SqliteValue,
  real: boolean,
): void {
  switch (typeof value) {
    case "boolean":
      symbols.sqlite3_result_int(call, value ? 1 : 0);
      return;
    case "number":
      if (real) giveReal(symbols, call, value);
      else if ((value | 0) === value) symbols.sqlite3_result_int(call, value);
      else if (Number.isSafeInteger(value)) {
        symbols.sqlite3_result_int64(call, BigInt(value));
      } else giveReal(symbols, call, value);
      return;
    case "bigint":
      symbols.sqlite3_result_int64(call, value);
      return;
    case "string":
      giveText(symbols, call, value);
      return;
    default:
      if (value === null) symbols.sqlite3_result_null(call);
      else {
        symbols.sqlite3_result_blob(
          call,
          (value.length === 0 ? empty : value) as Uint8Array<ArrayBuffer>,
          value.length,
          transient,
        );
      }
  }
}

/**
 * Ends the statement as if it had been interrupted.
 *
 * @param symbols The library.
 * @param call Address of the `sqlite3_context`.
 */
export function giveInterrupt(symbols: SqliteSymbols, call: bigint): void {
  symbols.sqlite3_result_error_code(call, resultCode.interrupt);
}

/**
 * Makes the call fail.
 *
 * @param symbols The library.
 * @param call Address of the `sqlite3_context`.
 * @param message What SQLite will say.
 */
export function giveError(
  symbols: SqliteSymbols,
  call: bigint,
  message: string,
): void {
  const bytes = encoder.encode(message === "" ? "failed" : message);
  symbols.sqlite3_result_error(call, bytes, bytes.length);
}

function giveReal(symbols: SqliteSymbols, call: bigint, value: number): void {
  // SQLite would make NULL of it; the text stands for it everywhere.
  if (Number.isNaN(value)) giveText(symbols, call, "NaN");
  else symbols.sqlite3_result_double(call, value);
}

function giveText(symbols: SqliteSymbols, call: bigint, value: string): void {
  if (value.length * 3 <= scratch.length) {
    const { written } = encoder.encodeInto(value, scratch);
    symbols.sqlite3_result_text(call, scratch, written, transient);
    return;
  }
  if (value.length > longestRow) {
    throw new SqliteError(resultCode.tooBig, "string or blob too big");
  }
  const bytes = encoder.encode(value);
  symbols.sqlite3_result_text(call, bytes, bytes.length, transient);
}
