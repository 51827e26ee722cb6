/**
 * Texts in binary values.
 *
 * @module
 */

import { SqlError } from "../error.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** How many bytes a character takes whose first byte this is. */
function lengthOf(first: number): number {
  return first < 0xc0
    ? 1
    : first < 0xe0
    ? 2
    : first < 0xf0
    ? 3
    : first < 0xf8
    ? 4
    : 1;
}

/** Bytes of the first character that is none. */
function wrongBytes(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at < bytes.length;) {
    const length = lengthOf(bytes[at] as number);
    const character = bytes.subarray(at, at + length);
    try {
      strict.decode(character);
    } catch {
      return character;
    }
    at += length;
  }
  return bytes.subarray(0, 0);
}

function wrong(bytes: Uint8Array): SqlError {
  const shown = Array.from(
    bytes,
    (byte) => ` 0x${byte.toString(16).padStart(2, "0")}`,
  ).join("");
  return new SqlError(
    "22021",
    `invalid byte sequence for encoding "UTF8":${shown}`,
  );
}

/**
 * @param bytes Bytes of a text.
 * @returns The text.
 * @throws {SqlError} 22021 if they are no UTF-8 or hold a zero byte.
 */
export function utf8Text(bytes: Uint8Array): string {
  if (bytes.includes(0)) throw wrong(new Uint8Array(1));
  try {
    return strict.decode(bytes);
  } catch {
    throw wrong(wrongBytes(bytes));
  }
}
