/**
 * The types `float4` and `float8`.
 *
 * NaN is the text `NaN` as a datum (`lib/sql/datum.ts`).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { viewOf } from "./binary.ts";
import { oid, type PgType } from "./type.ts";

const form = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const special: Readonly<Record<string, number>> = {
  nan: NaN,
  inf: Infinity,
  "+inf": Infinity,
  "-inf": -Infinity,
  infinity: Infinity,
  "+infinity": Infinity,
  "-infinity": -Infinity,
};

/**
 * @param value A number.
 * @returns It as a datum.
 */
export function floatDatum(value: number): number | "NaN" {
  return Number.isNaN(value) ? "NaN" : value;
}

/**
 * @param datum A float's datum.
 * @returns The number.
 */
export function floatOf(datum: Datum | undefined): number {
  return typeof datum === "number" ? datum : Number(datum);
}

function read(text: string, label: string, round: (x: number) => number) {
  const trimmed = text.replace(/^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g, "");
  if (!form.test(trimmed)) {
    const value = special[trimmed.toLowerCase()];
    if (value !== undefined) return value;
    throw new SqlError(
      "22P02",
      `invalid input syntax for type ${label}: "${text}"`,
    );
  }
  const value = round(Number(trimmed));
  if (
    !Number.isFinite(value) ||
    (value === 0 && /[1-9]/.test(trimmed.replace(/[eE].*$/, "")))
  ) {
    throw new SqlError(
      "22003",
      `"${trimmed}" is out of range for type ${label}`,
    );
  }
  return value;
}

/**
 * @param text Text as a client writes it.
 * @returns The number.
 * @throws {SqlError} 22P02 or 22003.
 */
export function readFloat8(text: string): number {
  return read(text, "double precision", (x) => x);
}

/**
 * @param text Text as a client writes it.
 * @returns The number.
 * @throws {SqlError} 22P02 or 22003.
 */
export function readFloat4(text: string): number {
  return read(text, "real", Math.fround);
}

/** From here on a short decimal may lie exactly between two floats. */
const exactIntegers = 2 ** 53;

/**
 * The fewest digits that read back as the same number. What lies exactly between two floats does not
 * count: not every reader rounds it the same way, so PostgreSQL avoids it.
 */
function shortest(value: number): string {
  const text = value.toExponential();
  if (value < exactIntegers || !liesBetween(text, value)) return text;
  const digits = text.indexOf("e");
  for (let count = digits < 2 ? 1 : digits - 1; count < 17; count++) {
    const longer = value.toExponential(count);
    if (Number(longer) === value && !liesBetween(longer, value)) return longer;
  }
  return text;
}

function liesBetween(text: string, value: number): boolean {
  const [digits = "", exponent = "0"] = text.split("e");
  const fraction = digits.length < 2 ? 0 : digits.length - 2;
  const zeros = Number(exponent) - fraction;
  if (zeros < 0) return false;
  const written = BigInt(digits.replace(".", "")) * 10n ** BigInt(zeros);
  const exact = BigInt(value);
  if (written === exact) return false;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  view.setBigUint64(0, written > exact ? bits + 1n : bits - 1n);
  const neighbour = view.getFloat64(0);
  return Number.isFinite(neighbour) &&
    written * 2n === exact + BigInt(neighbour);
}

/** Whether a number reads back as this float of single precision, and does not lie between two. */
function readsBack(text: string, value: number): boolean {
  const read = Number(text);
  if (Math.fround(read) !== value) return false;
  if (read === value) return true;
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  const away = Math.abs(read) > Math.abs(value) ? 1 : -1;
  view.setUint32(0, view.getUint32(0) + away);
  return read !== (value + view.getFloat32(0)) / 2;
}

/** Writes digits `d.ddd` × 10^exponent as C's `%g` does with that many digits before it changes over. */
function layOut(
  negative: boolean,
  digits: string,
  exponent: number,
  limit: number,
): string {
  const sign = negative ? "-" : "";
  if (exponent < -4 || exponent >= limit) {
    const size = String(Math.abs(exponent)).padStart(2, "0");
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${rest}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (digits.length <= exponent + 1) {
    return sign + digits + "0".repeat(exponent + 1 - digits.length);
  }
  return `${sign}${digits.slice(0, exponent + 1)}.${
    digits.slice(exponent + 1)
  }`;
}

function write(value: number, precision: number | undefined, limit: number) {
  if (Number.isNaN(value)) return "NaN";
  if (value === Infinity) return "Infinity";
  if (value === -Infinity) return "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const size = Math.abs(value);
  const text = precision === undefined
    ? shortest(size)
    : size.toExponential(precision - 1);
  const e = text.indexOf("e");
  let digits = text.slice(0, e).replace(".", "");
  if (precision !== undefined) digits = digits.replace(/0+$/, "");
  return layOut(value < 0, digits, Number(text.slice(e + 1)), limit);
}

/**
 * @param value A number.
 * @param extraDigits `extra_float_digits`.
 * @returns PostgreSQL's text.
 */
export function writeFloat8(value: number, extraDigits = 1): string {
  if (extraDigits > 0) {
    // JavaScript's own text is the same for the usual numbers.
    if (Number.isInteger(value) && Math.abs(value) < 1e15 && value !== 0) {
      return String(value);
    }
    return write(value, undefined, 15);
  }
  const precision = Math.max(1, 15 + extraDigits);
  return write(value, precision, precision);
}

/**
 * @param value A number of single precision.
 * @param extraDigits `extra_float_digits`.
 * @returns PostgreSQL's text.
 */
export function writeFloat4(value: number, extraDigits = 1): string {
  if (extraDigits <= 0) {
    const precision = Math.max(1, 6 + extraDigits);
    return write(value, precision, precision);
  }
  if (!Number.isFinite(value) || value === 0) return writeFloat8(value);
  for (let precision = 1; precision < 9; precision++) {
    if (readsBack(value.toPrecision(precision), value)) {
      return write(value, precision, 6);
    }
  }
  return write(value, 9, 6);
}

const shape = {
  schema: 11,
  kind: "b",
  category: "N",
  element: 0,
} as const;

/** `float4`. */
export const float4Type: PgType = {
  ...shape,
  oid: oid.float4,
  name: "float4",
  length: 4,
  preferred: false,
  array: 1021,
  input: (text) => floatDatum(readFloat4(text)),
  output: (value, context) =>
    writeFloat4(floatOf(value), context.extraFloatDigits),
  send(value) {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, floatOf(value));
    return bytes;
  },
  receive: (bytes) => floatDatum(viewOf(bytes, 4).getFloat32(0)),
};

/** `float8`. */
export const float8Type: PgType = {
  ...shape,
  oid: oid.float8,
  name: "float8",
  length: 8,
  preferred: true,
  array: 1022,
  input: (text) => floatDatum(readFloat8(text)),
  output: (value, context) =>
    writeFloat8(floatOf(value), context.extraFloatDigits),
  send(value) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, floatOf(value));
    return bytes;
  },
  receive: (bytes) => floatDatum(viewOf(bytes, 8).getFloat64(0)),
};
