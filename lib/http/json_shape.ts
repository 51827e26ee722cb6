/**
 * Bounds the depth and the width of a JSON text before it is parsed.
 *
 * A megabyte of opening brackets keeps the parser busy for a fifth of a second, and much of what
 * later walks a value recurses. One look at each character costs far less than either.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";

/** Arrays and objects within one another, at most. */
export const maxDepth = 64;

/** Keys of all objects together, at most, where nothing else is said; counted as written, repeated ones too. */
export const maxKeys = 10_000;

/** A text shorter than this can neither be too deep nor have too many keys. */
const harmless = 2 * maxDepth;

const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;

/** What opens an array or object; each is closed by the character two further on. */
const openings = [0x5b, 0x7b] as const;

/** Index of the quote that ends the text which begins after `start`. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  for (; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return at;
}

/**
 * Refuses a text that is nested too deeply or has too many keys. Whether it is JSON at all is for the
 * parser to say.
 *
 * @param json JSON text.
 * @param mostKeys Keys that it may have.
 * @throws {Problem} `validation_failed`.
 */
export function checkShape(json: string, mostKeys: number = maxKeys): void {
  if (json.length < harmless) return;
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === quote) {
      at = endOfText(json, at);
    } else if (code === openings[0] || code === openings[1]) {
      depth += 1;
      if (depth > maxDepth) {
        throw new Problem(
          "validation_failed",
          `Cannot read JSON: more than ${maxDepth} levels deep`,
        );
      }
    } else if (code === openings[0] + 2 || code === openings[1] + 2) {
      depth -= 1;
    } else if (code === colon) {
      keys += 1;
      if (keys > mostKeys) {
        throw new Problem(
          "validation_failed",
          `Cannot read JSON: more than ${mostKeys} keys`,
        );
      }
    }
  }
}
