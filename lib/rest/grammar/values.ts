/**
 * Values of filters: lists in parentheses, arrays in braces, and single values among others.
 *
 * Nothing here throws: what does not fit is noted and `undefined`, since the same text may be an argument
 * of a function instead.
 *
 * @module
 */

import { maxListValues } from "./limits.ts";
import { aQuote, readQuoted } from "./names.ts";
import type { Scanner } from "./scanner.ts";

const quote = 0x22;
const comma = 0x2c;
const open = 0x28;
const close = 0x29;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const backslash = 0x5c;

function endsValue(unit: number): boolean {
  return unit === comma || unit === close || unit === -1;
}

/** Reads up to a comma, a parenthesis or the end. */
function readPlain(scanner: Scanner): string {
  const { text } = scanner;
  const from = scanner.at;
  let at = from;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === comma || unit === close) break;
    at++;
  }
  scanner.at = at;
  return text.slice(from, at);
}

/** Reads a value in quotes if it is one as a whole; a value that merely holds quotes is plain. */
function readWhollyQuoted(scanner: Scanner): string | undefined {
  const from = scanner.at;
  scanner.blanks();
  if (scanner.code() === quote) {
    const value = readQuoted(scanner);
    if (value !== undefined) {
      scanner.blanks();
      if (endsValue(scanner.code())) return value;
    }
  }
  scanner.at = from;
  return undefined;
}

/**
 * Reads a list: `(a,b,"c,d")`.
 *
 * @param scanner Where it should begin.
 * @returns Its values; none for `()`. `undefined` if it is no list, which is noted.
 */
export function readList(scanner: Scanner): readonly string[] | undefined {
  scanner.blanks();
  if (!scanner.take(open, '"("')) return undefined;
  const values: string[] = [];
  scanner.blanks();
  if (scanner.code() === close) {
    scanner.at++;
    scanner.blanks();
    return values;
  }
  do {
    if (values.length >= maxListValues) {
      scanner.refuse(`more than ${maxListValues} values in a list`);
    }
    values.push(readWhollyQuoted(scanner) ?? readPlain(scanner));
  } while (scanner.take(comma, '","'));
  if (!scanner.take(close, '")"')) return undefined;
  scanner.blanks();
  return values;
}

/** Where each brace of a text is closed, for values that hold braces in braces. */
type Braces = ReadonlyMap<number, number>;

function matchBraces(text: string): Braces {
  const matches = new Map<number, number>();
  const opened: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === openBrace) opened.push(at);
    else if (unit === closeBrace) {
      const from = opened.pop();
      if (from !== undefined) matches.set(from, at);
    }
  }
  return matches;
}

/** A value as it was written, and where it begins. */
export interface RawValue {
  readonly text: string;
  readonly at: number;
}

/** Reads the single value of a comparison. */
export type ValueReader = (scanner: Scanner) => RawValue;

/** Takes the rest of the text as it is: a filter that is a parameter of its own. */
export function readRest(scanner: Scanner): RawValue {
  const { at } = scanner;
  scanner.at = scanner.text.length;
  return { text: at === 0 ? scanner.text : scanner.text.slice(at), at };
}

/**
 * Makes the reader of values in a logic tree: in quotes, in braces (whose commas are safe), or anything up
 * to a comma or a parenthesis.
 *
 * @returns The reader, for one text only.
 */
export function treeValueReader(): ValueReader {
  // All braces are matched at once: to look for each one's end alone could take a time that grows
  // with the square of the text.
  let braces: Braces | undefined;

  return function readTreeValue(scanner) {
    const { at } = scanner;
    const quoted = readWhollyQuoted(scanner);
    if (quoted !== undefined) return { text: quoted, at };
    if (scanner.code() === openBrace) {
      braces ??= matchBraces(scanner.text);
      const end = braces.get(at);
      if (end !== undefined) {
        scanner.at = end + 1;
        return { text: scanner.text.slice(at, end + 1), at };
      }
    }
    return { text: readPlain(scanner), at };
  };
}

/** Elements of an array. */
export interface ArrayItems {
  readonly values: readonly string[];
  /** Whether `NULL` is one of them. */
  readonly hasNull: boolean;
}

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
}

/**
 * Reads a PostgreSQL array of one dimension: `{a,"b,c",NULL}` (manual, 8.15.6).
 *
 * @param scanner Is told what would have been right.
 * @param value The array's text.
 * @returns Its elements; `undefined` if it is no array.
 */
export function readArray(
  scanner: Scanner,
  { text, at: start }: RawValue,
): ArrayItems | undefined {
  const values: string[] = [];
  let hasNull = false;
  let at = 0;

  const skip = () => {
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  };
  const miss = (expected: string) => {
    scanner.note(expected, start + at);
    return undefined;
  };

  skip();
  if (text.charCodeAt(at) !== openBrace) return miss('"{"');
  at++;
  skip();
  let more = text.charCodeAt(at) !== closeBrace;
  if (!more) at++;
  while (more) {
    if (values.length >= maxListValues) {
      scanner.refuse(`more than ${maxListValues} values in a list`);
    }
    skip();
    let value = "";
    if (text.charCodeAt(at) === quote) {
      let from = ++at;
      for (;;) {
        if (at >= text.length) return miss(aQuote);
        const unit = text.charCodeAt(at);
        if (unit === quote) break;
        if (unit === backslash) {
          value += text.slice(from, at);
          from = ++at;
        }
        at++;
      }
      values.push(value + text.slice(from, at++));
    } else {
      const first = at;
      let from = at;
      // Blanks at the end are no part of it, unless escaped.
      let solid = at;
      let escaped = false;
      for (; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (
          unit === comma || unit === closeBrace || unit === openBrace ||
          unit === quote
        ) break;
        if (unit === backslash) {
          value += text.slice(from, at);
          from = ++at;
          escaped = true;
          if (at >= text.length) return miss("any character");
          solid = at + 1;
        } else if (!isSpace(unit)) solid = at + 1;
      }
      if (solid === first) return miss("array element");
      value += text.slice(from, solid);
      if (!escaped && value.toLowerCase() === "null") hasNull = true;
      else values.push(value);
    }
    skip();
    const unit = text.charCodeAt(at);
    if (unit !== comma && unit !== closeBrace) {
      miss('","');
      return miss('"}"');
    }
    at++;
    more = unit === comma;
  }
  skip();
  if (at < text.length) return miss("end of array");
  return { values, hasNull };
}
