/**
 * Order and equality of datums of any type.
 *
 * @module
 */

import { collations } from "../collations.ts";
import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import { compareBytes } from "../json/byte_order.ts";
import { type ArrayItem, parseArray } from "../types/array_datum.ts";
import { baseType } from "./datum_text.ts";

/** Compares two values of one type, neither of them NULL. */
export type Compare = (
  a: NonNullable<Datum>,
  b: NonNullable<Datum>,
) => number;

function compareBlobs(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const trimmed = (text: string) => text.replace(/ +$/, "");

/** Numbers; the text NaN is above them all, and infinities in arrays are texts too. */
function compareNumbers(a: Datum, b: Datum): number {
  if (typeof a === "bigint" || typeof b === "bigint") {
    return a === b ? 0 : (a as bigint) < (b as bigint) ? -1 : 1;
  }
  const left = Number(a);
  const right = Number(b);
  if (Number.isNaN(left) || Number.isNaN(right)) {
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  }
  return left - right;
}

/**
 * @param type Oid of a type.
 * @param context Where types are found.
 * @returns Its order.
 */
export function comparison(type: number, context: EvalContext): Compare {
  const { collation, kind, oid, element, category } = baseType(type, context);
  if (category === "A" && element !== 0) {
    const compare = comparison(element, context);
    return (a, b) =>
      a === b ? 0 : compareArrays(
        parseArray(a as string),
        parseArray(b as string),
        compare,
      );
  }
  if (kind === "e") {
    const labels = parseArray(
      context.services.call("enum_labels", [oid]) as string,
    );
    return (a, b) => labels.indexOf(a as string) - labels.indexOf(b as string);
  }
  if (collation === "rtrim") {
    return (a, b) => compareBytes(trimmed(a as string), trimmed(b as string));
  }
  const order = collation === undefined ? undefined : collations[collation];
  if (order !== undefined) return (a, b) => order(a as string, b as string);
  if (category === "N" || (category === "D" && kind === "b")) {
    return compareNumbers;
  }
  return compareScalars;
}

function compareScalars(a: NonNullable<Datum>, b: NonNullable<Datum>): number {
  if (typeof a === "string" && typeof b === "string") return compareBytes(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return compareBlobs(a, b);
  }
  return compareNumbers(a, b);
}

/** Elements first, as far as both go, then the number of elements; dimensions last. NULL is above all. */
function compareArrays(
  a: readonly ArrayItem[],
  b: readonly ArrayItem[],
  compare: Compare,
): number {
  const left = flat(a);
  const right = flat(b);
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const x = left[i] as Datum;
    const y = right[i] as Datum;
    if (x === null || y === null) {
      if (x === y) continue;
      return x === null ? 1 : -1;
    }
    const order = compare(x, y);
    if (order !== 0) return order;
  }
  if (left.length !== right.length) return left.length - right.length;
  const [these, those] = [dimensions(a), dimensions(b)];
  if (these.length !== those.length) return these.length - those.length;
  for (const [i, length] of these.entries()) {
    if (length !== those[i]) return length - (those[i] as number);
  }
  return 0;
}

function flat(items: readonly ArrayItem[]): readonly Datum[] {
  return Array.isArray(items[0])
    ? (items as readonly unknown[]).flat(Infinity) as Datum[]
    : items as readonly Datum[];
}

function dimensions(items: readonly ArrayItem[]): number[] {
  const lengths: number[] = [];
  let level: ArrayItem | undefined = items;
  while (Array.isArray(level) && level.length > 0) {
    lengths.push(level.length);
    level = level[0] as ArrayItem;
  }
  return lengths;
}
