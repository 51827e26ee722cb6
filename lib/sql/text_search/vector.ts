/**
 * Documents of full text search: lexemes with their places (manual, 8.11.1).
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { compareBytes } from "../json/byte_order.ts";

/** A place of a lexeme: position from 1, weight 0 (D) to 3 (A). */
export interface Place {
  readonly position: number;
  readonly weight: number;
}

/** A lexeme and its places in order; none if the document was stripped. */
export interface Entry {
  readonly word: string;
  readonly places: readonly Place[];
}

/** Entries in the order of their words' bytes. */
export type Vector = readonly Entry[];

/** Greatest position; later ones are counted as this one. */
export const lastPosition = 16_383;
/** Most places that one lexeme keeps. */
const mostPlaces = 256;
const weightLetters = "DCBA";

function wrong(what: string, text: string): SqlError {
  return new SqlError("42601", `${what} in tsvector: "${text}"`);
}

/** A word of a text form and where it ends. */
export interface Word {
  readonly word: string;
  readonly end: number;
}

/**
 * Reads one word, in quotes or up to a delimiter.
 *
 * @param text Text form.
 * @param from Where the word begins.
 * @param ends Tells which characters end it.
 * @returns The word; `undefined` if it is not complete.
 */
export function readWord(
  text: string,
  from: number,
  ends: (character: string, at: number) => boolean,
): Word | undefined {
  let at = from;
  let word = "";
  if (text[at] === "'") {
    at++;
    for (;;) {
      const character = text[at];
      if (character === undefined) return undefined;
      if (character === "'") {
        if (text[at + 1] !== "'") break;
        at++;
      } else if (character === "\\") {
        at++;
        if (text[at] === undefined) return undefined;
      }
      word += text[at];
      at++;
    }
    // A quoted word may not be empty.
    return word === "" ? undefined : { word, end: at + 1 };
  }
  while (at < text.length) {
    let character = text[at] as string;
    if (word !== "" && ends(character, at)) break;
    if (/\s/.test(character)) break;
    if (character === "\\") {
      at++;
      if (text[at] === undefined) return undefined;
      character = text[at] as string;
    }
    word += character;
    at++;
  }
  return { word, end: at };
}

/**
 * @param text Text as a client writes it.
 * @returns The document.
 * @throws {SqlError} 42601.
 */
export function parseVector(text: string): Vector {
  const entries: Entry[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(text[at] ?? "")) at++;
    if (at >= text.length) break;
    const found = readWord(text, at, (character) => character === ":");
    if (found === undefined) throw wrong("syntax error", text);
    checkWord(found.word);
    at = found.end;
    const places: Place[] = [];
    if (text[at] === ":") {
      do {
        const match = /^(\d+)([a-dA-D*]?)/.exec(text.slice(at + 1, at + 32));
        if (match === null) throw wrong("syntax error", text);
        const position = Math.min(Number(match[1]), lastPosition);
        if (position === 0) throw wrong("wrong position info", text);
        at += 1 + match[0].length;
        const letter = (match[2] as string).toUpperCase().replace("*", "A");
        places.push({
          position,
          weight: letter === "" ? 0 : weightLetters.indexOf(letter),
        });
      } while (text[at] === ",");
    }
    if (at < text.length && !/\s/.test(text[at] as string)) {
      throw wrong("syntax error", text);
    }
    entries.push({ word: found.word, places });
  }
  return makeVector(entries);
}

/** Longest lexeme in bytes. */
const longestWord = 2046;

function checkWord(word: string): void {
  const length = word.length * 3 <= longestWord
    ? 0
    : new TextEncoder().encode(word).length;
  if (length > longestWord) {
    throw new SqlError(
      "54000",
      `word is too long (${length} bytes, max ${longestWord} bytes)`,
    );
  }
}

/**
 * @param entries Entries in any order, words repeated or not.
 * @returns The document.
 */
export function makeVector(entries: Iterable<Entry>): Vector {
  const words = new Map<string, Place[]>();
  for (const { word, places } of entries) {
    const known = words.get(word);
    if (known === undefined) words.set(word, [...places]);
    else known.push(...places);
  }
  return [...words]
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([word, places]) => ({ word, places: tidy(places) }));
}

/** Bytes of lexemes and positions in PostgreSQL's form (`MAXSTRPOS`). */
const mostBytes = 1_048_575;
/** With fewer lexemes there cannot be so many bytes. */
const fewWords = 400;

/**
 * @param vector A document.
 * @returns The same.
 * @throws {SqlError} 54000 when it is larger than PostgreSQL lets one be.
 */
export function checkSize(vector: Vector): Vector {
  if (vector.length < fewWords) return vector;
  const encoder = new TextEncoder();
  let bytes = 0;
  for (const { word, places } of vector) {
    bytes += encoder.encode(word).length;
    if (places.length > 0) bytes += (bytes & 1) + 2 + 2 * places.length;
  }
  if (bytes <= mostBytes) return vector;
  throw new SqlError(
    "54000",
    `string is too long for tsvector (${bytes} bytes, max ${mostBytes} bytes)`,
  );
}

/** In order, each position once, with its greatest weight. */
function tidy(places: Place[]): Place[] {
  if (places.length < 2) return places;
  places.sort((a, b) => a.position - b.position || b.weight - a.weight);
  const result: Place[] = [];
  for (const place of places) {
    if (result[result.length - 1]?.position === place.position) continue;
    result.push(place);
    if (result.length === mostPlaces) break;
  }
  return result;
}

/**
 * @param word A lexeme.
 * @returns It in quotes.
 */
export function quoteLexeme(word: string): string {
  return `'${word.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/**
 * @param vector A document.
 * @returns Its text as PostgreSQL writes it.
 */
export function printVector(vector: Vector): string {
  return vector.map(({ word, places }) => {
    const list = places.map(({ position, weight }) =>
      `${position}${weight === 0 ? "" : weightLetters[weight]}`
    );
    return quoteLexeme(word) + (list.length === 0 ? "" : `:${list.join(",")}`);
  }).join(" ");
}

/**
 * @param letter `A` to `D`, in either case.
 * @returns 3 to 0.
 * @throws {SqlError} XX000 for another one.
 */
export function weightOf(letter: string): number {
  const weight = weightLetters.indexOf(letter.toUpperCase());
  if (weight >= 0 && letter.length === 1) return weight;
  throw new SqlError(
    "XX000",
    `unrecognized weight: ${letter.codePointAt(0) ?? 0}`,
  );
}

/** @returns Letter of a weight. */
export function weightLetter(weight: number): string {
  return weightLetters[weight] ?? "D";
}
