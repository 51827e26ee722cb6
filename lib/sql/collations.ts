/**
 * The orders that SQLite does not have: registered with every connection under these names.
 *
 * @module
 */

import { compareBytes } from "./json/byte_order.ts";
import { compareTexts } from "./numeric/compare.ts";
import { type ArrayItem, parseArray } from "./types/array_datum.ts";
import { compareIntervals } from "./types/date_time/interval.ts";
import { compareJsonb } from "./types/jsonb.ts";
import { compareTimeTz } from "./types/time.ts";

function compareItems(a: ArrayItem, b: ArrayItem): number {
  if (a === null || b === null) {
    return a === b ? 0 : a === null ? 1 : -1;
  }
  if (Array.isArray(a)) return Array.isArray(b) ? compareLists(a, b) : 1;
  if (Array.isArray(b)) return -1;
  if (typeof a === "string" || typeof b === "string") {
    // A text beside a number is the `NaN` or Infinity of a float.
    return typeof a === typeof b
      ? compareBytes(a as string, b as string)
      : floatRank(a) - floatRank(b);
  }
  const [left, right] = [a as number | bigint, b as number | bigint];
  return left < right ? -1 : left > right ? 1 : 0;
}

function floatRank(item: ArrayItem): number {
  return item === "NaN"
    ? 2
    : item === "Infinity"
    ? 1
    : item === "-Infinity"
    ? -1
    : 0;
}

function compareLists(
  a: readonly ArrayItem[],
  b: readonly ArrayItem[],
): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const order = compareItems(a[i] as ArrayItem, b[i] as ArrayItem);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** @returns Order of two datums of arrays or records. */
function compareArrays(a: string, b: string): number {
  return a === b ? 0 : compareLists(parseArray(a), parseArray(b));
}

/** By name; each gives a negative number, zero or a positive number. */
export const collations: Readonly<
  Record<string, (a: string, b: string) => number>
> = {
  pg_numeric: compareTexts,
  pg_interval: compareIntervals,
  pg_timetz: compareTimeTz,
  pg_jsonb: compareJsonb,
  pg_array: compareArrays,
};
