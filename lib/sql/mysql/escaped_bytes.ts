/**
 * Statements that are not all text: clients send bytes between quotes as they are.
 *
 * A byte that belongs to no character of UTF-8 stands in the text as the lone surrogate U+DC00 plus the
 * byte, which no text of a client can hold otherwise, and becomes the byte again where a literal of
 * bytes is made.
 *
 * @module
 */

import { decode } from "../utf8.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const escapeStart = 0xdc00;

/** Lone surrogates that stand for bytes. */
const escaped = /[\udc80-\udcff]/u;

/** Length of the character that begins here; 0 if none does. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
}

/**
 * @param bytes Statement.
 * @returns Its text, with what is no text escaped.
 */
export function decodeEscaped(bytes: Uint8Array): string {
  try {
    // Quicker for the short ones that most are.
    return bytes.length === 0 ? "" : decode(bytes, 0, bytes.length);
  } catch {
    // Not all of it is text, or it holds a NUL.
  }
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    parts.push(
      decoder.decode(bytes.subarray(from, at)),
      String.fromCharCode(escapeStart | bytes[at]!),
    );
    from = at += 1;
  }
  parts.push(decoder.decode(bytes.subarray(from)));
  return parts.join("");
}

/**
 * @param text From {@linkcode decodeEscaped}.
 * @returns Whether it stands for bytes that are no text; a NUL is none either, for the checks of a text's length
 *   end at it.
 */
export function isEscaped(text: string): boolean {
  return escaped.test(text) || text.includes("\0");
}

/**
 * @param text Part of a text from {@linkcode decodeEscaped}.
 * @returns The bytes that it stands for.
 */
export function encodeEscaped(text: string): Uint8Array {
  if (!isEscaped(text)) return encoder.encode(text);
  const parts = text.split(/([\udc80-\udcff])/u).map((part, i) =>
    i % 2 === 0
      ? encoder.encode(part)
      : new Uint8Array([part.charCodeAt(0) & 0xff])
  );
  const bytes = new Uint8Array(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
