/**
 * The type `json`: checked, and kept as written.
 *
 * @module
 */

import { checkJson } from "../json/parse.ts";
import { oid, type PgType } from "./type.ts";
import { utf8Text } from "./utf8_text.ts";

/** `json`. */
export const jsonType: PgType = {
  oid: oid.json,
  name: "json",
  schema: 11,
  length: -1,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
  array: 199,
  input(text) {
    checkJson(text);
    return text;
  },
  output: (value) => value as string,
  send: (value) => new TextEncoder().encode(value as string),
  receive(bytes) {
    const text = utf8Text(bytes);
    checkJson(text);
    return text;
  },
};
