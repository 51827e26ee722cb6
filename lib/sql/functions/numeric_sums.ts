/**
 * Sums, averages and deviations of exact numbers.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { addDecimals, divideTo, divisionScale } from "../numeric/arithmetic.ts";
import {
  checked,
  type Decimal,
  isSpecial,
  type Numeric,
  numericOf,
  printNumeric,
  round,
  type Special,
  zero,
} from "../numeric/decimal.ts";
import { rootTo } from "../numeric/root.ts";
import type { AggregateCall } from "./define.ts";

const decimalOf = (count: number): Decimal => ({
  digits: BigInt(count),
  scale: 0,
});

/** Sums of a numeric aggregate. */
interface Sums {
  count: number;
  /** At the largest scale so far. */
  sum: Decimal;
  squares: Decimal;
  /** Sum of short numbers of scale {@linkcode smallScale}, which a float adds exactly. */
  small: number;
  smallScale: number;
  /** How many numbers had each scale; the result has the largest one that is left. */
  scales: number[];
  nan: number;
  plus: number;
  minus: number;
}

const newSums = (): Sums => ({
  count: 0,
  sum: zero,
  squares: zero,
  small: 0,
  smallScale: 0,
  scales: [],
  nan: 0,
  plus: 0,
  minus: 0,
});

function numberOf(value: Datum): Numeric {
  return typeof value === "string"
    ? numericOf(value)
    : { digits: BigInt(value as number), scale: 0 };
}

/** Characters of a number whose digits a float holds, with room to add thousands of them. */
const shortLength = 12;
/** From here on the float is emptied into the exact sum. */
const largeSmall = 2 ** 52;

/** Adds a short number as a float; tells whether it could. */
function takeShort(sums: Sums, text: string, sign: 1 | -1): boolean {
  if (text.length > shortLength) return false;
  const point = text.indexOf(".");
  const scale = point < 0 ? 0 : text.length - point - 1;
  const digits = Number(
    point < 0 ? text : text.slice(0, point) + text.slice(point + 1),
  );
  if (!Number.isFinite(digits)) return false;
  if (scale !== sums.smallScale) {
    flush(sums);
    sums.smallScale = scale;
  }
  sums.small += sign > 0 ? digits : -digits;
  if (sums.small > largeSmall || sums.small < -largeSmall) flush(sums);
  sums.count += sign;
  sums.scales[scale] = (sums.scales[scale] ?? 0) + sign;
  return true;
}

function flush(sums: Sums): void {
  if (sums.small === 0) return;
  sums.sum = addDecimals(sums.sum, {
    digits: BigInt(sums.small),
    scale: sums.smallScale,
  });
  sums.small = 0;
}

function take(sums: Sums, value: Datum, sign: 1 | -1, squares: boolean): Sums {
  if (value === null) return sums;
  if (
    !squares && typeof value === "string" && takeShort(sums, value, sign)
  ) return sums;
  sums.count += sign;
  const number = numberOf(value);
  if (isSpecial(number)) {
    if (number === "NaN") sums.nan += sign;
    else if (number === "Infinity") sums.plus += sign;
    else sums.minus += sign;
    return sums;
  }
  const { digits, scale } = number;
  sums.scales[scale] = (sums.scales[scale] ?? 0) + sign;
  sums.sum = addDecimals(sums.sum, {
    digits: sign > 0 ? digits : -digits,
    scale,
  });
  if (squares) {
    const square = digits * digits;
    sums.squares = addDecimals(sums.squares, {
      digits: sign > 0 ? square : -square,
      scale: scale * 2,
    });
  }
  return sums;
}

/** What the special values among the numbers add up to. */
function specialSum({ nan, plus, minus }: Sums): Special | undefined {
  if (nan > 0 || (plus > 0 && minus > 0)) return "NaN";
  return plus > 0 ? "Infinity" : minus > 0 ? "-Infinity" : undefined;
}

/** The sum with the scale of the numbers that are left in the frame. */
function finiteSum(sums: Sums): Decimal {
  flush(sums);
  const { sum, scales } = sums;
  let scale = scales.length - 1;
  while (scale > 0 && !scales[scale]) scale--;
  return round(sum, Math.max(scale, 0));
}

/**
 * @param sum Sum of some numbers.
 * @param count How many they are.
 * @returns Their average, a `numeric`.
 */
export function quotient(sum: Decimal, count: number): string {
  const by = decimalOf(count);
  return printNumeric(checked(divideTo(sum, by, divisionScale(sum, by))));
}

function numericAggregate(
  squares: boolean,
  final: (sums: Sums) => Datum,
): AggregateCall<Sums> {
  return {
    init: newSums,
    step: (sums, [value]) => take(sums, value as Datum, 1, squares),
    inverse: (sums, [value]) => take(sums, value as Datum, -1, squares),
    final,
  };
}

/** `sum` of exact numbers. */
export const numericSum = numericAggregate(false, (sums) => {
  if (sums.count === 0) return null;
  return specialSum(sums) ?? printNumeric(checked(finiteSum(sums)));
});

/** `avg` of exact numbers. */
export const numericAverage = numericAggregate(false, (sums) => {
  if (sums.count === 0) return null;
  return specialSum(sums) ?? quotient(finiteSum(sums), sums.count);
});

/** Variance or standard deviation of exact numbers. */
export function numericSpread(
  sample: boolean,
  root: boolean,
): AggregateCall<Sums> {
  return numericAggregate(true, (sums) => {
    const { count } = sums;
    if (count < (sample ? 2 : 1)) return null;
    if (specialSum(sums) !== undefined) return "NaN";
    const sum = finiteSum(sums);
    const scale = sum.scale * 2;
    const squares = round(sums.squares, scale);
    const numerator: Decimal = {
      digits: squares.digits * BigInt(count) - sum.digits * sum.digits,
      scale,
    };
    if (numerator.digits <= 0n) return "0";
    const denominator: Decimal = {
      digits: BigInt(count) * BigInt(sample ? count - 1 : count),
      scale: 0,
    };
    const places = divisionScale(numerator, denominator);
    const variance = divideTo(numerator, denominator, places);
    return printNumeric(root ? rootTo(variance, places) : variance);
  });
}
