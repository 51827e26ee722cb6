/**
 * Arithmetic, comparisons and casts of `float4` and `float8`.
 *
 * SQLite's own operators do the usual case; whatever is no finite number on either side (NaN is a text,
 * and SQLite has no error for an overflow) goes to JavaScript.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { integerDatum } from "../types/binary.ts";
import { floatDatum, floatOf } from "../types/float.ts";
import {
  divisionByZero,
  int2Range,
  int4Range,
  int8Range,
  type IntegerRange,
  outOfRange,
} from "../types/integer.ts";
import { cast, type Definition, fn, op } from "./define.ts";
import { callOf, type Print, whenSimple } from "./native.ts";
import { comparisons } from "./text_compare.ts";

/** @returns Error 22003 for a float that is too large. */
export function floatOverflow(): SqlError {
  return new SqlError("22003", "value out of range: overflow");
}

/** @returns Error 22003 for a float that is too small. */
export function floatUnderflow(): SqlError {
  return new SqlError("22003", "value out of range: underflow");
}

type Arithmetic = (a: number, b: number) => number;

const plus: Arithmetic = (a, b) => a + b;
const minus: Arithmetic = (a, b) => a - b;
const times: Arithmetic = (a, b) => a * b;
const quotient: Arithmetic = (a, b) => {
  if (b === 0 && !Number.isNaN(a)) throw divisionByZero();
  return a / b;
};

/** Reckons, and refuses results that are infinite or zero while no operand is. */
function checked(how: Arithmetic, round: (x: number) => number) {
  const divides = how === quotient;
  const multiplies = how === times;
  return ([x, y]: readonly Datum[]): number | "NaN" => {
    const a = floatOf(x);
    const b = floatOf(y);
    const result = round(how(a, b));
    if (Number.isFinite(a) && !Number.isFinite(result)) {
      if (!Number.isNaN(b) && Number.isFinite(b)) throw floatOverflow();
    }
    if (result === 0 && a !== 0) {
      if (multiplies && b !== 0) throw floatUnderflow();
      if (divides && Number.isFinite(b)) throw floatUnderflow();
    }
    return floatDatum(result);
  };
}

const operators: readonly (readonly [string, string, Arithmetic])[] = [
  ["+", "pl", plus],
  ["-", "mi", minus],
  ["*", "mul", times],
  ["/", "div", quotient],
];

const identity = (x: number) => x;

/** SQLite's operator where both sides and the result are numbers well within bounds. */
function printNative(symbol: string): Print {
  const fallback = callOf(`float8${suffixOf(symbol)}(float8, float8)`);
  const bounds = symbol === "+" || symbol === "-"
    ? "< 1e308"
    : "BETWEEN 1e-300 AND 1e308";
  return whenSimple(
    (args) => {
      const [a, b] = args;
      return `(CASE WHEN typeof(${a}) = 'real' AND typeof(${b}) = 'real' AND abs(${a} ${symbol} ${b}) ${bounds} THEN ${a} ${symbol} ${b} ELSE ${
        fallback(args)
      } END)`;
    },
    fallback,
  );
}

const suffixOf = (symbol: string) =>
  operators.find(([each]) => each === symbol)?.[1] ?? "";

function arithmeticOf(a: string, b: string): Definition[] {
  const single = a === "float4" && b === "float4";
  return operators.map(([symbol, , how]) =>
    op(
      `${a} ${symbol} ${b} = ${single ? "float4" : "float8"}`,
      single
        ? { call: checked(how, Math.fround) }
        : { sql: printNative(symbol) },
    )
  );
}

/**
 * Rounds half to even, as C's `rint`.
 *
 * @param value A number.
 * @returns The integer next to it.
 */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) {
    // Math.round() gives 0 for -0.2 where -0 is meant.
    const rounded = rest < 0.5 ? floor : floor + 1;
    return rounded === 0 && value < 0 ? -0 : rounded;
  }
  const even = floor % 2 === 0 ? floor : floor + 1;
  return even === 0 && value < 0 ? -0 : even;
}

function toInteger(range: IntegerRange) {
  const least = Number(range.min);
  return ([a]: readonly Datum[]): number | bigint => {
    const value = roundEven(floatOf(a));
    // The bound above is no float for int8; its negative is.
    if (!(value >= least && value < -least)) throw outOfRange(range);
    return integerDatum(BigInt(value));
  };
}

function toFloat4([a]: readonly Datum[]): number | "NaN" {
  const value = floatOf(a);
  const single = Math.fround(value);
  if (Number.isFinite(value) && !Number.isFinite(single)) throw floatOverflow();
  if (single === 0 && value !== 0) throw floatUnderflow();
  return floatDatum(single);
}

const floats = ["float4", "float8"] as const;

/** See the top of the file. */
export const floatFunctions: readonly Definition[] = [
  ...floats.flatMap((a) => floats.flatMap((b) => comparisons(a, b))),
  ...operators.map(([, suffix, how]) =>
    fn(`float8${suffix}(float8, float8) float8`, {
      call: checked(how, identity),
    })
  ),
  ...floats.flatMap((a) => floats.flatMap((b) => arithmeticOf(a, b))),
  ...floats.flatMap((type) => [
    fn(`${type}um(${type}) ${type}`, {
      call: ([a]) => floatDatum(-floatOf(a)),
    }),
    op(`- ${type} = ${type}`, { sql: callOf(`${type}um(${type})`) }),
    op(`+ ${type} = ${type}`, { sql: ([a]) => `${a}` }),
    fn(`abs(${type}) ${type}`, {
      call: ([a]) => floatDatum(Math.abs(floatOf(a))),
    }),
    op(`@ ${type} = ${type}`, { sql: callOf(`abs(${type})`) }),
    ...([["int2", int2Range], ["int4", int4Range], [
      "int8",
      int8Range,
    ]] as const)
      .map(([integer, range]) =>
        cast(`${type} -> ${integer}`, "assignment", { call: toInteger(range) })
      ),
    ...["int2", "int4", "int8"].map((integer) =>
      cast(
        `${integer} -> ${type}`,
        "implicit",
        type === "float8"
          ? { sql: ([a]) => `CAST(${a} AS REAL)` }
          : { call: ([a]) => Math.fround(Number(a)) },
      )
    ),
  ]),
  cast("float4 -> float8", "implicit", { sql: ([a]) => `${a}` }),
  cast("float8 -> float4", "assignment", { call: toFloat4 }),
];
