/**
 * Keeps out what is no text to PostgreSQL, before it is bound.
 *
 * The wires cannot bring it, for they read UTF-8; JSON can spell it, and so can a URL. SQLite's functions end
 * at a NUL, so that no check of a length would see what comes after it.
 *
 * @module
 */

import { EngineError, type SqlValue } from "../../engine/engine.ts";

/**
 * @param values What a statement binds.
 * @returns The same.
 * @throws {EngineError} 22021 for a text with a NUL or with half of a surrogate pair.
 */
export function checkTexts(values: readonly SqlValue[]): readonly SqlValue[] {
  for (const value of values) {
    if (typeof value !== "string") continue;
    if (value.includes("\0")) throw invalid([0]);
    if (!value.isWellFormed()) throw invalid(bytesOfHalf(value));
  }
  return values;
}

/** The three bytes that the first half would take if it could be written. */
function bytesOfHalf(text: string): number[] {
  const half = text.search(/\p{Surrogate}/u);
  const code = text.charCodeAt(half);
  return [0xe0 | code >> 12, 0x80 | code >> 6 & 0x3f, 0x80 | code & 0x3f];
}

function invalid(bytes: readonly number[]): EngineError {
  const shown = bytes.map((byte) => `0x${byte.toString(16).padStart(2, "0")}`);
  return new EngineError(
    "22021",
    `invalid byte sequence for encoding "UTF8": ${shown.join(" ")}`,
  );
}
