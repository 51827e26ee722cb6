/**
 * Parts of following the steps of JSON paths, and what can be wrong with them.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { parseDecimal, toWhole } from "./decimal.ts";
import type { Step } from "./path.ts";
import { fail, type PathError, type PathItem } from "./path_item.ts";
import {
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
  sortedObject,
} from "./value.ts";

const wanted = {
  key: ["2203A", "member accessor", "an object"],
  anyKey: ["2203C", "wildcard member accessor", "an object"],
  anyElement: ["22039", "wildcard array accessor", "an array"],
  elements: ["22039", "array accessor", "an array"],
  keyvalue: ["2203C", "item method .keyvalue()", "an object"],
} as const;

/**
 * @param name Name of a variable.
 * @param variables `vars`.
 * @returns Its value.
 * @throws {SqlError} 42704, which nothing silences.
 */
export function variableNamed(name: string, variables: Json): Json {
  const value = isObject(variables) ? variables.get(name) : undefined;
  if (value !== undefined) return value;
  throw new SqlError("42704", `could not find jsonpath variable "${name}"`);
}

/** @returns The error of a step on an item of the wrong kind. */
export function wrongKind(step: keyof typeof wanted): PathError {
  const [sqlState, name, kind] = wanted[step];
  return fail(sqlState, `jsonpath ${name} can only be applied to ${kind}`);
}

/**
 * @param step `.key` or `.*`.
 * @param item An object.
 * @param lenient Whether a missing member is passed over.
 * @returns The members.
 * @throws {PathError} 2203A.
 */
export function* memberValues(
  step: Step,
  item: JsonObject,
  lenient: boolean,
): Generator<Json> {
  if (step.kind !== "key") {
    yield* item.values();
    return;
  }
  const value = item.get(step.name);
  if (value !== undefined) yield value;
  else if (!lenient) {
    throw fail("2203A", `JSON object does not contain key "${step.name}"`);
  }
}

/**
 * @param items What an expression in a subscript gave.
 * @returns The index.
 * @throws {PathError} 22033.
 */
export function toIndex(items: readonly PathItem[]): number {
  const [item] = items;
  if (items.length !== 1 || !(item instanceof JsonNumber)) {
    throw fail(
      "22033",
      "jsonpath array subscript is not a single numeric value",
    );
  }
  const index = Number(toWhole(parseDecimal(item.text), "trunc").digits);
  if (index > 2147483647 || index < -2147483648) {
    throw fail("22033", "jsonpath array subscript is out of integer range");
  }
  return index;
}

/**
 * @param key Key of a member.
 * @param value Its value.
 * @param id Number of the object.
 * @returns What `.keyvalue()` gives for it.
 */
export function keyValuePair(key: string, value: Json, id: number): JsonObject {
  return sortedObject([
    ["key", key],
    ["value", value],
    ["id", new JsonNumber(String(id))],
  ]);
}
