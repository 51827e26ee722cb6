/**
 * MySQL's LIKE: case and accents do not count, any character may escape (manual, 14.8.1).
 *
 * @module
 */

import { fold } from "./fold.ts";

/** A pattern that has been read. */
export interface LikePattern {
  /** @returns Whether the whole text matches. */
  test(text: string): boolean;
}

const cache = new Map<string, LikePattern>();
const mostCached = 500;

/** Characters, `undefined` for an underscore, `null` for a percent sign. */
type Pattern = readonly (string | undefined | null)[];

function read(pattern: string, escape: string): Pattern {
  const parts: (string | undefined | null)[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] as string;
    if (c === escape && characters[i + 1] !== undefined) {
      parts.push(fold(characters[++i] as string));
    } else if (c === "%") {
      if (parts.at(-1) !== null) parts.push(null);
    } else if (c === "_") parts.push(undefined);
    else parts.push(fold(c));
  }
  return parts;
}

/** Goes back to the last percent sign only, so the time is at most the product of the lengths. */
function match(text: readonly string[], pattern: Pattern): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let from = 0;
  while (at < text.length) {
    const part = pattern[next];
    if (
      next < pattern.length && part !== null &&
      (part === undefined || part === text[at])
    ) {
      at++;
      next++;
    } else if (next < pattern.length && part === null) {
      star = next++;
      from = at;
    } else if (star >= 0) {
      next = star + 1;
      at = ++from;
    } else return false;
  }
  while (pattern[next] === null && next < pattern.length) next++;
  return next === pattern.length;
}

/**
 * @param pattern Pattern.
 * @param escape Escape character; empty for none.
 * @returns What tests texts.
 */
export function likePattern(pattern: string, escape: string): LikePattern {
  const key = `${escape}\0${pattern}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const parts = read(pattern, escape);
  const made = { test: (text: string) => match([...text].map(fold), parts) };
  if (cache.size >= mostCached) cache.clear();
  cache.set(key, made);
  return made;
}
