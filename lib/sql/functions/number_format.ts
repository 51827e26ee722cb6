/**
 * `to_char` of numbers and `to_number` (manual, 9.8).
 *
 * @module
 */

import { multiply } from "../numeric/arithmetic.ts";
import {
  type Decimal,
  isSpecial,
  type Numeric,
  numericOf,
  pow10,
  printNumeric,
  round,
  sizeOf,
} from "../numeric/decimal.ts";
import { floatOf } from "../types/float.ts";
import { type Definition, fn } from "./define.ts";
import { type NumberPattern, numberPattern } from "./number_pattern.ts";
import { toNumber } from "./number_read.ts";
import { prepare, Writer } from "./number_write.ts";
import { roman } from "./ordinal.ts";

/** Sure digits of a float. */
const floatDigits = { float4: 6, float8: 15 } as const;

/** `d.ddde+xx`. */
function scientific(text: string, places: number): string {
  return `${text.startsWith("-") ? "" : " "}${text}`.replace(
    /e([+-])(\d)$/,
    "e$10$2",
  ).replace(/^( ?-?\d)e/, places > 0 ? `$1.${"0".repeat(places)}e` : "$1e");
}

/** A decimal in scientific form. */
function decimalScientific(value: Decimal, places: number): string {
  if (value.digits === 0n) {
    return scientific(`${(0).toFixed(places)}e+0`, places);
  }
  const digits = sizeOf(value.digits).toString();
  const exponent = digits.length - value.scale - 1;
  // Where rounding gives ten, PostgreSQL leaves it at that.
  const mantissa = round(
    { digits: sizeOf(value.digits), scale: digits.length - 1 },
    places,
  );
  const sign = value.digits < 0n ? "-" : "";
  return scientific(
    `${sign}${printNumeric(mantissa)}e${exponent < 0 ? "-" : "+"}${
      Math.abs(exponent)
    }`,
    places,
  );
}

/** What stands for a number that has no digits. */
function hashes(pattern: NumberPattern): string {
  return ` ${"#".repeat(pattern.before)}.${"#".repeat(pattern.after)}`;
}

function numericToChar(value: Numeric, format: string): string {
  const pattern = numberPattern(format);
  if (pattern.scientific) {
    return isSpecial(value)
      ? hashes(pattern)
      : decimalScientific(value, pattern.after);
  }
  if (pattern.roman) {
    const whole = isSpecial(value) ? NaN : Number(round(value, 0).digits);
    return write(pattern, false, roman(whole));
  }
  if (isSpecial(value)) {
    return new Writer(
      prepare(pattern, value === "-Infinity", value.replace("-", "")),
    ).write();
  }
  const shifted = pattern.shift > 0
    ? multiply(value, { digits: pow10(pattern.shift), scale: 0 }) as Decimal
    : value;
  const rounded = round(shifted, pattern.after);
  return new Writer(
    prepare(
      pattern,
      rounded.digits < 0n,
      printNumeric({ ...rounded, digits: sizeOf(rounded.digits) }),
    ),
  ).write();
}

function write(
  pattern: NumberPattern,
  negative: boolean,
  text: string,
): string {
  return new Writer({ negative, text, blanks: 0, pattern }).write();
}

function integerToChar(value: number | bigint, format: string): string {
  return numericToChar({ digits: BigInt(value), scale: 0 }, format);
}

function floatToChar(
  value: number,
  format: string,
  sure: number,
): string {
  const pattern = numberPattern(format);
  if (pattern.scientific) {
    return Number.isFinite(value)
      ? scientific(value.toExponential(pattern.after), pattern.after)
      : hashes(pattern);
  }
  if (pattern.roman) return write(pattern, false, roman(Math.round(value)));
  const shifted = value * 10 ** pattern.shift;
  const size = Math.abs(shifted);
  if (!Number.isFinite(size)) {
    return new Writer(
      prepare(pattern, shifted < 0, Number.isNaN(size) ? "NaN" : "Infinity"),
    ).write();
  }
  // Digits that a float cannot know are not shown.
  const whole = exactFixed(size, 0).length;
  const after = whole >= sure ? 0 : Math.min(pattern.after, sure - whole);
  const text = exactFixed(size, after);
  return new Writer(
    prepare({ ...pattern, after }, shifted < 0 || Object.is(shifted, -0), text),
  ).write();
}

/** C's `%.nf`: `toFixed` gives up above 1e21. */
function exactFixed(value: number, places: number): string {
  return value < 1e21 ? value.toFixed(places) : BigInt(value).toString();
}

/** See the top of the file. */
export const numberFormatFunctions: readonly Definition[] = [
  fn("to_char(numeric, text) text", {
    volatility: "s",
    call: ([a, format]) =>
      numericToChar(numericOf(a as string), format as string),
  }),
  ...["int4", "int8"].map((type) =>
    fn(`to_char(${type}, text) text`, {
      volatility: "s",
      call: ([a, format]) =>
        integerToChar(a as number | bigint, format as string),
    })
  ),
  ...(["float4", "float8"] as const).map((type) =>
    fn(`to_char(${type}, text) text`, {
      volatility: "s",
      call: ([a, format]) =>
        floatToChar(floatOf(a), format as string, floatDigits[type]),
    })
  ),
  fn("to_number(text, text) numeric", { volatility: "s", call: toNumber }),
];
