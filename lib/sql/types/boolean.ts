/**
 * The type `bool`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { viewOf } from "./binary.ts";
import { oid, type PgType } from "./type.ts";

const words: ReadonlyMap<string, 0 | 1> = new Map([
  ["1", 1],
  ["t", 1],
  ["tr", 1],
  ["tru", 1],
  ["true", 1],
  ["y", 1],
  ["ye", 1],
  ["yes", 1],
  ["on", 1],
  ["0", 0],
  ["f", 0],
  ["fa", 0],
  ["fal", 0],
  ["fals", 0],
  ["false", 0],
  ["n", 0],
  ["no", 0],
  ["of", 0],
  ["off", 0],
]);

/** `bool`. */
export const boolType: PgType = {
  oid: oid.bool,
  name: "bool",
  schema: 11,
  length: 1,
  kind: "b",
  category: "B",
  preferred: true,
  element: 0,
  array: 1000,
  input(text) {
    const value = words.get(text) ??
      words.get(text.replace(/^\s+|\s+$/g, "").toLowerCase());
    if (value !== undefined) return value;
    throw new SqlError(
      "22P02",
      `invalid input syntax for type boolean: "${text}"`,
    );
  },
  output: (value) => value ? "t" : "f",
  send: (value) => new Uint8Array([value ? 1 : 0]),
  receive: (bytes) => viewOf(bytes, 1).getUint8(0) === 0 ? 0 : 1,
};
