/**
 * Datums of arrays: JSON that keeps integers of 64 bits, and floats apart from integers.
 *
 * @module
 */

import { mostItems } from "../../base/value_limit.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { oid } from "./type.ts";

/** An element, or a row of elements of an array of more dimensions. */
export type ArrayItem = Datum | readonly ArrayItem[];

/** Sixteen digits in a row may be more than a float holds. */
const longNumber = /\d{16}/;
const integer = /^-?\d+$/;

type Reviver = (key: string, value: unknown) => unknown;

function reviveExactly(
  _key: string,
  value: unknown,
  source: { readonly source?: string } | undefined,
): unknown {
  const text = source?.source;
  return typeof value === "number" && !Number.isSafeInteger(value) &&
      text !== undefined && integer.test(text)
    ? BigInt(text)
    : value;
}

/**
 * @param datum Datum of an array or record.
 * @returns Its elements; those of `bytea` are hexadecimal text still.
 */
export function parseArray(datum: string): ArrayItem[] {
  const items: ArrayItem[] = longNumber.test(datum)
    ? JSON.parse(datum, reviveExactly as Reviver)
    : JSON.parse(datum);
  checkCount(items.length);
  return items;
}

/**
 * @param count Elements that an array is going to have.
 * @throws {SqlError} 54000 when they are too many.
 */
export function checkCount(count: number): void {
  if (count <= mostItems) return;
  throw new SqlError(
    "54000",
    `array size exceeds the maximum allowed (${mostItems})`,
  );
}

function isFloat(element: number): boolean {
  return element === oid.float8 || element === oid.float4;
}

function printItem(item: ArrayItem, float: boolean): string {
  switch (typeof item) {
    case "string":
      return JSON.stringify(item);
    case "number":
      // SQLite reads `1.0` as REAL and `1` as INTEGER; Infinity has no JSON number.
      if (!float) return String(item);
      if (!Number.isFinite(item)) return `"${item}"`;
      if (Object.is(item, -0)) return "-0.0";
      return Number.isInteger(item) && Math.abs(item) < 1e21
        ? `${item}.0`
        : String(item);
    case "bigint":
      return String(item);
    default:
      if (item === null) return "null";
      if (item instanceof Uint8Array) {
        return JSON.stringify(`\\x${item.toHex()}`);
      }
      checkCount((item as readonly ArrayItem[]).length);
      return `[${
        (item as readonly ArrayItem[]).map((each) => printItem(each, float))
          .join(",")
      }]`;
  }
}

/**
 * @param items Elements.
 * @param element Type of the elements.
 * @returns Datum of the array.
 */
export function printArray(
  items: readonly ArrayItem[],
  element: number,
): string {
  return printItem(items, isFloat(element));
}

/**
 * @param item An element as {@linkcode parseArray} gives it.
 * @param element Type of the elements.
 * @returns Its datum.
 */
export function elementDatum(item: Datum, element: number): Datum {
  if (typeof item !== "string") return item;
  if (element === oid.bytea) return Uint8Array.fromHex(item.slice(2));
  if (isFloat(element) && item !== "NaN") return Number(item);
  return item;
}

/**
 * @param items Elements of an array.
 * @returns Lengths of its dimensions; nothing for an empty array.
 */
export function dimensionsOf(items: readonly ArrayItem[]): number[] {
  const lengths: number[] = [];
  let level: ArrayItem | undefined = items;
  while (Array.isArray(level) && level.length > 0) {
    lengths.push(level.length);
    level = level[0];
  }
  return lengths;
}
