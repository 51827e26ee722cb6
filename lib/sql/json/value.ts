/**
 * A JSON document as a tree: numbers stay exact, objects are ordered as jsonb orders them.
 *
 * @module
 */

import { compareBytes, compareKeys } from "./byte_order.ts";
import { compareNumberTexts } from "./decimal.ts";

/** A number, in the canonical text of `numeric`. */
export class JsonNumber {
  /** @param text Canonical text. */
  constructor(readonly text: string) {}
}

/** Objects: keys in jsonb's order if made by {@linkcode sortedObject}. */
export type JsonObject = ReadonlyMap<string, Json>;

/** Any value. */
export type Json =
  | null
  | boolean
  | string
  | JsonNumber
  | readonly Json[]
  | JsonObject;

/** @returns Whether it is an array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** @returns Whether it is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/**
 * @param value A value.
 * @returns Name of its type as `jsonb_typeof` gives it.
 */
export function typeName(
  value: Json,
): "null" | "boolean" | "string" | "number" | "array" | "object" {
  if (value === null) return "null";
  if (typeof value === "boolean") return "boolean";
  if (typeof value === "string") return "string";
  if (value instanceof JsonNumber) return "number";
  return isArray(value) ? "array" : "object";
}

/**
 * @param entries Pairs; the last of equal keys counts.
 * @returns Object with its keys in jsonb's order.
 */
export function sortedObject(
  entries: Iterable<readonly [string, Json]>,
): JsonObject {
  const map = new Map(entries);
  if (map.size < 2) return map;
  const keys = [...map.keys()];
  let ordered = true;
  for (let i = 1; i < keys.length && ordered; i++) {
    ordered = compareKeys(keys[i - 1] as string, keys[i] as string) < 0;
  }
  if (ordered) return map;
  return new Map(
    keys.sort(compareKeys).map((key) => [key, map.get(key) as Json]),
  );
}

// deno-lint-ignore no-control-regex
const special = /["\\\x00-\x1f]/;
// deno-lint-ignore no-control-regex
const everySpecial = /["\\\x00-\x1f]/g;
const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/**
 * @param text Any text.
 * @returns It as a JSON string.
 */
export function quoteJson(text: string): string {
  if (!special.test(text)) return `"${text}"`;
  const escaped = text.replace(
    everySpecial,
    (c) =>
      shortEscapes[c] ??
        `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `"${escaped}"`;
}

/**
 * @param value A value.
 * @returns Text as jsonb writes it: `{"a": 1, "b": [1, 2]}`.
 */
export function printJson(value: Json): string {
  if (value === null) return "null";
  if (value === true) return "true";
  if (value === false) return "false";
  if (typeof value === "string") return quoteJson(value);
  if (value instanceof JsonNumber) return value.text;
  if (isArray(value)) {
    let text = "[";
    for (let i = 0; i < value.length; i++) {
      text += (i === 0 ? "" : ", ") + printJson(value[i] as Json);
    }
    return text + "]";
  }
  let text = "{";
  for (const [key, item] of value as JsonObject) {
    text += (text.length === 1 ? "" : ", ") + quoteJson(key) + ": " +
      printJson(item);
  }
  return text + "}";
}

/**
 * @param value A value.
 * @returns Text as `jsonb_pretty` writes it.
 */
export function printPretty(value: Json, indent = ""): string {
  const inner = indent + "    ";
  if (isArray(value)) {
    if (value.length === 0) return "[\n" + indent + "]";
    const items = value.map((item) => inner + printPretty(item, inner));
    return "[\n" + items.join(",\n") + "\n" + indent + "]";
  }
  if (isObject(value)) {
    if (value.size === 0) return "{\n" + indent + "}";
    const items: string[] = [];
    for (const [key, item] of value) {
      items.push(`${inner}${quoteJson(key)}: ${printPretty(item, inner)}`);
    }
    return "{\n" + items.join(",\n") + "\n" + indent + "}";
  }
  return printJson(value);
}

/** Order of kinds (manual, 8.14.4). */
function kindRank(value: Json): number {
  if (value === null) return 0;
  if (typeof value === "string") return 1;
  if (value instanceof JsonNumber) return 2;
  if (typeof value === "boolean") return 3;
  return isArray(value) ? 4 : 5;
}

/**
 * @param a A value.
 * @param b Another.
 * @returns Their order in a B-tree (manual, 8.14.4): negative, zero or positive.
 */
export function compareJson(a: Json, b: Json): number {
  // For historical reasons an empty array at the top comes before every scalar.
  const aScalar = kindRank(a) < 4;
  const bScalar = kindRank(b) < 4;
  if (aScalar !== bScalar) {
    if (aScalar && isArray(b) && b.length === 0) return 1;
    if (bScalar && isArray(a) && a.length === 0) return -1;
  }
  return compareNested(a, b);
}

function compareNested(a: Json, b: Json): number {
  const rank = kindRank(a) - kindRank(b);
  if (rank !== 0) return rank;
  if (a === null) return 0;
  if (typeof a === "string") return compareBytes(a, b as string);
  if (a instanceof JsonNumber) {
    return compareNumberTexts(a.text, (b as JsonNumber).text);
  }
  if (typeof a === "boolean") return Number(a) - Number(b);
  if (isArray(a)) {
    const other = b as readonly Json[];
    if (a.length !== other.length) return a.length - other.length;
    for (let i = 0; i < a.length; i++) {
      const order = compareNested(a[i] as Json, other[i] as Json);
      if (order !== 0) return order;
    }
    return 0;
  }
  const left = a as JsonObject;
  const right = b as JsonObject;
  if (left.size !== right.size) return left.size - right.size;
  const others = right.entries();
  for (const [key, item] of left) {
    const [otherKey, otherItem] = others.next().value as [string, Json];
    const order = compareBytes(key, otherKey) || compareNested(item, otherItem);
    if (order !== 0) return order;
  }
  return 0;
}
