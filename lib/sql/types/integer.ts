/**
 * The types `int2`, `int4`, `int8` and `oid`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { int32Bytes, int64Bytes, integerDatum, viewOf } from "./binary.ts";
import { oid, type PgType } from "./type.ts";

/** An integer type's bounds and name in messages. */
export interface IntegerRange {
  readonly label: string;
  readonly min: bigint;
  readonly max: bigint;
}

/** `int2`. */
export const int2Range: IntegerRange = {
  label: "smallint",
  min: -32768n,
  max: 32767n,
};
/** `int4`. */
export const int4Range: IntegerRange = {
  label: "integer",
  min: -2147483648n,
  max: 2147483647n,
};
/** `int8`. */
export const int8Range: IntegerRange = {
  label: "bigint",
  min: -9223372036854775808n,
  max: 9223372036854775807n,
};

const short = /^[+-]?\d{1,9}$/;
const form = /^[ \t\n\r\f\v]*([+-]?)(\d+)[ \t\n\r\f\v]*$/;

/** Digits as a number; of more than fit any type nothing is known but that. */
function sizeOf(digits: string): bigint {
  const counting = digits.replace(/^0+/, "");
  return counting.length > 40 ? 10n ** 40n : BigInt(counting);
}

/**
 * Reads an integer.
 *
 * @param text Text as a client writes it.
 * @param range Bounds of the type.
 * @returns The integer.
 * @throws {SqlError} 22P02 or 22003.
 */
export function readInteger(
  text: string,
  range: IntegerRange,
): number | bigint {
  if (short.test(text) && range.max > 32767n) return Number(text) | 0;
  const match = form.exec(text);
  if (match === null) {
    throw new SqlError(
      "22P02",
      `invalid input syntax for type ${range.label}: "${text}"`,
    );
  }
  const size = sizeOf(match[2] as string);
  const value = match[1] === "-" ? -size : size;
  if (value < range.min || value > range.max) {
    throw new SqlError(
      "22003",
      `value "${text}" is out of range for type ${range.label}`,
    );
  }
  return integerDatum(value);
}

/**
 * @param value An integer.
 * @param range Bounds of the type.
 * @returns It as a datum.
 * @throws {SqlError} 22003 beyond the bounds.
 */
export function fitInteger(
  value: bigint,
  range: IntegerRange,
): number | bigint {
  if (value < range.min || value > range.max) throw outOfRange(range);
  return integerDatum(value);
}

/**
 * @param range Bounds of the type.
 * @returns Error 22003 `integer out of range`.
 */
export function outOfRange(range: IntegerRange): SqlError {
  return new SqlError("22003", `${range.label} out of range`);
}

/** @returns Error 22012. */
export function divisionByZero(): SqlError {
  return new SqlError("22012", "division by zero");
}

const shape = {
  schema: 11,
  kind: "b",
  category: "N",
  preferred: false,
  element: 0,
} as const;

const output = (value: NonNullable<Datum>) => String(value);

/** `int2`. */
export const int2Type: PgType = {
  ...shape,
  oid: oid.int2,
  name: "int2",
  length: 2,
  array: 1005,
  input: (text) => readInteger(text, int2Range),
  output,
  send(value) {
    const bytes = new Uint8Array(2);
    new DataView(bytes.buffer).setInt16(0, Number(value));
    return bytes;
  },
  receive: (bytes) => viewOf(bytes, 2).getInt16(0),
};

/** `int4`. */
export const int4Type: PgType = {
  ...shape,
  oid: oid.int4,
  name: "int4",
  length: 4,
  array: 1007,
  input: (text) => readInteger(text, int4Range),
  output,
  send: (value) => int32Bytes(Number(value)),
  receive: (bytes) => viewOf(bytes, 4).getInt32(0),
};

/** A number above 2^63 - 1 of a MySQL client (`lib/sql/mysql/unsigned.ts`), which is kept as a text. */
function signed(value: NonNullable<Datum>): number | bigint {
  if (typeof value === "string") throw outOfRange(int8Range);
  return value as number | bigint;
}

/** `int8`. */
export const int8Type: PgType = {
  ...shape,
  oid: oid.int8,
  name: "int8",
  length: 8,
  array: 1016,
  input: (text) => readInteger(text, int8Range),
  output: (value) =>
    typeof value === "string" ? String(BigInt(value)) : String(value),
  send: (value) => int64Bytes(signed(value)),
  receive: (bytes) => integerDatum(viewOf(bytes, 8).getBigInt64(0)),
};

/**
 * Reads an unsigned number of 32 bits; negative ones wrap around, as in PostgreSQL.
 *
 * @param text Text as a client writes it.
 * @param label Name of the type in messages.
 * @returns The number.
 * @throws {SqlError} 22P02 or 22003.
 */
export function readUnsigned32(text: string, label: string): number {
  const match = form.exec(text);
  if (match === null) {
    throw new SqlError(
      "22P02",
      `invalid input syntax for type ${label}: "${text}"`,
    );
  }
  const size = sizeOf(match[2] as string);
  const value = match[1] === "-" ? -size : size;
  if (value < -2147483648n || value > 4294967295n) {
    throw new SqlError(
      "22003",
      `value "${text}" is out of range for type ${label}`,
    );
  }
  return Number(BigInt.asUintN(32, value));
}

/** `oid`. */
export const oidType: PgType = {
  ...shape,
  oid: oid.oid,
  name: "oid",
  length: 4,
  preferred: true,
  array: 1028,
  input: (text) => readUnsigned32(text, "oid"),
  output,
  send: (value) => int32Bytes(Number(value) | 0),
  receive: (bytes) => viewOf(bytes, 4).getUint32(0),
};
