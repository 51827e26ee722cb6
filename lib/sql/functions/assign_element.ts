/**
 * Assignment to a part of an array or of a jsonb document: `SET a[2] = 9`, `SET j['x'] = '1'`.
 *
 * Arrays whose lower bound would not be 1 are not kept, so what would make one is refused.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { notSupported, SqlError } from "../error.ts";
import { parseJson } from "../json/parse.ts";
import {
  isArray,
  isObject,
  type Json,
  printJson,
  sortedObject,
} from "../json/value.ts";
import {
  type ArrayItem,
  dimensionsOf,
  parseArray,
  printArray,
} from "../types/array_datum.ts";

/** Most elements (`MaxArraySize`). */
const mostElements = 134_217_727;

/** One index, or a slice with the bounds that were given. */
interface Place {
  readonly slice: boolean;
  readonly lower: number | undefined;
  readonly upper: number | undefined;
}

function outOfRange(): SqlError {
  return new SqlError("2202E", "array subscript out of range");
}

function readPlaces(args: readonly Datum[]): Place[] {
  const places: Place[] = [];
  for (let at = 0; at + 4 < args.length; at += 5) {
    const [slice, hasLower, lower, hasUpper, upper] = args.slice(at, at + 5);
    const bound = (given: Datum | undefined, value: Datum | undefined) => {
      if (Number(given) !== 1) return undefined;
      if (value === null || value === undefined) {
        throw new SqlError(
          "22004",
          "array subscript in assignment must not be null",
        );
      }
      return Number(value);
    };
    places.push({
      slice: Number(slice) === 1,
      lower: bound(hasLower, lower),
      upper: bound(hasUpper, upper),
    });
  }
  return places;
}

/**
 * Assigns to an element or a slice of an array.
 *
 * @param args `element, array, value`, then `slice, given, lower, given, upper` for each subscript;
 *   `given` is 0 for a bound that was left out.
 * @returns The new array.
 * @throws {SqlError} 2202E, 22004; 0A000 for lower bounds other than 1.
 */
export function assignToArray(args: readonly Datum[]): Datum {
  const [element, array, value, ...rest] = args;
  const places = readPlaces(rest);
  const before = array === null || array === undefined
    ? []
    : parseArray(String(array));
  if (places.some(({ slice }) => slice)) {
    // A slice that is NULL leaves the array as it is.
    if (value === null || value === undefined) return array ?? null;
    const [only, second] = places;
    if (only === undefined || second !== undefined) {
      throw notSupported("assignment to a slice of several dimensions");
    }
    return printArray(
      assignSlice(before, only, parseArray(String(value))),
      Number(element),
    );
  }
  const indexes = places.map(({ upper }) => upper as number);
  const item = value instanceof Uint8Array ? `\\x${value.toHex()}` : value;
  return printArray(
    assignItem(before, indexes, item ?? null),
    Number(element),
  );
}

function assignItem(
  before: readonly ArrayItem[],
  indexes: readonly number[],
  value: Datum,
): readonly ArrayItem[] {
  const [index, ...deeper] = indexes;
  if (index === undefined) throw outOfRange();
  const dimensions = dimensionsOf(before);
  if (dimensions.length === 0) {
    if (indexes.some((each) => each !== 1)) throw lowerBound();
    return indexes.reduceRight<ArrayItem>(
      (inner) => [inner],
      value,
    ) as readonly ArrayItem[];
  }
  if (dimensions.length !== indexes.length) {
    throw new SqlError("2202E", "wrong number of array subscripts");
  }
  const after = [...before];
  if (deeper.length === 0) {
    if (index < 1) throw lowerBound();
    fill(after, index - 1);
    after[index - 1] = value;
    return after;
  }
  const row = before[index - 1];
  if (!Array.isArray(row)) throw outOfRange();
  for (const [level, each] of deeper.entries()) {
    if (each < 1 || each > (dimensions[level + 1] ?? 0)) throw outOfRange();
  }
  after[index - 1] = assignItem(row, deeper, value);
  return after;
}

function assignSlice(
  before: readonly ArrayItem[],
  { slice, lower: given, upper }: Place,
  values: readonly ArrayItem[],
): readonly ArrayItem[] {
  if (before.some(Array.isArray) || values.some(Array.isArray)) {
    throw notSupported("assignment to a slice of several dimensions");
  }
  if (before.length === 0 && slice && (given ?? upper) === undefined) {
    throw new SqlError(
      "2202E",
      "array slice subscript must provide both boundaries",
      {
        detail:
          "When assigning to a slice of an empty array value, slice boundaries must be fully specified.",
      },
    );
  }
  const lower = given ?? 1;
  const last = upper ?? before.length;
  if (lower < 1 || (before.length === 0 && lower !== 1)) throw lowerBound();
  if (lower > last + 1) {
    throw new SqlError(
      "2202E",
      "upper bound cannot be less than lower bound",
    );
  }
  const count = last - lower + 1;
  if (values.length < count) {
    throw new SqlError("2202E", "source array too small");
  }
  const after = [...before];
  fill(after, lower - 1);
  after.splice(lower - 1, count, ...values.slice(0, count));
  return after;
}

/** Puts NULLs where there is nothing yet. */
function fill(items: ArrayItem[], length: number): void {
  if (length >= mostElements) {
    throw new SqlError(
      "54000",
      `array size exceeds the maximum allowed (${mostElements})`,
    );
  }
  // Far beyond what a row could hold; PostgreSQL would go on.
  if (length - items.length > 10_000_000) {
    throw notSupported("an array subscript that far beyond the end");
  }
  while (items.length < length) items.push(null);
}

function lowerBound(): SqlError {
  return notSupported("an array with a lower bound other than 1");
}

const wholeNumber = /^[ \t\n\r\f\v]*[+-]?\d+$/;

/**
 * Assigns to a place in a jsonb document, and makes what is missing on the way to it.
 *
 * @param args `document, value, list, key, …`; `list` is 1 when the first key is a number.
 * @returns The new document.
 * @throws {SqlError} 22004, 22023, 22P02.
 */
export function assignToJsonb(args: readonly Datum[]): Datum {
  const [document, value, list, ...keys] = args;
  const path = keys.map((key) => {
    if (key === null) {
      throw new SqlError(
        "22004",
        "jsonb subscript in assignment must not be null",
      );
    }
    return String(key);
  });
  const before: Json = document === null || document === undefined
    ? Number(list) === 1 ? [] : sortedObject([])
    : parseJson(String(document));
  const put: Json = value === null || value === undefined
    ? null
    : parseJson(String(value));
  return printJson(assignAt(before, path, 0, put));
}

function assignAt(
  before: Json,
  path: readonly string[],
  level: number,
  value: Json,
): Json {
  const key = path[level];
  if (key === undefined) return value;
  if (isObject(before)) {
    const inner = before.get(key);
    const after = inner === undefined
      ? makePath(path, level + 1, value)
      : assignAt(inner, path, level + 1, value);
    return sortedObject([...before, [key, after]]);
  }
  if (!isArray(before)) {
    throw new SqlError("22023", "cannot replace existing key", {
      detail:
        "The path assumes key is a composite object, but it is a scalar value.",
    });
  }
  if (!wholeNumber.test(key)) {
    throw new SqlError(
      "22P02",
      `path element at position ${level + 1} is not an integer: "${key}"`,
    );
  }
  const written = Number(key);
  const index = written < 0 ? written + before.length : written;
  if (index < 0) {
    throw new SqlError(
      "22023",
      `path element at position ${level + 1} is out of range: ${written}`,
    );
  }
  const inner = before[index];
  const after: Json[] = [...before];
  while (after.length < checked(index)) after.push(null);
  after[index] = inner === undefined
    ? makePath(path, level + 1, value)
    : assignAt(inner, path, level + 1, value);
  return after;
}

/** What is missing on the way: a number stands for an array, anything else for an object. */
function makePath(path: readonly string[], level: number, value: Json): Json {
  const key = path[level];
  if (key === undefined) return value;
  const inner = makePath(path, level + 1, value);
  if (!wholeNumber.test(key)) return sortedObject([[key, inner]]);
  const before: Json[] = Array.from(
    { length: checked(Math.max(Number(key), 0)) },
    () => null,
  );
  return [...before, inner];
}

function checked(length: number): number {
  if (length > 10_000_000) {
    throw notSupported("a jsonb subscript that far beyond the end");
  }
  return length;
}
