/**
 * Texts in binary values.
 *
 * @module
 */

import { SqlError } from "../error.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * @param bytes Bytes of a text.
 * @returns The text.
 * @throws {SqlError} 22021 if they are no UTF-8 or hold a zero byte.
 */
export function utf8Text(bytes: Uint8Array): string {
  if (bytes.includes(0)) {
    throw new SqlError(
      "22021",
      'invalid byte sequence for encoding "UTF8": 0x00',
    );
  }
  try {
    return strict.decode(bytes);
  } catch {
    throw new SqlError("22021", 'invalid byte sequence for encoding "UTF8"');
  }
}
