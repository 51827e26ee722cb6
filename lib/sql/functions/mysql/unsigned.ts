/**
 * Reckoning with integers without a sign; see `lib/sql/mysql/unsigned.ts` for how they are kept.
 *
 * SQLite reckons as long as numbers and results are small; the rest is done here.
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import {
  type Decimal,
  isSpecial,
  numericOf,
  round,
} from "../../numeric/decimal.ts";
import {
  mostSigned,
  mostUnsigned,
  unsignedDatum,
} from "../../mysql/unsigned.ts";
import { yearOfNumber, yearOfText } from "../../mysql/year.ts";
import { isNumeric } from "./read_text.ts";
import { narrow } from "../../types/date_time/calendar.ts";
import { type Definition, fn } from "../define.ts";
import { divisionByZero, doubtValue } from "../notes.ts";
import { callOf, failure, type Print, whenSimple } from "../native.ts";

type Args = readonly Datum[];
const big = (args: Args, at = 0) => BigInt(args[at] as string | number);

function checked(value: bigint): Datum {
  if (value >= 0n && value <= mostUnsigned) return unsignedDatum(value);
  throw new SqlError("22003", "bigint unsigned out of range");
}

/** The error of a column's range, for a value that does not fit it. */
function noFit(column: Datum): SqlError {
  return new SqlError(
    "22003",
    `Out of range value for column '${String(column)}'`,
    { column: String(column) },
  );
}

/** An operation on two numbers that SQLite does as long as all is small. */
function pair(
  name: string,
  symbol: string,
  how: (a: bigint, b: bigint) => bigint,
): Definition[] {
  const slow = `large_${name}`;
  const signature = `pg_mysql.${slow}(int8, int8)`;
  const print: Print = ([a, b]) => {
    const sql = `${a} ${symbol} ${b}`;
    return `(CASE WHEN typeof(${sql}) = 'integer' AND ${sql} >= 0 THEN ${sql} ELSE ${
      callOf(signature)([a, b] as never)
    } END)`;
  };
  return [
    fn(`${signature} int8`, { call: (a) => checked(how(big(a), big(a, 1))) }),
    fn(`pg_mysql.unsigned_${name}(int8, int8) int8`, {
      sql: whenSimple(print, callOf(signature)),
    }),
  ];
}

/** A quotient or remainder; SQLite would take a text for another number. */
function quotient(
  name: string,
  symbol: string,
  how: (a: bigint, b: bigint) => Datum,
): Definition[] {
  const signature = `pg_mysql.large_${name}(int8, int8)`;
  return [
    fn(`${signature} int8`, {
      call: (a, context) =>
        big(a, 1) === 0n ? divisionByZero(context) : how(big(a), big(a, 1)),
    }),
    fn(`pg_mysql.unsigned_${name}(int8, int8) int8`, {
      sql: whenSimple(
        ([a, b]) =>
          `(CASE WHEN typeof(${a}) = 'integer' AND typeof(${b}) = 'integer' AND ${a} >= 0 AND ${b} > 0 THEN ${a} ${symbol} ${b} ELSE ${
            callOf(signature)([a, b] as never)
          } END)`,
        callOf(signature),
      ),
    }),
  ];
}

/** A numeric as a whole number. */
function whole(value: Datum, column: Datum): bigint {
  const number = numericOf(value as string);
  if (isSpecial(number)) throw noFit(column);
  return round(number, 0).digits;
}

function year(value: number, args: Args): Datum {
  if (value === 0 || value >= 1901 && value <= 2155) return value;
  throw noFit(args[1] as Datum);
}

const bits = (args: Args, at: number) =>
  BigInt.asUintN(64, (numericOf(args[at] as string) as Decimal).digits);
const unsigned = (value: bigint): Datum =>
  unsignedDatum(BigInt.asUintN(64, value));

/** See the top of the file. */
export const mysqlUnsigned: readonly Definition[] = [
  ...pair("add", "+", (a, b) => a + b),
  ...pair("subtract", "-", (a, b) => a - b),
  ...pair("multiply", "*", (a, b) => a * b),
  ...quotient("divide_whole", "/", (a, b) => checked(a / b)),
  // The sign is that of the dividend, which may have one.
  ...quotient("modulo", "%", (a, b) => unsignedDatum(a % b)),
  fn("pg_mysql.large_to_decimal(int8) numeric", {
    call: (a) => String(big(a)),
  }),
  fn("pg_mysql.unsigned_to_decimal(int8) numeric", {
    sql: whenSimple(
      ([n]) =>
        `(CASE typeof(${n}) WHEN 'integer' THEN CAST(${n} AS TEXT) ELSE ${
          callOf("pg_mysql.large_to_decimal(int8)")([n] as never)
        } END)`,
      callOf("pg_mysql.large_to_decimal(int8)"),
    ),
  }),
  fn("pg_mysql.unsigned_of(numeric) int8", {
    call: (a) =>
      unsigned(round(numericOf(a[0] as string) as Decimal, 0).digits),
  }),
  fn("pg_mysql.large_bits(int8) int8", { call: (a) => unsigned(big(a)) }),
  fn("pg_mysql.unsigned_bits(int8) int8", {
    sql: whenSimple(
      ([n]) =>
        `(CASE WHEN ${n} >= 0 THEN ${n} ELSE ${
          callOf("pg_mysql.large_bits(int8)")([n] as never)
        } END)`,
      callOf("pg_mysql.large_bits(int8)"),
    ),
  }),
  fn("pg_mysql.text_to_unsigned(text) int8", {
    call: (a, context) => {
      const text = a[0] as string;
      const [whole = "", digits = "0"] = /^\s*([-+]?\d+)/.exec(text) ?? [];
      if (whole === "" || text.slice(whole.length).trim() !== "") {
        doubtValue(context, "Truncated incorrect INTEGER", text);
      }
      const value = BigInt(digits.replace("+", ""));
      return value > mostUnsigned
        ? unsignedDatum(mostUnsigned)
        : unsigned(value);
    },
  }),
  fn("pg_mysql.signed_bits(int8) int8", {
    call: (a) => narrow(BigInt.asIntN(64, big(a))),
  }),
  fn("pg_mysql.negate_unsigned(int8) int8", {
    call: (a) => {
      const value = -big(a);
      if (value >= -mostSigned - 1n) return narrow(value);
      throw new SqlError("22003", "bigint out of range");
    },
  }),
  fn("pg_mysql.bit_and_integers(numeric, numeric) int8", {
    call: (a) => unsigned(bits(a, 0) & bits(a, 1)),
  }),
  fn("pg_mysql.bit_or_integers(numeric, numeric) int8", {
    call: (a) => unsigned(bits(a, 0) | bits(a, 1)),
  }),
  fn("pg_mysql.bit_xor_integers(numeric, numeric) int8", {
    call: (a) => unsigned(bits(a, 0) ^ bits(a, 1)),
  }),
  fn("pg_mysql.bit_not_integers(numeric) int8", {
    call: (a) => unsigned(~bits(a, 0)),
  }),
  fn("pg_mysql.shift_left_integers(numeric, numeric) int8", {
    call: (a) => bits(a, 1) > 63n ? 0 : unsigned(bits(a, 0) << bits(a, 1)),
  }),
  fn("pg_mysql.shift_right_integers(numeric, numeric) int8", {
    call: (a) => bits(a, 1) > 63n ? 0 : unsigned(bits(a, 0) >> bits(a, 1)),
  }),
  fn("pg_mysql.bit_count_of(numeric) int4", {
    call: (a) => bits(a, 0).toString(2).replaceAll("0", "").length,
  }),
  fn("pg_mysql.checked_signed(int8) int8", {
    call: (a) => {
      if (typeof a[0] !== "string") return a[0] as Datum;
      throw new SqlError("22003", "bigint out of range");
    },
  }),
  fn("pg_mysql.signed_of(int8) int8", {
    sql: whenSimple(
      ([n]) =>
        `(CASE typeof(${n}) WHEN 'text' THEN ${
          failure("22003", "bigint out of range")
        } ELSE ${n} END)`,
      callOf("pg_mysql.checked_signed(int8)"),
    ),
  }),
  // Strict assignments, which name the column.
  fn("pg_mysql.fit_unsigned(numeric, text) int8", {
    call: (a) => {
      const value = whole(a[0] as Datum, a[1] as Datum);
      if (value >= 0n && value <= mostUnsigned) return unsignedDatum(value);
      throw noFit(a[1] as Datum);
    },
  }),
  fn("pg_mysql.year_of_number(int8) int8", {
    call: (a) => typeof a[0] === "number" ? yearOfNumber(a[0]) : a[0] as Datum,
  }),
  fn("pg_mysql.fit_year(numeric, text) int4", {
    call: (a) =>
      year(yearOfNumber(Number(whole(a[0] as Datum, a[1] as Datum))), a),
  }),
  fn("pg_mysql.fit_year_text(text, text) int4", {
    call: (a) => {
      const digits = (a[0] as string).trim();
      if (/^\d{1,4}$/.test(digits)) return year(yearOfText(digits), a);
      if (isNumeric(digits)) return year(Math.round(Number(digits)), a);
      throw new SqlError("22P02", `Incorrect integer value: '${a[0]}'`);
    },
  }),
  fn("pg_mysql.fit_integer(numeric, int8, int8, text) int8", {
    call: (a) => {
      const value = whole(a[0] as Datum, a[3] as Datum);
      if (value >= big(a, 1) && value <= big(a, 2)) return narrow(value);
      throw noFit(a[3] as Datum);
    },
  }),
];
