/**
 * The orders that SQLite does not have: registered with every connection under these names.
 *
 * @module
 */

import { compareFolded } from "./functions/mysql/fold.ts";
import { compareBytes } from "./json/byte_order.ts";
import { compareTexts } from "./numeric/compare.ts";
import { type ArrayItem, parseArray } from "./types/array_datum.ts";
import { compareIntervals } from "./types/date_time/interval.ts";
import { compareJsonb } from "./types/jsonb.ts";
import { compareTimeTz } from "./types/time.ts";

type Compare = (a: string, b: string) => number;

/** Elements that are no arrays and not NULL. */
function compareElements(
  a: string | number | bigint,
  b: string | number | bigint,
  compare: Compare,
): number {
  if (typeof a === "string" && typeof b === "string") return compare(a, b);
  // A text beside a number is the NaN or Infinity of a float.
  const rank = numberRank(a) - numberRank(b);
  if (rank !== 0) return rank;
  return a < b ? -1 : a > b ? 1 : 0;
}

function numberRank(item: string | number | bigint): number {
  return item === "NaN"
    ? 2
    : item === "Infinity"
    ? 1
    : item === "-Infinity"
    ? -1
    : 0;
}

/** All elements, row after row, as PostgreSQL compares arrays of more dimensions. */
function flatten(items: readonly ArrayItem[]): readonly ArrayItem[] {
  return Array.isArray(items[0])
    ? (items as readonly (readonly ArrayItem[])[]).flatMap(flatten)
    : items;
}

function compareLists(
  first: readonly ArrayItem[],
  second: readonly ArrayItem[],
  compare: Compare,
): number {
  const a = flatten(first);
  const b = flatten(second);
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a[i] as string | number | bigint | null;
    const right = b[i] as string | number | bigint | null;
    if (left === right) continue;
    if (left === null) return 1;
    if (right === null) return -1;
    const order = compareElements(left, right, compare);
    if (order !== 0) return order;
  }
  return a.length - b.length || first.length - second.length;
}

/**
 * @param compare Order of elements that are texts.
 * @returns Order of two datums of arrays or records.
 */
function arraysBy(compare: Compare): Compare {
  return (a, b) =>
    a === b ? 0 : compareLists(parseArray(a), parseArray(b), compare);
}

/** By name; each gives a negative number, zero or a positive number. */
export const collations: Readonly<Record<string, Compare>> = {
  "pg_numeric": compareTexts,
  "pg_interval": compareIntervals,
  "pg_timetz": compareTimeTz,
  "pg_jsonb": compareJsonb,
  "mysql_ci": compareFolded,
  "pg_array": arraysBy(compareBytes),
  "pg_array_numeric": arraysBy(compareTexts),
  "pg_array_interval": arraysBy(compareIntervals),
  "pg_array_timetz": arraysBy(compareTimeTz),
  "pg_array_jsonb": arraysBy(compareJsonb),
};
