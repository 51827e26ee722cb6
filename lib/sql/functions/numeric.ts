/**
 * Functions of `numeric`: exact, with PostgreSQL's scales.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  absolute,
  add,
  divide,
  divideTo,
  divideWhole,
  divisionScale,
  factorial,
  greatestDivisor,
  leastMultiple,
  multiply,
  negate,
  remainder,
  signOf,
  subtract,
} from "../numeric/arithmetic.ts";
import { compare } from "../numeric/compare.ts";
import {
  checked,
  type Decimal,
  isSpecial,
  type Numeric,
  numericOf,
  parseNumeric,
  pow10,
  printNumeric,
  round,
  toFloat,
  truncate,
} from "../numeric/decimal.ts";
import { power } from "../numeric/power.ts";
import { squareRoot } from "../numeric/root.ts";
import {
  exponential,
  logarithm,
  naturalLog,
} from "../numeric/transcendental.ts";
import { integerDatum } from "../types/binary.ts";
import { floatDatum, floatOf, writeFloat4 } from "../types/float.ts";
import {
  int2Range,
  int4Range,
  int8Range,
  type IntegerRange,
  outOfRange,
} from "../types/integer.ts";
import { cast, type Definition, fn, op } from "./define.ts";
import { bucketError } from "./math.ts";
import { callOf } from "./native.ts";
import { comparisons } from "./text_compare.ts";

const ten: Decimal = { digits: 10n, scale: 0 };

/** A function of one number. */
function of(how: (x: Numeric) => Numeric) {
  return {
    call: ([a]: readonly Datum[]) => printNumeric(how(numericOf(a as string))),
  };
}

/** A function of two numbers. */
function ofTwo(how: (x: Numeric, y: Numeric) => Numeric) {
  return {
    call: ([a, b]: readonly Datum[]) =>
      printNumeric(how(numericOf(a as string), numericOf(b as string))),
  };
}

/** A function of the finite ones; the others stay as they are. */
function finite(how: (x: Decimal) => Numeric) {
  return (x: Numeric) => isSpecial(x) ? x : how(x);
}

function ceiling(x: Decimal): Decimal {
  const cut = truncate(x, 0);
  return x.digits > 0n && cut.digits * pow10(x.scale) !== x.digits
    ? { digits: cut.digits + 1n, scale: 0 }
    : cut;
}

function floor(x: Decimal): Decimal {
  const cut = truncate(x, 0);
  return x.digits < 0n && cut.digits * pow10(x.scale) !== x.digits
    ? { digits: cut.digits - 1n, scale: 0 }
    : cut;
}

/** Scales beyond these change nothing. */
const mostScale = 2000;
const clamp = (scale: Datum | undefined) =>
  Math.min(Math.max(Number(scale), -mostScale), mostScale);

/** @returns Fewest digits after the point that lose nothing. */
function leastScale(x: Decimal): number {
  if (x.digits === 0n) return 0;
  let { digits, scale } = x;
  while (scale > 0 && digits % 10n === 0n) {
    digits /= 10n;
    scale -= 1;
  }
  return scale;
}

function signum(x: Numeric): Numeric {
  return x === "NaN" ? x : { digits: BigInt(signOf(x)), scale: 0 };
}

/** These are functions in SQL to PostgreSQL, which shows in its errors. */
function decimalLogarithm(x: Numeric, name: string): Numeric {
  try {
    return logarithm(ten, x);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    throw new SqlError(error.sqlState, error.message, {
      where: `SQL function "${name}" statement 1`,
    });
  }
}

function widthBucket([o, l, h, n]: readonly Datum[]): number | bigint {
  const [operand, low, high] = [o, l, h].map((each) =>
    numericOf(each as string)
  ) as [Numeric, Numeric, Numeric];
  const count = BigInt(n as number);
  if (count <= 0n) throw bucketError("count must be greater than zero");
  if (operand === "NaN" || low === "NaN" || high === "NaN") {
    throw bucketError("operand, lower bound, and upper bound cannot be NaN");
  }
  if (isSpecial(low) || isSpecial(high)) {
    throw bucketError("lower and upper bounds must be finite");
  }
  const order = compare(low, high);
  if (order === 0) throw bucketError("lower bound cannot equal upper bound");
  const up = order < 0;
  const fromLow = compare(operand, low);
  const fromHigh = compare(operand, high);
  if (up ? fromLow < 0 : fromLow > 0) return 0;
  if (up ? fromHigh >= 0 : fromHigh <= 0) {
    if (count === 2147483647n) throw outOfRange(int4Range);
    return Number(count) + 1;
  }
  const way = subtract(operand, low) as Decimal;
  const width = subtract(high, low) as Decimal;
  const part: Decimal = { digits: way.digits * count, scale: way.scale };
  // PostgreSQL 15 rounds this quotient as any other, and may so end up one bucket too far.
  const quotient = divideTo(part, width, divisionScale(part, width));
  return Number(truncate(quotient, 0).digits) + 1;
}

function toInteger(range: IntegerRange) {
  return ([a]: readonly Datum[]): number | bigint => {
    const value = numericOf(a as string);
    if (isSpecial(value)) {
      throw new SqlError(
        "0A000",
        `cannot convert ${
          value === "NaN" ? "NaN" : "infinity"
        } to ${range.label}`,
      );
    }
    const { digits } = round(value, 0);
    if (digits < range.min || digits > range.max) throw outOfRange(range);
    return integerDatum(digits);
  };
}

/** Floats become numeric with the digits that are sure: 15 or 6. */
function fromFloat(digits: number) {
  return ([a]: readonly Datum[]): string => {
    const value = floatOf(a);
    if (!Number.isFinite(value)) return String(value);
    return printNumeric(parseNumeric(trimmed(value.toPrecision(digits))));
  };
}

/** Drops zeros after the point that `toPrecision` adds and C's `%g` does not. */
function trimmed(text: string): string {
  const [digits = "", exponent] = text.split("e");
  const short = digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
  return exponent === undefined ? short : `${short}e${exponent}`;
}

function toReal(single: boolean) {
  return ([a]: readonly Datum[]): number | "NaN" => {
    const text = a as string;
    const value = toFloat(numericOf(text));
    const rounded = single ? Math.fround(value) : value;
    if (!Number.isFinite(rounded) && !/[a-z]/.test(text)) {
      throw new SqlError(
        "22003",
        `"${text}" is out of range for type ${
          single ? "real" : "double precision"
        }`,
      );
    }
    if (single && rounded === 0 && value !== 0) {
      throw new SqlError(
        "22003",
        `"${writeFloat4(value)}" is out of range for type real`,
      );
    }
    return floatDatum(rounded);
  };
}

/** Operator, name of its function, what it does. */
const operators: readonly (readonly [
  string,
  string,
  (a: Numeric, b: Numeric) => Numeric,
])[] = [
  ["+", "numeric_add", add],
  ["-", "numeric_sub", subtract],
  ["*", "numeric_mul", multiply],
  ["/", "numeric_div", divide],
  ["%", "mod", remainder],
  ["^", "power", power],
];

/** See the top of the file. */
export const numericFunctions: readonly Definition[] = [
  ...comparisons("numeric", "numeric", "pg_numeric"),
  ...operators.flatMap(([symbol, name, how]) => [
    fn(`${name}(numeric, numeric) numeric`, ofTwo(how)),
    op(`numeric ${symbol} numeric = numeric`, {
      sql: callOf(`${name}(numeric, numeric)`),
    }),
  ]),
  fn("pow(numeric, numeric) numeric", ofTwo(power)),
  fn("div(numeric, numeric) numeric", ofTwo(divideWhole)),
  fn("gcd(numeric, numeric) numeric", ofTwo(greatestDivisor)),
  fn("lcm(numeric, numeric) numeric", ofTwo(leastMultiple)),
  fn("numeric_uminus(numeric) numeric", of(negate)),
  op("- numeric = numeric", { sql: callOf("numeric_uminus(numeric)") }),
  op("+ numeric = numeric", { sql: ([a]) => `${a}` }),
  fn("abs(numeric) numeric", of(absolute)),
  op("@ numeric = numeric", { sql: callOf("abs(numeric)") }),
  fn("sign(numeric) numeric", of(signum)),
  fn("ceil(numeric) numeric", of(finite(ceiling))),
  fn("ceiling(numeric) numeric", of(finite(ceiling))),
  fn("floor(numeric) numeric", of(finite(floor))),
  fn("round(numeric) numeric", of(finite((x) => checked(round(x, 0))))),
  fn("trunc(numeric) numeric", of(finite((x) => truncate(x, 0)))),
  fn("round(numeric, int4) numeric", {
    call: ([a, scale]) =>
      printNumeric(
        finite((x) => checked(round(x, clamp(scale))))(numericOf(a as string)),
      ),
  }),
  fn("trunc(numeric, int4) numeric", {
    call: ([a, scale]) =>
      printNumeric(
        finite((x) => truncate(x, clamp(scale)))(numericOf(a as string)),
      ),
  }),
  fn("sqrt(numeric) numeric", of(squareRoot)),
  fn("exp(numeric) numeric", of(exponential)),
  fn("ln(numeric) numeric", of(naturalLog)),
  ...["log", "log10"].map((name) =>
    fn(`${name}(numeric) numeric`, of((x) => decimalLogarithm(x, name)))
  ),
  fn("log(numeric, numeric) numeric", ofTwo(logarithm)),
  fn("factorial(int8) numeric", {
    call: ([a]) => printNumeric(factorial(BigInt(a as number))),
  }),
  fn("scale(numeric) int4", {
    call: ([a]) => {
      const value = numericOf(a as string);
      return isSpecial(value) ? null : value.scale;
    },
  }),
  fn("min_scale(numeric) int4", {
    call: ([a]) => {
      const value = numericOf(a as string);
      return isSpecial(value) ? null : leastScale(value);
    },
  }),
  fn("trim_scale(numeric) numeric", of(finite((x) => round(x, leastScale(x))))),
  fn(
    "numeric_inc(numeric) numeric",
    of((x) => add(x, { digits: 1n, scale: 0 })),
  ),
  fn("width_bucket(numeric, numeric, numeric, int4) int4", {
    call: widthBucket,
  }),
  ...["int2", "int4", "int8"].map((type) =>
    cast(`${type} -> numeric`, "implicit", {
      sql: ([a]) => `CAST(${a} AS TEXT)`,
    })
  ),
  cast("numeric -> int2", "assignment", { call: toInteger(int2Range) }),
  cast("numeric -> int4", "assignment", { call: toInteger(int4Range) }),
  cast("numeric -> int8", "assignment", { call: toInteger(int8Range) }),
  cast("float8 -> numeric", "assignment", { call: fromFloat(15) }),
  cast("float4 -> numeric", "assignment", { call: fromFloat(6) }),
  cast("numeric -> float8", "implicit", { call: toReal(false) }),
  cast("numeric -> float4", "implicit", { call: toReal(true) }),
];
