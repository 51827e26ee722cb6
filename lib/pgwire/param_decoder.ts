/**
 * Reads the values of a Bind message.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import { SqlError } from "../sql/error.ts";
import type { EvalContext } from "../sql/eval_context.ts";
import { oid } from "../sql/types/type.ts";
import type { MessageReader } from "./message_reader.ts";

import { format } from "./row_encoder.ts";
import { decode } from "../sql/utf8.ts";

const noFormats: readonly number[] = [];

/**
 * Reads a list of format codes.
 *
 * @param message Message.
 * @returns The codes; none for text, one for all, or one for each.
 */
export function readFormats(message: MessageReader): readonly number[] {
  // Unsigned: there may be up to 65535.
  const count = message.int16() & 0xffff;
  if (count === 0) return noFormats;
  const formats: number[] = [];
  for (let i = 0; i < count; i++) {
    const code = message.int16();
    if (code !== format.text && code !== format.binary) {
      throw new SqlError("22023", `unsupported format code: ${code}`);
    }
    formats.push(code);
  }
  return formats;
}

/**
 * @param formats From {@linkcode readFormats}.
 * @param index Number of a value or column, from 0.
 * @returns Its format code.
 */
export function formatOf(formats: readonly number[], index: number): number {
  return formats.length === 0
    ? format.text
    : formats.length === 1
    ? formats[0]!
    : formats[index]!;
}

/**
 * Reads the values.
 *
 * @param message Bind message, at the number of values.
 * @param options What the statement and the client say about them.
 * @returns The values.
 * @throws {SqlError} 08P01 when their number is wrong, 22P02 and so on when one cannot be read.
 */
export function readParams(
  message: MessageReader,
  { types, formats, name, context }: {
    /** Type of each. */
    types: readonly number[];
    /** From {@linkcode readFormats}. */
    formats: readonly number[];
    /** Name of the statement. */
    name: string;
    context: EvalContext;
  },
): Datum[] {
  // Unsigned: there may be up to 65535.
  const count = message.int16() & 0xffff;
  if (formats.length > 1 && formats.length !== count) {
    throw new SqlError(
      "08P01",
      `bind message has ${formats.length} parameter formats but ${count} parameters`,
    );
  }
  if (count !== types.length) {
    throw new SqlError(
      "08P01",
      `bind message supplies ${count} parameters, but prepared statement "${name}" requires ${types.length}`,
    );
  }
  const values: Datum[] = [];
  for (let i = 0; i < count; i++) {
    const length = message.int32();
    if (length === -1) {
      values.push(null);
      continue;
    }
    const start = message.skip(length);
    values.push(
      formatOf(formats, i) === format.binary
        ? binaryValue(message, { start, length, type: types[i]!, i, context })
        : textValue(message, { start, length, type: types[i]!, context }),
    );
  }
  return values;
}

/** Where a value lies. */
interface Place {
  readonly start: number;
  readonly length: number;
  readonly type: number;
  readonly context: EvalContext;
}

function textValue(
  { bytes }: MessageReader,
  { start, length, type, context }: Place,
): Datum {
  if (type === oid.int4 || type === oid.int8) {
    const value = smallInteger(bytes, start, length);
    if (value !== undefined) return value;
  }
  const text = decode(bytes, start, start + length);
  if (type === oid.text || type === oid.varchar) return text;
  const known = context.type(type);
  if (known === undefined) throw unknownType(type);
  return known.input(text, -1, context);
}

/** Reads what most integers look like: up to nine digits. */
function smallInteger(
  bytes: Uint8Array,
  start: number,
  length: number,
): number | undefined {
  const negative = bytes[start] === 0x2d;
  let at = negative ? start + 1 : start;
  const end = start + length;
  if (at === end || end - at > 9) return undefined;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  // Not -0, which is another number.
  return negative ? 0 - value : value;
}

function binaryValue(
  { bytes }: MessageReader,
  { start, length, type, i, context }: Place & { readonly i: number },
): Datum {
  switch (type) {
    case oid.int4:
      if (length === 4) {
        return bytes[start]! << 24 | bytes[start + 1]! << 16 |
          bytes[start + 2]! << 8 | bytes[start + 3]!;
      }
      break;
    case oid.text:
    case oid.varchar:
      return decode(bytes, start, start + length);
    case oid.bytea:
      return bytes.slice(start, start + length);
  }
  const known = context.type(type);
  if (known === undefined) throw unknownType(type);
  if (known.receive === undefined) {
    throw new SqlError(
      "42883",
      `no binary input function available for type ${known.name}`,
    );
  }
  try {
    return known.receive(bytes.slice(start, start + length), -1, context);
  } catch (error) {
    // What a reader beyond the end throws.
    if (!(error instanceof RangeError)) throw error;
    throw new SqlError(
      "22P03",
      `incorrect binary data format in bind parameter ${i + 1}`,
    );
  }
}

function unknownType(type: number): SqlError {
  return new SqlError("42704", `type with OID ${type} does not exist`);
}
