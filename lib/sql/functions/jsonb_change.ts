/**
 * Changes one place of a jsonb tree: `jsonb_set`, `jsonb_insert`, `#-`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  sortedObject,
} from "../json/value.ts";

/** What to do at the end of the path. */
export type Change =
  | { readonly kind: "set"; readonly value: Json; readonly create: boolean }
  | { readonly kind: "insert"; readonly value: Json; readonly after: boolean }
  | { readonly kind: "delete" };

/** Whole numbers as `strtol` reads them. */
const integer = /^[ \t\n\r\f\v]*[+-]?\d+$/;

/**
 * @param value Tree.
 * @param path Keys and indexes.
 * @param change What to do there.
 * @returns The changed tree, or the same if there is no such place.
 * @throws {SqlError} 22004, 22P02, 22023.
 */
export function changePath(
  value: Json,
  path: readonly (string | null)[],
  change: Change,
): Json {
  return path.length === 0 ? value : changeAt(value, path, 0, change);
}

function changeAt(
  value: Json,
  path: readonly (string | null)[],
  level: number,
  change: Change,
): Json {
  const step = path[level];
  if (step === null || step === undefined) {
    throw new SqlError(
      "22004",
      `path element at position ${level + 1} is null`,
    );
  }
  if (isObject(value)) return changeObject(value, path, level, change, step);
  if (isArray(value)) return changeArray(value, path, level, change, step);
  return value;
}

function changeObject(
  value: JsonObject,
  path: readonly (string | null)[],
  level: number,
  change: Change,
  key: string,
): Json {
  const item = value.get(key);
  if (level < path.length - 1) {
    if (item === undefined) return value;
    const copy = new Map(value);
    copy.set(key, changeAt(item, path, level + 1, change));
    return copy;
  }
  if (change.kind === "delete") {
    const copy = new Map(value);
    copy.delete(key);
    return copy;
  }
  if (item === undefined) {
    return change.kind === "set" && !change.create
      ? value
      : sortedObject([...value, [key, change.value]]);
  }
  if (change.kind === "insert") {
    throw new SqlError("22023", "cannot replace existing key", {
      hint: "Try using the function jsonb_set to replace key value.",
    });
  }
  return new Map(value).set(key, change.value);
}

function changeArray(
  value: readonly Json[],
  path: readonly (string | null)[],
  level: number,
  change: Change,
  step: string,
): Json {
  if (!integer.test(step) || Math.abs(Number(step)) > 2147483647) {
    throw new SqlError(
      "22P02",
      `path element at position ${level + 1} is not an integer: "${step}"`,
    );
  }
  const { length } = value;
  const written = Number(step);
  const index = written < 0 ? written + length : written;
  const inside = index >= 0 && index < length;
  const copy = [...value];
  if (level < path.length - 1) {
    if (!inside) return value;
    copy[index] = changeAt(value[index] as Json, path, level + 1, change);
    return copy;
  }
  switch (change.kind) {
    case "delete":
      if (!inside) return value;
      copy.splice(index, 1);
      return copy;
    case "set":
      if (inside) {
        copy[index] = change.value;
        return copy;
      }
      if (!change.create) return value;
      return index < 0 ? [change.value, ...copy] : [...copy, change.value];
    case "insert": {
      const at = index < 0 ? 0 : index >= length ? length : index;
      copy.splice(inside && change.after ? at + 1 : at, 0, change.value);
      return copy;
    }
  }
}
