/**
 * TIME: from -838:59:59 to 838:59:59, kept as an interval (MySQL manual, 13.2.3).
 *
 * Columns are `interval hour to second(n)`. What PostgreSQL's clients keep in other intervals is shown as
 * hours too; a month is 30 days, as where PostgreSQL compares intervals.
 *
 * @module
 */

import { intervalOf } from "../types/date_time/interval.ts";

/** Microseconds of the greatest TIME. */
export const mostTime = 3_020_399_000_000;

const day = 86_400_000_000;

/** Modifiers of `interval hour to second(n)` in a parse tree. */
export const timeModifiers = (digits: number): readonly [number, number] => [
  hourToSecond,
  digits,
];

const hourToSecond = 1 << 10 | 1 << 11 | 1 << 12;
const fullPrecision = 0xffff;

/**
 * @param digits Digits of the second.
 * @returns Modifier of an interval that is a TIME.
 */
export const timeTypmod = (digits: number): number =>
  hourToSecond << 16 | digits;

/**
 * @param typmod Modifier of an interval.
 * @returns Digits of the second; -1 where the type does not tell.
 */
export function timeDigits(typmod: number): number {
  const digits = typmod & fullPrecision;
  return typmod < 0 || digits === fullPrecision ? -1 : digits;
}

/**
 * @param datum Datum of an interval.
 * @returns Its microseconds.
 */
export function microsOf(datum: string): number {
  // What MySQL's clients write has nothing but microseconds.
  if (datum.startsWith("0 0 ")) return Number(datum.slice(4));
  const { months, days, micros } = intervalOf(datum);
  return (months * 30 + days) * day + Number(micros);
}

/**
 * @param micros Microseconds.
 * @returns Datum of the interval.
 */
export const timeDatum = (micros: number): string => `0 0 ${micros || 0}`;

/**
 * @param micros Microseconds.
 * @returns The TIME nearest to them, as MySQL's functions give it.
 */
export const nearestTime = (micros: number): number =>
  Math.max(-mostTime, Math.min(mostTime, micros));
