/**
 * `+ - * / %` and what follows from them, with PostgreSQL's scales.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { compare } from "./compare.ts";
import {
  checked,
  type Decimal,
  divideHalfUp,
  isSpecial,
  leading,
  type Numeric,
  pow10,
  sizeOf,
  zero,
} from "./decimal.ts";

/** Significant digits of a quotient, root or logarithm, at least. */
export const leastSignificant = 16;
/** Most digits after the point that such a result may have. */
export const mostDisplayed = 1000;

/** @returns Error 22012. */
export function divisionByZero(): SqlError {
  return new SqlError("22012", "division by zero");
}

/** @returns -1, 0 or 1; 0 for NaN. */
export function signOf(value: Numeric): number {
  if (isSpecial(value)) {
    return value === "NaN" ? 0 : value === "Infinity" ? 1 : -1;
  }
  return value.digits < 0n ? -1 : value.digits > 0n ? 1 : 0;
}

/** @returns The value with the other sign. */
export function negate(value: Numeric): Numeric {
  if (isSpecial(value)) {
    if (value === "NaN") return value;
    return value === "Infinity" ? "-Infinity" : "Infinity";
  }
  return { digits: -value.digits, scale: value.scale };
}

/** @returns The value without sign. */
export function absolute(value: Numeric): Numeric {
  return signOf(value) < 0 ? negate(value) : value;
}

/** @returns Sum. */
export function add(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) {
    if (a === "NaN" || b === "NaN") return "NaN";
    if (isSpecial(a)) return isSpecial(b) && a !== b ? "NaN" : a;
    return b;
  }
  return checked(addDecimals(a, b));
}

/** @returns Sum of two finite numbers. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  if (a.scale === b.scale) {
    return { digits: a.digits + b.digits, scale: a.scale };
  }
  return a.scale < b.scale
    ? { digits: a.digits * pow10(b.scale - a.scale) + b.digits, scale: b.scale }
    : {
      digits: a.digits + b.digits * pow10(a.scale - b.scale),
      scale: a.scale,
    };
}

/** @returns Difference. */
export function subtract(a: Numeric, b: Numeric): Numeric {
  return add(a, negate(b));
}

/** @returns Product. */
export function multiply(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) {
    if (a === "NaN" || b === "NaN") return "NaN";
    const sign = signOf(a) * signOf(b);
    return sign === 0 ? "NaN" : sign > 0 ? "Infinity" : "-Infinity";
  }
  return checked({ digits: a.digits * b.digits, scale: a.scale + b.scale });
}

/**
 * @param a Dividend.
 * @param b Divisor.
 * @returns Digits after the point that the quotient gets: enough for 16 significant ones.
 */
export function divisionScale(a: Decimal, b: Decimal): number {
  const left = leading(a);
  const right = leading(b);
  let weight = left.weight - right.weight;
  if (left.first <= right.first) weight -= 1;
  return Math.min(
    Math.max(leastSignificant - weight * 4, a.scale, b.scale, 0),
    mostDisplayed,
  );
}

/**
 * @param a Dividend.
 * @param b Divisor, not zero.
 * @param scale Digits after the point.
 * @returns Quotient, rounded half away from zero.
 */
export function divideTo(a: Decimal, b: Decimal, scale: number): Decimal {
  const shift = scale + b.scale - a.scale;
  let dividend = b.digits < 0n ? -a.digits : a.digits;
  let divisor = sizeOf(b.digits);
  if (shift >= 0) dividend *= pow10(shift);
  else divisor *= pow10(-shift);
  return { digits: divideHalfUp(dividend, divisor), scale };
}

/** Quotients of which one side at least is special. */
function divideSpecial(a: Numeric, b: Numeric): Numeric {
  if (a === "NaN" || b === "NaN") return "NaN";
  if (isSpecial(a)) {
    if (isSpecial(b)) return "NaN";
    if (b.digits === 0n) throw divisionByZero();
    return signOf(a) * signOf(b) > 0 ? "Infinity" : "-Infinity";
  }
  return zero;
}

/**
 * @returns Quotient.
 * @throws {SqlError} 22012.
 */
export function divide(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) return divideSpecial(a, b);
  if (b.digits === 0n) throw divisionByZero();
  return checked(divideTo(a, b, divisionScale(a, b)));
}

/**
 * @returns Quotient, cut to an integer (`div`).
 * @throws {SqlError} 22012.
 */
export function divideWhole(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) return divideSpecial(a, b);
  if (b.digits === 0n) throw divisionByZero();
  const [left, right] = aligned(a, b);
  return checked({ digits: left / right, scale: 0 });
}

/**
 * @returns Remainder, with the sign of the dividend.
 * @throws {SqlError} 22012.
 */
export function remainder(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) {
    if (a === "NaN" || b === "NaN") return "NaN";
    if (isSpecial(a)) {
      if (!isSpecial(b) && b.digits === 0n) throw divisionByZero();
      return "NaN";
    }
    return a;
  }
  if (b.digits === 0n) throw divisionByZero();
  const [left, right] = aligned(a, b);
  return { digits: left % right, scale: Math.max(a.scale, b.scale) };
}

/** @returns The digits of both at the finer of their scales. */
export function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  if (a.scale === b.scale) return [a.digits, b.digits];
  return a.scale < b.scale
    ? [a.digits * pow10(b.scale - a.scale), b.digits]
    : [a.digits, b.digits * pow10(a.scale - b.scale)];
}

/** @returns Greatest common divisor; scale of the finer one. */
export function greatestDivisor(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) return "NaN";
  let [left, right] = aligned(a, b).map(sizeOf) as [bigint, bigint];
  while (right !== 0n) [left, right] = [right, left % right];
  return { digits: left, scale: Math.max(a.scale, b.scale) };
}

/** @returns Least common multiple. */
export function leastMultiple(a: Numeric, b: Numeric): Numeric {
  if (isSpecial(a) || isSpecial(b)) return "NaN";
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = aligned(a, b).map(sizeOf) as [bigint, bigint];
  if (left === 0n || right === 0n) return { digits: 0n, scale };
  const divisor = greatestDivisor(a, b) as Decimal;
  return checked({ digits: left / divisor.digits * right, scale });
}

/** @returns The larger of two values. */
export function larger(a: Numeric, b: Numeric): Numeric {
  return compare(a, b) > 0 ? a : b;
}

/**
 * @param value At least 0 and at most 32 177, beyond which PostgreSQL refuses too.
 * @returns Factorial.
 * @throws {SqlError} 22003.
 */
export function factorial(value: bigint): Decimal {
  if (value < 0n) {
    throw new SqlError(
      "22003",
      "factorial of a negative number is undefined",
    );
  }
  if (value > 32177n) {
    throw new SqlError("22003", "value overflows numeric format");
  }
  return { digits: productOf(2n, value), scale: 0 };
}

/** Product of a row of integers, halved again and again: large factors of like size are quicker. */
function productOf(from: bigint, to: bigint): bigint {
  if (to - from < 16n) {
    let product = 1n;
    for (let i = from; i <= to; i++) product *= i;
    return product;
  }
  const middle = (from + to) >> 1n;
  return productOf(from, middle) * productOf(middle + 1n, to);
}
