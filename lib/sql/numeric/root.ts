/**
 * Square roots of `numeric`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { leastSignificant, signOf } from "./arithmetic.ts";
import {
  type Decimal,
  divideHalfUp,
  isSpecial,
  leading,
  type Numeric,
  pow10,
} from "./decimal.ts";
import { clampScale } from "./transcendental.ts";

/** Integer square root, rounded down. */
function rootOf(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt((value.toString(2).length >> 1) + 1);
  for (;;) {
    const next = (guess + value / guess) >> 1n;
    if (next >= guess) return guess;
    guess = next;
  }
}

/**
 * @param value At least 0.
 * @param scale Digits after the point.
 * @returns Square root, rounded.
 */
export function rootTo(value: Decimal, scale: number): Decimal {
  const shift = 2 * (scale + 1) - value.scale;
  const scaled = shift >= 0
    ? value.digits * pow10(shift)
    : value.digits / pow10(-shift);
  return { digits: divideHalfUp(rootOf(scaled), 10n), scale };
}

/**
 * @param value A number.
 * @returns Square root.
 * @throws {SqlError} 2201F.
 */
export function squareRoot(value: Numeric): Numeric {
  if (value === "NaN") return value;
  if (signOf(value) < 0) {
    throw new SqlError(
      "2201F",
      "cannot take square root of a negative number",
    );
  }
  if (isSpecial(value)) return value;
  const half = Math.trunc((leading(value).weight + 1) * 4 / 2) - 1;
  return rootTo(value, clampScale(leastSignificant - half, value.scale));
}
