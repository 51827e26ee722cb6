/**
 * Numbers inside JSON documents and JSON paths: exact, of any size, written as `numeric` writes them.
 *
 * @module
 */

import { SqlError } from "../error.ts";

/** `digits / 10^scale`. */
export interface Decimal {
  /** Signed. */
  readonly digits: bigint;
  /** Digits after the point, which are kept as written. */
  readonly scale: number;
}

/** Most digits before the point of a `numeric` (manual, table 8.2). */
const mostBefore = 131_072;
/** Most digits after it. */
const mostAfter = 16_383;
const plain = /^(?:-?[1-9]\d{0,15}|0)(?:\.\d{1,15})?$/;
const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

function overflow(): SqlError {
  return new SqlError("22003", "value overflows numeric format");
}

/**
 * @param text A JSON number, or any `numeric` without NaN and Infinity.
 * @returns The same as `numeric` prints it: no exponent, no needless sign or zeros in front.
 * @throws {SqlError} 22003 beyond the limits of `numeric`.
 */
export function canonicalNumber(text: string): string {
  if (plain.test(text)) return text;
  const match = parts.exec(text);
  if (match === null) {
    throw new SqlError(
      "22P02",
      `invalid input syntax for type numeric: "${text}"`,
    );
  }
  const [, sign, before = "", after = "", exponent = "0"] = match;
  const shift = Number(exponent);
  const scale = Math.max(0, after.length - shift);
  let digits = before + after;
  const point = before.length + shift;
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  const zero = leading === digits.length;
  if (scale > mostAfter || (!zero && point - leading > mostBefore)) {
    throw overflow();
  }
  if (zero) return scale > 0 ? `0.${"0".repeat(scale)}` : "0";
  let whole: string;
  let fraction: string;
  if (point <= 0) {
    whole = "0";
    fraction = "0".repeat(-point) + digits;
  } else {
    if (point > digits.length) digits += "0".repeat(point - digits.length);
    whole = digits.slice(0, point).replace(/^0+(?=\d)/, "");
    fraction = digits.slice(point);
  }
  return (sign === "-" ? "-" : "") + whole +
    (fraction === "" ? "" : `.${fraction}`);
}

/**
 * @param text Canonical number.
 * @returns Its digits and scale.
 */
export function parseDecimal(text: string): Decimal {
  const canonical = canonicalNumber(text);
  const point = canonical.indexOf(".");
  if (point < 0) return { digits: BigInt(canonical), scale: 0 };
  return {
    digits: BigInt(canonical.slice(0, point) + canonical.slice(point + 1)),
    scale: canonical.length - point - 1,
  };
}

/**
 * @param value A number.
 * @returns Its canonical text.
 */
export function printDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const digits = (negative ? -value.digits : value.digits).toString();
  if (value.scale === 0) return (negative ? "-" : "") + digits;
  const padded = digits.padStart(value.scale + 1, "0");
  return (negative ? "-" : "") + padded.slice(0, -value.scale) + "." +
    padded.slice(-value.scale);
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}

function align(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const scale = Math.max(a.scale, b.scale);
  return [
    a.digits * power(scale - a.scale),
    b.digits * power(scale - b.scale),
    scale,
  ];
}

/** @returns Negative, zero or positive; `1.0` and `1.00` are equal. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = align(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * @param a Canonical text.
 * @param b Canonical text.
 * @returns Negative, zero or positive.
 */
export function compareNumberTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length < 16 && b.length < 16) {
    const left = Number(a);
    const right = Number(b);
    // Fifteen digits are exact in a double as far as order goes.
    if (left !== right) return left < right ? -1 : 1;
  }
  return compareDecimals(parseDecimal(a), parseDecimal(b));
}

/** @returns `a + b`. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = align(a, b);
  return { digits: left + right, scale };
}

/** @returns `a - b`. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = align(a, b);
  return { digits: left - right, scale };
}

/** @returns `a * b`, with no more digits than `numeric` has. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return bounded(
    roundTo(
      { digits: a.digits * b.digits, scale: a.scale + b.scale },
      Math.min(a.scale + b.scale, mostAfter),
    ),
  );
}

function bounded(value: Decimal): Decimal {
  if (value.digits.toString().length - value.scale > mostBefore + 1) {
    throw overflow();
  }
  return value;
}

/** @returns `value` with `scale` digits after the point, halves away from zero. */
export function roundTo(value: Decimal, scale: number): Decimal {
  if (scale >= value.scale) {
    return { digits: value.digits * power(scale - value.scale), scale };
  }
  const unit = power(value.scale - scale);
  const negative = value.digits < 0n;
  const absolute = negative ? -value.digits : value.digits;
  const rounded = (absolute + unit / 2n) / unit;
  return { digits: negative ? -rounded : rounded, scale };
}

/** Weight and value of the first digit in base 10 000, which `numeric` reckons its precision with. */
function first(value: Decimal): { weight: number; digit: number } {
  const text = (value.digits < 0n ? -value.digits : value.digits).toString();
  if (text === "0") return { weight: 0, digit: 0 };
  const power10 = text.length - value.scale - 1;
  const weight = Math.floor(power10 / 4);
  const width = power10 - weight * 4 + 1;
  return { weight, digit: Number(text.slice(0, width).padEnd(width, "0")) };
}

/**
 * @param a Dividend.
 * @param b Divisor, not zero.
 * @returns Quotient with as many digits as PostgreSQL's `numeric` gives (16 significant at least).
 */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  const left = first(a);
  const right = first(b);
  let weight = left.weight - right.weight;
  if (left.digit <= right.digit) weight--;
  const scale = Math.min(
    Math.max(16 - weight * 4, a.scale, b.scale, 0),
    1000,
  );
  const negative = (a.digits < 0n) !== (b.digits < 0n);
  const top = (a.digits < 0n ? -a.digits : a.digits) *
    power(Math.max(0, scale + b.scale - a.scale));
  const bottom = (b.digits < 0n ? -b.digits : b.digits) *
    power(Math.max(0, a.scale - scale - b.scale));
  const rounded = (top * 2n + bottom) / (bottom * 2n);
  return bounded({ digits: negative ? -rounded : rounded, scale });
}

/** @returns `a % b` with the sign of `a`; `b` is not zero. */
export function remainder(a: Decimal, b: Decimal): Decimal {
  const [left, right, scale] = align(a, b);
  return { digits: left % right, scale };
}

/** @returns The whole number next to `value` on the side asked for. */
export function toWhole(
  value: Decimal,
  side: "floor" | "ceiling" | "trunc",
): Decimal {
  const unit = power(value.scale);
  let whole = value.digits / unit;
  const rest = value.digits % unit;
  if (side === "floor" && rest < 0n) whole--;
  if (side === "ceiling" && rest > 0n) whole++;
  return { digits: whole, scale: 0 };
}
