/**
 * The type `bytea` in its two text forms (manual, 8.4).
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { oid, type PgType } from "./type.ts";

const encoder = new TextEncoder();

function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array((text.length - 2) >> 1);
  let count = 0;
  let high = -1;
  for (let i = 2; i < text.length; i++) {
    const character = text[i] as string;
    if (high < 0 && /[ \t\n\r\f\v]/.test(character)) continue;
    const digit = /[0-9a-fA-F]/.test(character) ? parseInt(character, 16) : -1;
    if (digit < 0) {
      const shown = String.fromCodePoint(text.codePointAt(i) as number);
      throw new SqlError("22023", `invalid hexadecimal digit: "${shown}"`);
    }
    if (high < 0) high = digit;
    else {
      bytes[count++] = high * 16 + digit;
      high = -1;
    }
  }
  if (high >= 0) {
    throw new SqlError(
      "22023",
      "invalid hexadecimal data: odd number of digits",
    );
  }
  return bytes.slice(0, count);
}

function fromEscape(text: string): Uint8Array {
  const source = encoder.encode(text);
  const bytes = new Uint8Array(source.length);
  let count = 0;
  for (let i = 0; i < source.length; i++) {
    const byte = source[i] as number;
    if (byte !== 0x5c) {
      bytes[count++] = byte;
      continue;
    }
    const rest = String.fromCharCode(...source.subarray(i + 1, i + 4));
    if (rest.startsWith("\\")) {
      bytes[count++] = 0x5c;
      i += 1;
    } else if (/^[0-3][0-7][0-7]/.test(rest)) {
      bytes[count++] = parseInt(rest, 8);
      i += 3;
    } else {
      throw new SqlError("22P02", "invalid input syntax for type bytea");
    }
  }
  return bytes.slice(0, count);
}

/**
 * @param text Hexadecimal or escape form.
 * @returns The bytes.
 * @throws {SqlError} 22P02 or 22023.
 */
export function readBytea(text: string): Uint8Array {
  if (!text.startsWith("\\x")) return fromEscape(text);
  const digits = text.slice(2);
  return /^(?:[0-9a-fA-F]{2})*$/.test(digits)
    ? Uint8Array.fromHex(digits)
    : fromHex(text);
}

/**
 * @param bytes Bytes.
 * @param format `hex` or `escape` (`bytea_output`).
 * @returns Their text.
 */
export function writeBytea(bytes: Uint8Array, format: string): string {
  if (format !== "escape") return `\\x${bytes.toHex()}`;
  let text = "";
  for (const byte of bytes) {
    if (byte === 0x5c) text += "\\\\";
    else if (byte < 0x20 || byte > 0x7e) {
      text += `\\${byte.toString(8).padStart(3, "0")}`;
    } else text += String.fromCharCode(byte);
  }
  return text;
}

/** `bytea`. */
export const byteaType: PgType = {
  oid: oid.bytea,
  name: "bytea",
  schema: 11,
  length: -1,
  kind: "b",
  category: "U",
  preferred: false,
  element: 0,
  array: 1001,
  input: readBytea,
  output: (value, context) =>
    writeBytea(value as Uint8Array, context.byteaOutput),
  send: (value) => value as Uint8Array,
  receive: (bytes) => bytes.slice(),
};
