/**
 * The type `jsonpath`: kept as the text PostgreSQL writes, with parentheses where it could not be read
 * again without.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { printPath } from "../json/path.ts";
import { parsePath } from "../json/path_parse.ts";
import { oid, type PgType } from "./type.ts";
import { utf8Text } from "./utf8_text.ts";

const read = (text: string) => printPath(parsePath(text), true);
const write = (datum: string) => printPath(parsePath(datum));

/** `jsonpath`. */
export const jsonpathType: PgType = {
  oid: oid.jsonpath,
  name: "jsonpath",
  schema: 11,
  length: -1,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
  array: 4073,
  input: read,
  output: (value) => write(value as string),
  send(value) {
    const text = new TextEncoder().encode(write(value as string));
    const bytes = new Uint8Array(text.length + 1);
    bytes[0] = 1;
    bytes.set(text, 1);
    return bytes;
  },
  receive(bytes) {
    if (bytes[0] !== 1) {
      throw new SqlError(
        "XX000",
        `unsupported jsonpath version number: ${bytes[0] ?? 0}`,
      );
    }
    return read(utf8Text(bytes.subarray(1)));
  },
};
