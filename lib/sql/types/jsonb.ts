/**
 * The type `jsonb`: kept as the text PostgreSQL writes, so that equal values are (nearly) equal texts.
 *
 * Only numbers can differ in text and be equal (`1.0`, `1.00`): the collation `pg_jsonb` knows.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { compareJson, printJson } from "../json/value.ts";
import { parseJson } from "../json/parse.ts";
import { oid, type PgType } from "./type.ts";
import { utf8Text } from "./utf8_text.ts";

/** `jsonb`. */
export const jsonbType: PgType = {
  oid: oid.jsonb,
  name: "jsonb",
  schema: 11,
  length: -1,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
  array: 3807,
  collation: "pg_jsonb",
  input: (text) => printJson(parseJson(text)),
  output: (value) => value as string,
  send(value) {
    const text = new TextEncoder().encode(value as string);
    const bytes = new Uint8Array(text.length + 1);
    bytes[0] = 1;
    bytes.set(text, 1);
    return bytes;
  },
  receive(bytes) {
    if (bytes[0] !== 1) {
      throw new SqlError(
        "XX000",
        `unsupported jsonb version number ${bytes[0] ?? 0}`,
      );
    }
    return printJson(parseJson(utf8Text(bytes.subarray(1))));
  },
};

/**
 * @param a A jsonb datum.
 * @param b Another.
 * @returns Their order (manual, 8.14.4): negative, zero or positive.
 */
export function compareJsonb(a: string, b: string): number {
  return a === b ? 0 : compareJson(parseJson(a), parseJson(b));
}
