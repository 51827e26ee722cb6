/**
 * Intervals as numbers, and their datums (`months days microseconds`).
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import { day } from "./calendar.ts";

/** An interval. */
export interface Interval {
  /** 32 bits. */
  readonly months: number;
  /** 32 bits. */
  readonly days: number;
  /** 64 bits. */
  readonly micros: bigint;
}

/** @returns Error 22008. */
export function intervalOutOfRange(): SqlError {
  return new SqlError("22008", "interval out of range");
}

/**
 * @param datum Datum of an interval.
 * @returns The interval.
 */
export function intervalOf(datum: string): Interval {
  const first = datum.indexOf(" ");
  const second = datum.indexOf(" ", first + 1);
  return {
    months: Number(datum.slice(0, first)),
    days: Number(datum.slice(first + 1, second)),
    micros: BigInt(datum.slice(second + 1)),
  };
}

const least32 = -2147483648;
const most32 = 2147483647;

/**
 * @param value An interval.
 * @returns Its datum.
 * @throws {SqlError} 22008 when a part is too large.
 */
export function intervalDatum({ months, days, micros }: Interval): string {
  if (
    !(months >= least32 && months <= most32 && days >= least32 &&
      days <= most32) ||
    BigInt.asIntN(64, micros) !== micros
  ) throw intervalOutOfRange();
  // A negative zero is written "0".
  return `${months} ${days} ${micros}`;
}

/** What an interval is worth where months have 30 days and days 24 hours. */
function worth({ months, days, micros }: Interval): bigint {
  return (BigInt(months) * 30n + BigInt(days)) * BigInt(day) + micros;
}

/**
 * @param a Datum of an interval.
 * @param b Another.
 * @returns Their order.
 */
export function compareIntervals(a: string, b: string): number {
  if (a === b) return 0;
  const left = worth(intervalOf(a));
  const right = worth(intervalOf(b));
  return left < right ? -1 : left > right ? 1 : 0;
}
