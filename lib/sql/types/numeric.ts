/**
 * The type `numeric(p,s)`: exact, kept as the text PostgreSQL writes.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  checked,
  digitCount,
  isSpecial,
  mostAfter,
  type Numeric,
  numericOf,
  parseNumeric,
  pow10,
  printNumeric,
  round,
  type Special,
} from "../numeric/decimal.ts";
import { BinaryReader, wrongBinary } from "./binary.ts";
import { oid, type PgType } from "./type.ts";

/** Header of variable length that the typmod counts in. */
const header = 4;
const mostPrecision = 1000;

function precisionOf(typmod: number): number {
  return ((typmod - header) >> 16) & 0xffff;
}

/** @returns Scale, which is kept in 11 bits with a sign. */
function scaleOf(typmod: number): number {
  return (((typmod - header) & 0x7ff) ^ 1024) - 1024;
}

/**
 * @param value A number.
 * @param typmod Modifier of `numeric(p,s)`, -1 for none.
 * @returns The number with the scale of the modifier.
 * @throws {SqlError} 22003 when it has too many digits.
 */
export function fitNumeric(value: Numeric, typmod: number): Numeric {
  if (typmod < header || value === "NaN") return value;
  const precision = precisionOf(typmod);
  const scale = scaleOf(typmod);
  if (isSpecial(value)) {
    throw fieldOverflow(
      `A field with precision ${precision}, scale ${scale} cannot hold an infinite value.`,
    );
  }
  const rounded = round(value, scale);
  const whole = precision - scale;
  if (
    rounded.digits !== 0n &&
    digitCount(rounded.digits) - rounded.scale > whole
  ) {
    const bound = whole === 0 ? "1" : `10^${whole}`;
    throw fieldOverflow(
      `A field with precision ${precision}, scale ${scale} must round to an absolute value less than ${bound}.`,
    );
  }
  return rounded;
}

function fieldOverflow(detail: string): SqlError {
  return new SqlError("22003", "numeric field overflow", { detail });
}

function typmodIn(modifiers: readonly number[]): number {
  const [precision, scale = 0] = modifiers;
  if (precision === undefined || modifiers.length > 2) {
    throw new SqlError("22023", "invalid NUMERIC type modifier");
  }
  if (precision < 1 || precision > mostPrecision) {
    throw new SqlError(
      "22023",
      `NUMERIC precision ${precision} must be between 1 and ${mostPrecision}`,
    );
  }
  if (scale < -mostPrecision || scale > mostPrecision) {
    throw new SqlError(
      "22023",
      `NUMERIC scale ${scale} must be between -1000 and 1000`,
    );
  }
  return ((precision << 16) | (scale & 0x7ff)) + header;
}

const signs: ReadonlyMap<number, Special> = new Map([
  [0xc000, "NaN"],
  [0xd000, "Infinity"],
  [0xf000, "-Infinity"],
]);

function send(value: NonNullable<Datum>): Uint8Array {
  const number = numericOf(value as string);
  if (isSpecial(number)) {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    for (const [sign, special] of signs) {
      if (special === number) view.setUint16(4, sign);
    }
    // A flag of PostgreSQL's storage that it sends as the scale.
    if (number !== "NaN") view.setUint16(6, 32);
    return bytes;
  }
  const { digits, scale } = number;
  const text = (digits < 0n ? -digits : digits).toString();
  // Groups of four count from the point in both directions.
  const after = Math.ceil(scale / 4);
  const padded = text + "0".repeat(after * 4 - scale);
  const full = padded.padStart(Math.ceil(padded.length / 4) * 4, "0");
  const groups: number[] = [];
  for (let i = 0; i < full.length; i += 4) {
    groups.push(Number(full.slice(i, i + 4)));
  }
  let weight = groups.length - after - 1;
  while (groups.length > 0 && groups[0] === 0) {
    groups.shift();
    weight -= 1;
  }
  while (groups.length > 0 && groups.at(-1) === 0) groups.pop();
  if (groups.length === 0) weight = 0;
  const bytes = new Uint8Array(8 + groups.length * 2);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, groups.length);
  view.setInt16(2, weight);
  view.setUint16(4, digits < 0n ? 0x4000 : 0);
  view.setInt16(6, scale);
  groups.forEach((group, i) => view.setInt16(8 + i * 2, group));
  return bytes;
}

function receive(bytes: Uint8Array, typmod: number): string {
  const reader = new BinaryReader(bytes);
  const count = reader.uint16();
  const weight = reader.int16();
  const sign = reader.uint16();
  const scale = reader.uint16();
  const special = signs.get(sign);
  if (special !== undefined) return printNumeric(fitNumeric(special, typmod));
  if ((sign !== 0 && sign !== 0x4000) || scale > mostAfter) {
    throw wrongBinary();
  }
  let digits = 0n;
  for (let i = 0; i < count; i++) {
    const group = reader.int16();
    if (group < 0 || group > 9999) throw wrongBinary();
    digits = digits * 10000n + BigInt(group);
  }
  reader.end();
  // The last group stands for 10000^(weight - count + 1).
  const shift = (weight - count + 1) * 4 + scale;
  digits = shift >= 0 ? digits * pow10(shift) : digits / pow10(-shift);
  const value = checked({ digits: sign === 0 ? digits : -digits, scale });
  return printNumeric(fitNumeric(value, typmod));
}

/** `numeric`. */
export const numericType: PgType = {
  oid: oid.numeric,
  name: "numeric",
  schema: 11,
  length: -1,
  kind: "b",
  category: "N",
  preferred: false,
  element: 0,
  array: 1231,
  collation: "pg_numeric",
  input: (text, typmod) => printNumeric(fitNumeric(parseNumeric(text), typmod)),
  output: (value) => value as string,
  send,
  receive,
  applyTypmod: (value, typmod) =>
    printNumeric(fitNumeric(numericOf(value as string), typmod)),
  typmodIn,
  typmodOut: (typmod) =>
    typmod < header ? "" : `(${precisionOf(typmod)},${scaleOf(typmod)})`,
};
