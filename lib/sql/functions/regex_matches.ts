/**
 * What functions of regular expressions share: options, matches one after the other, replacement.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { compileRegex, type Pause, type Regex } from "../regex/compile.ts";
import type { Span } from "../regex/dissect.ts";
import type { RegexOptions } from "../regex/syntax.ts";
import { longestText, tooLong } from "./characters.ts";

/** Options as letters of an argument. */
export interface Flags {
  readonly options: RegexOptions;
  readonly global: boolean;
}

/**
 * @param letters Letters (manual, table 9.25).
 * @returns What they say.
 * @throws {SqlError} 22023.
 */
export function readFlags(letters: string): Flags {
  let global = false;
  let options: RegexOptions = {};
  for (const letter of letters) {
    switch (letter) {
      case "g":
        global = true;
        break;
      case "b":
        options = { ...options, flavor: "basic" };
        break;
      case "c":
        options = { ...options, ignoreCase: false };
        break;
      case "e":
        options = { ...options, flavor: "extended" };
        break;
      case "i":
        options = { ...options, ignoreCase: true };
        break;
      case "m":
      case "n":
        options = { ...options, newlineStops: true, newlineAnchors: true };
        break;
      case "p":
        options = { ...options, newlineStops: true, newlineAnchors: false };
        break;
      case "q":
        options = { ...options, literal: true };
        break;
      case "s":
        options = { ...options, newlineStops: false, newlineAnchors: false };
        break;
      case "t":
        options = { ...options, expanded: false };
        break;
      case "w":
        options = { ...options, newlineStops: false, newlineAnchors: true };
        break;
      case "x":
        options = { ...options, expanded: true };
        break;
      default:
        throw new SqlError(
          "22023",
          `invalid regular expression option: "${letter}"`,
        );
    }
  }
  return { options, global };
}

/**
 * @param letters Letters.
 * @param name Function that takes no `g`.
 * @param hint What to use in its place.
 * @returns Options.
 * @throws {SqlError} 22023.
 */
export function optionsWithoutGlobal(
  letters: string,
  name: string,
  hint?: string,
): RegexOptions {
  const { options, global } = readFlags(letters);
  if (!global) return options;
  throw new SqlError(
    "22023",
    `${name}() does not support the "global" option`,
    { hint },
  );
}

/** One match: its place and those of its groups, in units. */
export type Match = readonly [
  readonly [number, number],
  ...Span[],
];

/** How to look for matches. */
export interface MatchOptions {
  /**
   * Where to begin, in units.
   *
   * @default {0}
   */
  readonly from?: number;
  /**
   * Whether empty matches at the end of the one before do not count.
   *
   * @default {false}
   */
  readonly skipEmpty?: boolean;
  /** Called now and then; may throw. */
  readonly pause?: Pause | undefined;
}

/** Matches between two pauses. */
const matchesPerPause = 256;

/**
 * @param regex Expression.
 * @param text Text.
 * @param options How to look for them.
 * @returns Matches, one after the other.
 */
export function* matches(
  regex: Regex,
  text: string,
  { from = 0, skipEmpty = false, pause }: MatchOptions = {},
): Generator<Match> {
  let at = from;
  let last = from;
  for (let found = 1; at <= text.length; found++) {
    if (found % matchesPerPause === 0) pause?.();
    const match = regex.match(text, at, pause) as Match | undefined;
    if (match === undefined) return;
    const [begin, end] = match[0];
    if (!skipEmpty || (begin < text.length && (begin < end || begin > last))) {
      yield match;
      last = end;
    }
    at = end;
    if (begin === end) {
      at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
    }
  }
}

/**
 * @param text Text.
 * @param pattern Expression.
 * @param how Options.
 * @param pause Called now and then; may throw.
 * @returns The pieces between matches.
 */
export function split(
  text: string,
  pattern: string,
  how: RegexOptions,
  pause: Pause | undefined,
): string[] {
  const pieces: string[] = [];
  let from = 0;
  const regex = compileRegex(pattern, how);
  for (
    const [[begin, end]] of matches(regex, text, { skipEmpty: true, pause })
  ) {
    pieces.push(text.slice(from, begin));
    from = end;
  }
  pieces.push(text.slice(from));
  return pieces;
}

/** How to replace. */
export interface Replacement {
  readonly pattern: string;
  readonly options: RegexOptions;
  /** New text, with `\1` and `\&`. */
  readonly by: string;
  /** Where to begin, in units. */
  readonly from: number;
  /** Which match, from 1; 0 for all of them. */
  readonly nth: number;
  /** Called now and then; may throw. */
  readonly pause: Pause | undefined;
}

/**
 * @param text Text.
 * @param how What to replace.
 * @returns The new text.
 */
export function replaceMatches(text: string, how: Replacement): string {
  const parts = readReplacement(how.by);
  let result = "";
  let done = 0;
  let number = 0;
  for (
    const match of matches(
      compileRegex(how.pattern, how.options),
      text,
      { from: how.from, pause: how.pause },
    )
  ) {
    number++;
    if (how.nth > 0 && number < how.nth) continue;
    const [begin, end] = match[0];
    result += text.slice(done, begin);
    for (const part of parts) {
      if (typeof part === "string") result += part;
      else {
        const span = match[part];
        if (span !== undefined) result += text.slice(span[0], span[1]);
      }
    }
    if (result.length > longestText) throw tooLong();
    done = end;
    if (how.nth > 0) break;
  }
  return result + text.slice(done);
}

function readReplacement(text: string): (string | number)[] {
  const parts: (string | number)[] = [];
  let from = 0;
  for (const match of text.matchAll(/\\([\s\S]?)/g)) {
    parts.push(text.slice(from, match.index));
    const letter = match[1] as string;
    if (/[1-9]/.test(letter)) parts.push(Number(letter));
    else if (letter === "&") parts.push(0);
    else if (letter === "\\") parts.push("\\");
    else {
      // Anything else stays as it is, backslash and all.
      parts.push(match[0]);
    }
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}
