/**
 * Matches patterns of LIKE.
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { SqlError } from "../error.ts";
import { isPlain } from "./characters.ts";
import { finder } from "./find_text.ts";

/** A piece of a pattern between percent signs: characters, `undefined` for an underscore. */
type Piece = readonly (string | undefined)[];

/** A pattern that has been read. */
export interface LikePattern {
  /**
   * @param text A text.
   * @param pause Called now and then; may throw.
   * @returns Whether the whole text matches.
   */
  test(text: string, pause?: () => void): boolean;
}

const cache = new Map<string, LikePattern>();
const mostCached = 500;
const longestCached = 1024;
/** Characters compared at most between two pauses. */
const workPerPause = 100_000;

/**
 * Reads a pattern whose escape character is the backslash.
 *
 * PostgreSQL finds a pattern that ends with its escape only when matching gets there; so does this.
 */
function read(pattern: string): { pieces: Piece[]; broken: boolean } {
  if (pattern.length > longestPattern) {
    throw new SqlError("54000", "LIKE pattern is too long");
  }
  const pieces: (string | undefined)[][] = [[]];
  let broken = false;
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    const last = pieces[pieces.length - 1] as (string | undefined)[];
    if (character === "%") pieces.push([]);
    else if (character === "_") last.push(undefined);
    else if (character === "\\") {
      const next = characters[++i];
      if (next === undefined) broken = true;
      else last.push(next);
    } else last.push(character);
  }
  return { pieces, broken };
}

function endsWithEscape(): SqlError {
  return new SqlError(
    "22025",
    "LIKE pattern must not end with escape character",
  );
}

function compile(pattern: string): LikePattern {
  const { pieces, broken } = read(pattern);
  const plain = pieces.map((piece) =>
    piece.includes(undefined) ? undefined : piece.join("")
  );
  const [first = ""] = plain;
  const last = plain[plain.length - 1];
  if (!broken && !plain.includes(undefined) && pieces.length <= 3) {
    const middle = plain.length === 3 ? plain[1] as string : "";
    const tail = last as string;
    if (plain.length === 1) return { test: (text) => text === first };
    return {
      test: (text, pause) =>
        text.length >= first.length + tail.length && text.startsWith(first) &&
        text.endsWith(tail) &&
        (middle === "" ||
          between(text, first.length, tail.length, middle, pause)),
    };
  }
  return {
    test: (text, pause) =>
      match(isPlain(text) ? text : [...text], pieces, broken, pause),
  };
}

function between(
  text: string,
  before: number,
  after: number,
  middle: string,
  pause: (() => void) | undefined,
): boolean {
  const at = finder(text, middle, pause)(before);
  return at >= 0 && at + middle.length <= text.length - after;
}

/** A text whose characters are found by number. */
type Characters = string | readonly string[];

function pieceAt(text: Characters, piece: Piece, at: number): boolean {
  if (at + piece.length > text.length) return false;
  for (let i = 0; i < piece.length; i++) {
    const wanted = piece[i];
    if (wanted !== undefined && wanted !== text[at + i]) return false;
  }
  return true;
}

/** The first piece stands at the beginning, the last at the end, the others as early as they can. */
function match(
  text: Characters,
  pieces: readonly Piece[],
  broken: boolean,
  pause: (() => void) | undefined,
): boolean {
  const first = pieces[0] as Piece;
  if (pieces.length === 1) {
    if (!pieceAt(text, first, 0)) return false;
    if (broken && text.length > first.length) throw endsWithEscape();
    return text.length === first.length && !broken;
  }
  if (!pieceAt(text, first, 0)) return false;
  let at = first.length;
  let work = 0;
  for (const piece of pieces.slice(1, -1)) {
    while (at + piece.length <= text.length && !pieceAt(text, piece, at)) {
      at++;
      work += piece.length;
      if (work < workPerPause) continue;
      work = 0;
      pause?.();
    }
    if (at + piece.length > text.length) return false;
    at += piece.length;
  }
  const last = pieces[pieces.length - 1] as Piece;
  if (broken && text.length - last.length > at) throw endsWithEscape();
  const from = text.length - last.length;
  return !broken && from >= at && pieceAt(text, last, from);
}

/**
 * @param pattern Pattern with backslash as escape character.
 * @returns The pattern, ready to match.
 */
export function likePattern(pattern: string): LikePattern {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const made = compile(pattern);
  if (pattern.length <= longestCached) {
    if (cache.size >= mostCached) cache.clear();
    cache.set(pattern, made);
  }
  return made;
}

/**
 * @param pattern Pattern.
 * @param escape Its escape character, empty for none.
 * @returns The same pattern with backslash as escape character.
 * @throws {SqlError} 22025.
 */
export function likeEscape(pattern: string, escape: string): string {
  const characters = [...escape];
  if (characters.length > 1) {
    throw new SqlError("22025", "invalid escape string", {
      hint: "Escape string must be empty or one character.",
    });
  }
  const [own] = characters;
  if (own === "\\") return pattern;
  let result = "";
  let after = false;
  for (const character of pattern) {
    if (!after && character === own) {
      result += "\\";
      after = true;
      continue;
    }
    result += character === "\\" && !after ? "\\\\" : character;
    after = false;
  }
  return result;
}
