/**
 * The order of `numeric`: NaN is above everything and equal to itself.
 *
 * @module
 */

import { isSpecial, type Numeric, pow10 } from "./decimal.ts";

function rank(value: Numeric): number {
  if (value === "NaN") return 2;
  if (value === "Infinity") return 1;
  return value === "-Infinity" ? -1 : 0;
}

/**
 * @param a A number.
 * @param b Another.
 * @returns Negative, zero or positive.
 */
export function compare(a: Numeric, b: Numeric): number {
  if (isSpecial(a) || isSpecial(b)) return rank(a) - rank(b);
  let left = a.digits;
  let right = b.digits;
  if (a.scale < b.scale) left *= pow10(b.scale - a.scale);
  else if (b.scale < a.scale) right *= pow10(a.scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Texts up to here are told apart by their floats, which is much quicker. */
const exactLength = 15;

/**
 * @param a Datum of a `numeric`.
 * @param b Another.
 * @returns Negative, zero or positive.
 */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  if (a.length <= exactLength && b.length <= exactLength) {
    const difference = Number(a) - Number(b);
    // NaN - x is NaN; which is which is seen below.
    if (!Number.isNaN(difference)) return difference;
  }
  const left = split(a);
  const right = split(b);
  if (left.rank !== right.rank) return left.rank - right.rank;
  const size = compareSizes(left, right);
  return left.rank < 0 ? -size : size;
}

interface Parts {
  /** 3 NaN, 2 Infinity, 1 positive or zero, -1 negative, -2 -Infinity. */
  readonly rank: number;
  readonly whole: string;
  readonly fraction: string;
}

function split(text: string): Parts {
  const last = text.charCodeAt(text.length - 1);
  if (last < 0x30 || last > 0x39) {
    const place = text === "NaN" ? 3 : text === "Infinity" ? 2 : -2;
    return { rank: place, whole: "", fraction: "" };
  }
  const negative = text.startsWith("-");
  const point = text.indexOf(".");
  let from = negative ? 1 : 0;
  // A large number of a MySQL client has a zero before it (`lib/sql/mysql/unsigned.ts`).
  if (text.charCodeAt(from) === 0x30 && text.charCodeAt(from + 1) >= 0x30) {
    from++;
  }
  return {
    rank: negative ? -1 : 1,
    whole: text.slice(from, point < 0 ? undefined : point),
    fraction: point < 0 ? "" : text.slice(point + 1),
  };
}

function compareSizes(a: Parts, b: Parts): number {
  if (a.whole.length !== b.whole.length) return a.whole.length - b.whole.length;
  if (a.whole !== b.whole) return a.whole < b.whole ? -1 : 1;
  const length = Math.max(a.fraction.length, b.fraction.length);
  const left = a.fraction.padEnd(length, "0");
  const right = b.fraction.padEnd(length, "0");
  return left < right ? -1 : left > right ? 1 : 0;
}
