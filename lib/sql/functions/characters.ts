/**
 * Texts by characters, which are code points and not the units of JavaScript.
 *
 * @module
 */

import { longestValue } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";

/** Longest text a function makes, in UTF-16 units; PostgreSQL stops at a gigabyte. */
export const longestText = longestValue;

const beyondUnits = /[\ud800-\udfff]/;

/** @returns Whether units are characters. */
export function isPlain(text: string): boolean {
  return !beyondUnits.test(text);
}

/** @returns How many characters a text has. */
export function count(text: string): number {
  if (isPlain(text)) return text.length;
  let characters = 0;
  for (let i = 0; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) !== 0xdc00) characters++;
  }
  return characters;
}

/**
 * @param text A text.
 * @param from First character, from 0.
 * @param to Character after the last one.
 * @returns The part.
 */
export function slice(text: string, from: number, to = Infinity): string {
  if (isPlain(text)) return text.slice(from, to);
  const start = unitOf(text, from);
  return text.slice(
    start,
    start + unitOf(text.slice(start), Math.max(to - from, 0)),
  );
}

/** @returns Place in units of a character, counted from 0. */
export function unitOf(text: string, character: number): number {
  if (isPlain(text)) return Math.min(character, text.length);
  let at = 0;
  for (let i = 0; i < character && at < text.length; i++) {
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  }
  return at;
}

/** @returns The error of a result that is too long. */
export function tooLong(): SqlError {
  return new SqlError("54000", "requested length too large");
}

/** @returns `text` so many times. */
export function repeat(text: string, times: number): string {
  if (times <= 0 || text === "") return "";
  if (text.length * times > longestText) throw tooLong();
  return text.repeat(times);
}

/** @returns The text with ASCII letters in lower case, as the collation C has it. */
export function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** @returns The text with ASCII letters in upper case. */
export function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
