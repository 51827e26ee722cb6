/**
 * Finds parts of a JSON text without making a tree of it.
 *
 * The text is a datum of `json` or `jsonb`, which has been checked when it was made.
 *
 * @module
 */

import { parseJson } from "./parse.ts";

/** Where a part begins and ends. */
export type Range = readonly [number, number];

/** A member of an object: its key, decoded, and where its value is. */
export interface Member {
  readonly key: string;
  readonly value: Range;
}

const quote = 0x22;
const backslash = 0x5c;

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return at;
    at++;
  }
}

/** @returns Place after the string that begins at `from`. */
function skipString(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at < 0) return text.length;
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === backslash) slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/** @returns Place after the value that begins at `from`. */
function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === quote) return skipString(text, from);
  if (first !== 0x7b && first !== 0x5b) {
    let at = from;
    for (; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      // , ] } and white space
      if (unit === 0x2c || unit === 0x5d || unit === 0x7d || unit <= 32) break;
    }
    return at;
  }
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = skipString(text, at) - 1;
    else if (unit === 0x7b || unit === 0x5b) depth++;
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) return at + 1;
  }
  return text.length;
}

/**
 * @param text JSON text.
 * @returns Its first character that is no white space: `{`, `[`, `"`, …
 */
export function firstCharacter(text: string): string {
  return text[skipSpace(text, 0)] ?? "";
}

/**
 * @param text JSON text.
 * @returns Whether it is neither an object nor an array.
 */
export function isScalar(text: string): boolean {
  const first = firstCharacter(text);
  return first !== "{" && first !== "[";
}

/**
 * @param text JSON string, quotes included.
 * @returns What it says.
 * @throws {SqlError} 22P05, 22P02 for what no text can hold.
 */
export function decodeString(text: string): string {
  if (!text.includes("\\")) return text.slice(1, -1);
  return parseJson(text) as string;
}

/** @returns Elements of the array that `text` is. */
export function* elements(text: string): Generator<Range> {
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  if (text[at] === "]") return;
  for (;;) {
    const end = skipValue(text, at);
    yield [at, end];
    at = skipSpace(text, end);
    if (text[at] !== ",") return;
    at = skipSpace(text, at + 1);
  }
}

/** @returns Members of the object that `text` is, as they are written. */
export function* members(text: string): Generator<Member> {
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  if (text[at] === "}") return;
  for (;;) {
    const end = skipString(text, at);
    const key = decodeString(text.slice(at, end));
    at = skipSpace(text, skipSpace(text, end) + 1);
    const after = skipValue(text, at);
    yield { key, value: [at, after] };
    at = skipSpace(text, after);
    if (text[at] !== ",") return;
    at = skipSpace(text, at + 1);
  }
}

/**
 * @param text JSON text.
 * @param key A key.
 * @returns Text of the last member of that key; `undefined` if there is none or it is no object.
 */
export function memberText(text: string, key: string): string | undefined {
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== 0x7b) return undefined;
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === 0x7d) return undefined;
  const plain = !key.includes("\\") && !key.includes('"');
  let from = -1;
  let to = -1;
  for (;;) {
    const end = skipString(text, at);
    const same = plain && end - at === key.length + 2 &&
      text.startsWith(key, at + 1);
    // A key with escapes in it may be the same in another spelling.
    const found = same || (text.slice(at, end).includes("\\") &&
      decodeString(text.slice(at, end)) === key);
    const start = skipSpace(text, skipSpace(text, end) + 1);
    const after = skipValue(text, start);
    if (found) {
      from = start;
      to = after;
    }
    at = skipSpace(text, after);
    if (text.charCodeAt(at) !== 0x2c) break;
    at = skipSpace(text, at + 1);
  }
  return from < 0 ? undefined : text.slice(from, to);
}

/**
 * @param text JSON text.
 * @param index Index from 0, or from the end if negative.
 * @returns Text of the element; `undefined` if there is none or it is no array.
 */
export function elementText(text: string, index: number): string | undefined {
  if (firstCharacter(text) !== "[") return undefined;
  if (index < 0) {
    const range = [...elements(text)].at(index);
    return range === undefined ? undefined : text.slice(...range);
  }
  let number = 0;
  for (const range of elements(text)) {
    if (number++ === index) return text.slice(...range);
  }
  return undefined;
}

/**
 * @param text Text of a value.
 * @returns It as `->>` gives it: strings decoded, `null` for JSON's null.
 */
export function valueText(text: string): string | null {
  const value = text.trim();
  if (value === "null") return null;
  return value.startsWith('"') ? decodeString(value) : text;
}
