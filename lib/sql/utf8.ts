/**
 * Text between the wire and strings, quick for the short ASCII texts that most are.
 *
 * @module
 */

import { byteText } from "../base/byte_text.ts";
import { SqlError } from "./error.ts";

/** Reading one character at a time is quicker up to here. */
const shortest = 8;

/** Looking at each byte first is quicker up to here. */
const short = 400;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * Decodes UTF-8.
 *
 * @param bytes Bytes.
 * @param start First byte.
 * @param end Byte after the last.
 * @returns The text.
 * @throws {SqlError} 22021 when it is not UTF-8, or holds a NUL, which PostgreSQL has no room for.
 */
export function decode(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  if (length > short) return decodeAny(bytes, start, end);
  if (length > shortest) {
    for (let i = start; i < end; i++) {
      // NUL wraps around to a large number.
      if (((bytes[i]! - 1) & 0xff) >= 0x7f) return decodeAny(bytes, start, end);
    }
    return byteText(bytes, start, end);
  }
  let text = "";
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (((byte - 1) & 0xff) >= 0x7f) return decodeAny(bytes, start, end);
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeAny(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  if (!part.includes(0)) {
    try {
      return decoder.decode(part);
    } catch {
      // Told below.
    }
  }
  throw invalid(part);
}

/** Length that the first byte of a character promises; 1 if it promises nothing. */
function promised(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xc0 && first < 0xe0 ? 2 : 1;
}

function isCharacter(part: Uint8Array): boolean {
  try {
    return part[0] !== 0 && decoder.decode(part) !== undefined;
  } catch {
    return false;
  }
}

function invalid(bytes: Uint8Array): SqlError {
  let at = 0;
  for (;;) {
    const part = bytes.subarray(at, at + promised(bytes[at]!));
    if (!isCharacter(part)) {
      const shown = [...part].map((byte) =>
        `0x${byte.toString(16).padStart(2, "0")}`
      );
      return new SqlError(
        "22021",
        `invalid byte sequence for encoding "UTF8": ${shown.join(" ")}`,
      );
    }
    at += part.length;
  }
}

/**
 * Encodes a text into a buffer that has room for three bytes of each UTF-16 unit.
 *
 * @param text Text.
 * @param into Buffer.
 * @param at Where in it.
 * @returns How many bytes were written.
 */
export function encodeInto(
  text: string,
  into: Uint8Array,
  at: number,
): number {
  const { length } = text;
  if (length <= 40) {
    let end = at;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        return encoder.encodeInto(text, into.subarray(at)).written;
      }
      into[end++] = unit;
    }
    return length;
  }
  return encoder.encodeInto(text, into.subarray(at)).written;
}

/**
 * @param text Text.
 * @returns Its bytes.
 */
export function encode(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}
