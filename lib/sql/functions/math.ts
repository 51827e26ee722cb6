/**
 * Mathematical functions of `float8`, and random numbers (manual, 9.3).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext, EvalServices } from "../eval_context.ts";
import { floatDatum, floatOf } from "../types/float.ts";
import { type Definition, fn, op, type Properties } from "./define.ts";
import { floatOverflow, floatUnderflow, roundEven } from "./float.ts";
import { callOf } from "./native.ts";

const inputRange = () => new SqlError("22003", "input is out of range");

/** A function of one number; NaN in gives NaN out. */
function of(
  how: (x: number) => number,
): Properties & { call: (args: readonly Datum[]) => number | "NaN" } {
  return {
    call: ([a]) => {
      const x = floatOf(a);
      return floatDatum(Number.isNaN(x) ? x : how(x));
    },
  };
}

function squareRoot(x: number): number {
  if (x < 0) {
    throw new SqlError("2201F", "cannot take square root of a negative number");
  }
  return Math.sqrt(x);
}

function logarithm(how: (x: number) => number) {
  return (x: number) => {
    if (x === 0) throw new SqlError("2201E", "cannot take logarithm of zero");
    if (x < 0) {
      throw new SqlError(
        "2201E",
        "cannot take logarithm of a negative number",
      );
    }
    return how(x);
  };
}

function exponential(x: number): number {
  const result = Math.exp(x);
  if (!Number.isFinite(result) && Number.isFinite(x)) throw floatOverflow();
  if (result === 0 && Number.isFinite(x)) throw floatUnderflow();
  return result;
}

/** Cube root; the runtime's own is a hair off for some cubes. */
function cubeRoot(x: number): number {
  const root = Math.cbrt(x);
  const whole = Math.round(root);
  return whole * whole * whole === x ? whole : root;
}

/** `power` of floats, with PostgreSQL's errors. */
function power([x, y]: readonly Datum[]): number | "NaN" {
  const a = floatOf(x);
  const b = floatOf(y);
  if (Number.isNaN(a)) return b === 0 ? 1 : "NaN";
  if (Number.isNaN(b)) return a === 1 ? 1 : "NaN";
  if (a === 0 && b < 0) {
    throw new SqlError(
      "2201F",
      "zero raised to a negative power is undefined",
    );
  }
  if (a < 0 && Number.isFinite(b) && !Number.isInteger(b)) {
    throw new SqlError(
      "2201F",
      "a negative number raised to a non-integer power yields a complex result",
    );
  }
  // C gives 1 where JavaScript gives NaN.
  if (!Number.isFinite(b) && Math.abs(a) === 1) return 1;
  const result = a ** b;
  if (Number.isFinite(a) && Number.isFinite(b)) {
    if (!Number.isFinite(result)) throw floatOverflow();
    if (result === 0 && a !== 0) throw floatUnderflow();
  }
  return floatDatum(result);
}

/** An angle function of what must be finite. */
function finite(how: (x: number) => number) {
  return (x: number) => {
    if (!Number.isFinite(x)) throw inputRange();
    return how(x);
  };
}

/** A function that is defined between two bounds only. */
function within(least: number, most: number, how: (x: number) => number) {
  return (x: number) => {
    if (x < least || x > most) throw inputRange();
    return how(x);
  };
}

const radian = Math.PI / 180;

/** Sine of an angle in degrees, exact where it can be. */
function sineDegrees(degrees: number): number {
  let angle = degrees % 360;
  let sign = 1;
  if (angle < 0) {
    angle = -angle;
    sign = -sign;
  }
  if (angle > 180) {
    angle = 360 - angle;
    sign = -sign;
  }
  if (angle > 90) angle = 180 - angle;
  return sign * sineOfQuarter(angle);
}

function sineOfQuarter(angle: number): number {
  const thirty = Math.sin(30 * radian);
  const sixty = 1 - Math.cos(60 * radian);
  return angle <= 30
    ? Math.sin(angle * radian) / thirty / 2
    : 1 - (1 - Math.cos((90 - angle) * radian)) / sixty / 2;
}

function cosineOfQuarter(angle: number): number {
  const thirty = Math.sin(30 * radian);
  const sixty = 1 - Math.cos(60 * radian);
  return angle <= 60
    ? 1 - (1 - Math.cos(angle * radian)) / sixty / 2
    : Math.sin((90 - angle) * radian) / thirty / 2;
}

function cosineDegrees(degrees: number): number {
  let angle = Math.abs(degrees % 360);
  let sign = 1;
  if (angle > 180) angle = 360 - angle;
  if (angle > 90) {
    angle = 180 - angle;
    sign = -sign;
  }
  return sign * cosineOfQuarter(angle);
}

function tangentDegrees(degrees: number): number {
  let angle = degrees % 360;
  let sign = 1;
  if (angle < 0) {
    angle = -angle;
    sign = -sign;
  }
  if (angle > 180) {
    angle = 360 - angle;
    sign = -sign;
  }
  if (angle > 90) {
    angle = 180 - angle;
    sign = -sign;
  }
  const one = sineOfQuarter(45) / cosineOfQuarter(45);
  const value = sign * (sineOfQuarter(angle) / cosineOfQuarter(angle) / one);
  return value === 0 ? 0 : value;
}

function cotangentDegrees(degrees: number): number {
  const tangent = tangentDegrees(degrees);
  return tangent === 0
    ? Infinity
    : Math.abs(tangent) === Infinity
    ? 0
    : 1 / tangent;
}

/** `asind` and `acosd` by their exact points. */
function arcsineDegrees(x: number): number {
  if (x < 0) return -arcsineDegrees(-x);
  return x <= 0.5
    ? Math.asin(x) / Math.asin(0.5) * 30
    : 90 - Math.acos(x) / Math.acos(0.5) * 60;
}

function arccosineDegrees(x: number): number {
  if (x < 0) return 90 + arcsineDegrees(-x);
  return x <= 0.5
    ? 90 - Math.asin(x) / Math.asin(0.5) * 30
    : Math.acos(x) / Math.acos(0.5) * 60;
}

const arctangentDegrees = (x: number) => Math.atan(x) / Math.atan(1) * 45;

function widthBucket(
  operand: number,
  low: number,
  high: number,
  count: number,
): number {
  if (count <= 0) throw bucketError("count must be greater than zero");
  if ([operand, low, high].some(Number.isNaN)) {
    throw bucketError("operand, lower bound, and upper bound cannot be NaN");
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw bucketError("lower and upper bounds must be finite");
  }
  if (low === high) {
    throw bucketError("lower bound cannot equal upper bound");
  }
  const up = low < high;
  if (up ? operand < low : operand > low) return 0;
  if (up ? operand >= high : operand <= high) {
    if (count === 2147483647) {
      throw new SqlError("22003", "integer out of range");
    }
    return count + 1;
  }
  const place = Math.floor(count * ((operand - low) / (high - low))) + 1;
  return Math.min(place, count);
}

/**
 * @param message What is wrong with the arguments of `width_bucket`.
 * @returns Error 2201G.
 */
export function bucketError(message: string): SqlError {
  return new SqlError("2201G", message);
}

/** Seeds of the sessions that called `setseed()`; PostgreSQL's own sequence of numbers is another. */
const seeds = new WeakMap<EvalServices, number>();

function random(_: readonly Datum[], { services }: EvalContext): number {
  let seeded = seeds.get(services);
  if (seeded === undefined) return Math.random();
  // Mulberry32: small, and good enough for a seed that nobody shares with PostgreSQL.
  const word = () => {
    seeded = ((seeded as number) + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seeded ^ (seeded >>> 15), 1 | seeded);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const number = (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
  seeds.set(services, seeded);
  return number;
}

function setSeed(
  [seed]: readonly Datum[],
  { services }: EvalContext,
): string {
  const value = floatOf(seed);
  if (!(value >= -1 && value <= 1)) {
    throw new SqlError(
      "22023",
      `setseed parameter ${value} is out of allowed range [-1,1]`,
    );
  }
  seeds.set(services, Math.floor(value * 2147483647) | 0);
  return "";
}

const arctangent2 = (
  convert: (x: number) => number,
) =>
([y, x]: readonly Datum[]) => {
  const [a, b] = [floatOf(y), floatOf(x)];
  return floatDatum(
    Number.isNaN(a) || Number.isNaN(b) ? NaN : convert(Math.atan2(a, b)),
  );
};

/** See the top of the file. */
export const mathFunctions: readonly Definition[] = [
  fn("sqrt(float8) float8", of(squareRoot)),
  op("|/ float8 = float8", { sql: callOf("sqrt(float8)") }),
  fn("cbrt(float8) float8", of(cubeRoot)),
  op("||/ float8 = float8", { sql: callOf("cbrt(float8)") }),
  fn("exp(float8) float8", of(exponential)),
  fn("ln(float8) float8", of(logarithm(Math.log))),
  fn("log(float8) float8", of(logarithm(Math.log10))),
  fn("log10(float8) float8", of(logarithm(Math.log10))),
  fn("power(float8, float8) float8", { call: power }),
  fn("pow(float8, float8) float8", { call: power }),
  op("float8 ^ float8 = float8", { sql: callOf("power(float8, float8)") }),
  fn("ceil(float8) float8", of(Math.ceil)),
  fn("ceiling(float8) float8", of(Math.ceil)),
  fn("floor(float8) float8", of(Math.floor)),
  fn("round(float8) float8", of(roundEven)),
  fn("trunc(float8) float8", of(Math.trunc)),
  fn("sign(float8) float8", of((x) => x > 0 ? 1 : x < 0 ? -1 : 0)),
  fn("degrees(float8) float8", of((x) => x / radian)),
  fn("radians(float8) float8", of((x) => x * radian)),
  fn("pi() float8", { sql: () => "3.141592653589793" }),
  fn("sin(float8) float8", of(finite(Math.sin))),
  fn("cos(float8) float8", of(finite(Math.cos))),
  fn("tan(float8) float8", of(finite(Math.tan))),
  fn("cot(float8) float8", of(finite((x) => 1 / Math.tan(x)))),
  fn("asin(float8) float8", of(within(-1, 1, Math.asin))),
  fn("acos(float8) float8", of(within(-1, 1, Math.acos))),
  fn("atan(float8) float8", of(Math.atan)),
  fn("atan2(float8, float8) float8", { call: arctangent2((x) => x) }),
  fn("sind(float8) float8", of(finite(sineDegrees))),
  fn("cosd(float8) float8", of(finite(cosineDegrees))),
  fn("tand(float8) float8", of(finite(tangentDegrees))),
  fn("cotd(float8) float8", of(finite(cotangentDegrees))),
  fn("asind(float8) float8", of(within(-1, 1, arcsineDegrees))),
  fn("acosd(float8) float8", of(within(-1, 1, arccosineDegrees))),
  fn("atand(float8) float8", of(arctangentDegrees)),
  fn("atan2d(float8, float8) float8", {
    call: arctangent2((x) => x / Math.atan(1) * 45),
  }),
  fn("sinh(float8) float8", of(Math.sinh)),
  fn("cosh(float8) float8", of(Math.cosh)),
  fn("tanh(float8) float8", of(Math.tanh)),
  fn("asinh(float8) float8", of(Math.asinh)),
  fn("acosh(float8) float8", of(within(1, Infinity, Math.acosh))),
  fn("atanh(float8) float8", of(within(-1, 1, Math.atanh))),
  fn("random() float8", { volatility: "v", call: random }),
  fn("setseed(float8) void", { volatility: "v", call: setSeed }),
  fn("width_bucket(float8, float8, float8, int4) int4", {
    call: ([operand, low, high, count]) =>
      widthBucket(
        floatOf(operand),
        floatOf(low),
        floatOf(high),
        Number(count),
      ),
  }),
];
