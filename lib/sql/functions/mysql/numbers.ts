/**
 * Arithmetic and mathematical functions of MySQL (manual, 14.6 and 14.12).
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import { divideTo, divideWhole, remainder } from "../../numeric/arithmetic.ts";
import {
  type Decimal,
  numericOf,
  printNumeric,
  round,
  truncate,
} from "../../numeric/decimal.ts";
import { narrow } from "../../types/date_time/calendar.ts";
import type { EvalContext } from "../../eval_context.ts";
import { type Definition, fn, type Printed } from "../define.ts";
import { divisionByZero, nonZero } from "../notes.ts";

type Args = readonly Datum[];
const decimal = (args: Args, at: number) =>
  numericOf(args[at] as string) as Decimal;
const number = (args: Args, at = 0) => Number(args[at]);

/** Digits that a quotient has beyond its dividend (`div_precision_increment`). */
const increment = 4;
const mostScale = 30;

function divide(a: Args, context: EvalContext): Datum {
  const divisor = decimal(a, 1);
  if (divisor.digits === 0n) return divisionByZero(context);
  const dividend = decimal(a, 0);
  const scale = Math.min(dividend.scale + increment, mostScale);
  return printNumeric(divideTo(dividend, divisor, scale));
}

/** Whole groups of nine digits. */
const groups = (digits: number) => Math.ceil(digits / 9) * 9;

/** A quotient with the digits that MySQL keeps of it, cut after them. */
function exactQuotient(dividend: Decimal, divisor: Decimal): Decimal {
  const left = groups(dividend.scale);
  const right = groups(divisor.scale);
  const more = increment - (left - dividend.scale + right - divisor.scale);
  const scale = groups(left + right + Math.max(more, 0));
  const shift = 10n ** BigInt(scale + divisor.scale);
  return {
    digits: dividend.digits * shift / divisor.digits /
      10n ** BigInt(dividend.scale),
    scale,
  };
}

function real(value: number): Datum {
  if (Number.isNaN(value)) return null;
  if (Number.isFinite(value)) return value;
  throw new SqlError("22003", "DOUBLE value is out of range");
}

/** A power of ten shifts exactly as far as a double can. */
function roundDouble(value: number, digits: number): number {
  if (digits > 300 || !Number.isFinite(value)) return value;
  const shift = 10 ** Math.abs(digits);
  const scaled = digits >= 0 ? value * shift : value / shift;
  const floor = Math.trunc(scaled);
  const rest = Math.abs(scaled - floor);
  // Doubles are rounded half to even.
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const whole = floor + (up ? Math.sign(scaled) : 0);
  return digits >= 0 ? whole / shift : whole * shift;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
  }
  return (crc ^ 0xffffffff) >>> 0;
}

function convertBase(text: string, from: number, to: number): Datum {
  const base = Math.abs(from);
  const target = Math.abs(to);
  if (base < 2 || base > 36 || target < 2 || target > 36) return null;
  let value = 0n;
  const negative = text.trim().startsWith("-");
  for (const c of text.trim().replace(/^[-+]/, "").toLowerCase()) {
    const digit = parseInt(c, 36);
    if (Number.isNaN(digit) || digit >= base) break;
    value = value * BigInt(base) + BigInt(digit);
  }
  if (negative) value = to < 0 ? -value : BigInt.asUintN(64, -value);
  return value.toString(target).toUpperCase();
}

const math = (name: string, calculate: (value: number) => number): Definition =>
  fn(`pg_mysql.${name}(float8) float8`, {
    call: (a) => real(calculate(number(a))),
  });

/** See the top of the file. */
export const mysqlNumbers: readonly Definition[] = [
  fn("pg_mysql.divide_decimals(numeric, numeric) numeric", { call: divide }),
  fn("pg_mysql.divide_exactly(numeric, numeric) numeric", {
    call: (a, context) =>
      decimal(a, 1).digits === 0n
        ? divisionByZero(context)
        : printNumeric(exactQuotient(decimal(a, 0), decimal(a, 1))),
  }),
  fn("pg_mysql.divide_shown(numeric, numeric, int4) numeric", {
    call: (a, context) =>
      decimal(a, 1).digits === 0n ? divisionByZero(context) : printNumeric(
        round(exactQuotient(decimal(a, 0), decimal(a, 1)), number(a, 2)),
      ),
  }),
  fn("pg_mysql.show_digits(numeric, int4) numeric", {
    call: (a) => printNumeric(round(decimal(a, 0), number(a, 1))),
  }),
  fn("pg_mysql.divide_doubles(float8, float8) float8", {
    sql: ([a, b]) => `(${a} / ${nonZero(b as Printed)})`,
  }),
  fn("pg_mysql.divide_integers(int8, int8) int8", {
    sql: ([a, b]) => `(${a} / ${nonZero(b as Printed)})`,
  }),
  fn("pg_mysql.divide_to_integer(numeric, numeric) int8", {
    call: (a, context) => {
      const divisor = decimal(a, 1);
      if (divisor.digits === 0n) return divisionByZero(context);
      return narrow(
        truncate(divideWhole(decimal(a, 0), divisor) as Decimal, 0).digits,
      );
    },
  }),
  fn("pg_mysql.modulo_integers(int8, int8) int8", {
    sql: ([a, b]) => `(${a} % ${nonZero(b as Printed)})`,
  }),
  fn("pg_mysql.modulo_doubles(float8, float8) float8", {
    call: (a, context) =>
      number(a, 1) === 0 ? divisionByZero(context) : number(a) % number(a, 1),
  }),
  fn("pg_mysql.modulo_decimals(numeric, numeric) numeric", {
    call: (a, context) =>
      decimal(a, 1).digits === 0n
        ? divisionByZero(context)
        : printNumeric(remainder(decimal(a, 0), decimal(a, 1))),
  }),
  fn("pg_mysql.round_decimal(numeric, int4) numeric", {
    call: (a) => {
      const value = decimal(a, 0);
      const digits = Math.max(
        -mostScale * 2,
        Math.min(number(a, 1), mostScale),
      );
      return printNumeric(round(value, digits));
    },
  }),
  fn("pg_mysql.truncate_decimal(numeric, int4) numeric", {
    call: (a) =>
      printNumeric(truncate(decimal(a, 0), Math.min(number(a, 1), mostScale))),
  }),
  fn("pg_mysql.round_double(float8, int4) float8", {
    call: (a) => roundDouble(number(a), number(a, 1)),
  }),
  fn("pg_mysql.truncate_double(float8, int4) float8", {
    call: (a) => {
      const shift = 10 ** Math.abs(number(a, 1));
      return number(a, 1) >= 0
        ? Math.trunc(number(a) * shift) / shift
        : Math.trunc(number(a) / shift) * shift;
    },
  }),
  fn("pg_mysql.sign_of(float8) int4", { call: (a) => Math.sign(number(a)) }),
  math("sqrt", Math.sqrt),
  math("exp", Math.exp),
  math("sin", Math.sin),
  math("cos", Math.cos),
  math("tan", Math.tan),
  math("cot", (value) => 1 / Math.tan(value)),
  math("asin", Math.asin),
  math("acos", Math.acos),
  math("atan", Math.atan),
  math("radians", (value) => value * Math.PI / 180),
  math("degrees", (value) => value * 180 / Math.PI),
  math("ln", (value) => value <= 0 ? NaN : Math.log(value)),
  math("log", (value) => value <= 0 ? NaN : Math.log(value)),
  math("log2", (value) => value <= 0 ? NaN : Math.log2(value)),
  math("log10", (value) => value <= 0 ? NaN : Math.log10(value)),
  fn("pg_mysql.log(float8, float8) float8", {
    call: (a) =>
      number(a) <= 0 || number(a) === 1 || number(a, 1) <= 0
        ? null
        : real(Math.log(number(a, 1)) / Math.log(number(a))),
  }),
  fn("pg_mysql.atan(float8, float8) float8", {
    call: (a) => Math.atan2(number(a), number(a, 1)),
  }),
  fn("pg_mysql.atan2(float8, float8) float8", {
    call: (a) => Math.atan2(number(a), number(a, 1)),
  }),
  fn("pg_mysql.power(float8, float8) float8", {
    call: (a) => real(number(a) ** number(a, 1)),
  }),
  fn("pg_mysql.pi() float8", { call: () => Math.PI }),
  fn("pg_mysql.rand() float8", { volatility: "v", call: () => Math.random() }),
  fn("pg_mysql.rand(int8) float8", {
    // MySQL's generator, so that a seed gives the same number.
    call: (a) => {
      const most = 0x3fffffffn;
      const seed = BigInt.asUintN(32, BigInt(a[0] as number));
      const one = (seed * 0x10001n + 55555555n) % most;
      const other = (seed * 0x10000001n) % most;
      const next = (one * 3n + other) % most;
      return Number(next) / Number(most);
    },
  }),
  fn("pg_mysql.crc32(text) int8", {
    call: (a) => crc32(new TextEncoder().encode(a[0] as string)),
  }),
  fn("pg_mysql.conv(text, int4, int4) text", {
    call: (a) => convertBase(a[0] as string, number(a, 1), number(a, 2)),
  }),
  fn("pg_mysql.bin(text) text", {
    call: (a) => convertBase(a[0] as string, 10, 2),
  }),
  fn("pg_mysql.oct(text) text", {
    call: (a) => convertBase(a[0] as string, 10, 8),
  }),
  fn("pg_mysql.inet_aton(text) int8", {
    call: (a) => {
      const parts = (a[0] as string).split(".").map(Number);
      if (
        parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))
      ) return null;
      return parts.reduce((sum, part) => sum * 256 + part, 0);
    },
  }),
  fn("pg_mysql.inet_ntoa(int8) text", {
    call: (a) =>
      number(a) < 0 || number(a) > 0xffffffff
        ? null
        : [24, 16, 8, 0].map((shift) =>
          Math.floor(number(a) / 2 ** shift) % 256
        ).join("."),
  }),
];
