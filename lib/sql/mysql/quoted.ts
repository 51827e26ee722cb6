/**
 * Reads what stands between quotes: strings with their escapes, names, hexadecimal digits
 * (MySQL manual, 11.1.1 and 11.2).
 *
 * @module
 */

import { syntaxError } from "./error.ts";

/** What was read, and where the text goes on. */
export interface Quoted {
  readonly value: string;
  readonly end: number;
}

/** What `\c` means; any other character means itself, save `\%` and `\_`, which keep the backslash. */
const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\x1a",
  "%": "\\%",
  "_": "\\_",
};

/**
 * @param text Statement.
 * @param at Offset of the opening quote.
 * @param options Whether a backslash escapes.
 * @returns The string without quotes and escapes.
 * @throws {MysqlError} 1064 when it does not end.
 */
export function readString(
  text: string,
  at: number,
  options: { readonly noBackslashEscapes: boolean },
): Quoted {
  const quote = text[at] as string;
  const parts: string[] = [];
  let from = at + 1;
  for (let i = from; i < text.length; i++) {
    const c = text[i];
    if (c === "\\" && !options.noBackslashEscapes) {
      const next = text[i + 1];
      if (next === undefined) break;
      parts.push(text.slice(from, i), escapes[next] ?? next);
      i++;
      from = i + 1;
    } else if (c === quote) {
      if (text[i + 1] !== quote) {
        parts.push(text.slice(from, i));
        return { value: parts.join(""), end: i + 1 };
      }
      parts.push(text.slice(from, i + 1));
      i++;
      from = i + 1;
    }
  }
  throw syntaxError(text, at);
}

/**
 * @param text Statement.
 * @param at Offset of the opening quote, a backtick or a double quote.
 * @returns The name.
 * @throws {MysqlError} 1064 when it does not end or is empty.
 */
export function readName(text: string, at: number): Quoted {
  const quote = text[at] as string;
  let end = at + 1;
  for (;;) {
    end = text.indexOf(quote, end);
    if (end < 0) throw syntaxError(text, at);
    if (text[end + 1] !== quote) break;
    end += 2;
  }
  const value = text.slice(at + 1, end).replaceAll(quote + quote, quote);
  if (value === "" || value.includes("\0")) throw syntaxError(text, at);
  return { value, end: end + 1 };
}

/**
 * @param digits Hexadecimal digits of `0x…`.
 * @returns The same, an even number of them.
 */
export function decodeHex(digits: string): string {
  return digits.length % 2 === 0 ? digits : `0${digits}`;
}
