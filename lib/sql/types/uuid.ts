/**
 * The type `uuid`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { wrongBinary } from "./binary.ts";
import { oid, type PgType } from "./type.ts";

const usual = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** A dash may stand after every four digits. */
const any = /^(?:[0-9a-f]{4}-?){7}[0-9a-f]{4}$/;

function dashed(digits: string): string {
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${
    digits.slice(12, 16)
  }-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

function read(text: string): string {
  if (usual.test(text)) return text;
  let inner = text.toLowerCase();
  if (inner.startsWith("{") && inner.endsWith("}")) inner = inner.slice(1, -1);
  if (any.test(inner)) return dashed(inner.replaceAll("-", ""));
  throw new SqlError("22P02", `invalid input syntax for type uuid: "${text}"`);
}

/** `uuid`. */
export const uuidType: PgType = {
  oid: oid.uuid,
  name: "uuid",
  schema: 11,
  length: 16,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
  array: 2951,
  input: read,
  output: (value) => value as string,
  send: (value) => Uint8Array.fromHex((value as string).replaceAll("-", "")),
  receive(bytes) {
    if (bytes.length !== 16) throw wrongBinary();
    return dashed(bytes.toHex());
  },
};
