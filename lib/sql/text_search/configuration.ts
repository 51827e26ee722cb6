/**
 * Configurations of full text search: what becomes of the tokens of a document (manual, 12.6).
 *
 * There are two: `simple`, which keeps every word, and `english`, which drops stop words and takes
 * stems.
 *
 * @module
 */

import { notSupported, SqlError } from "../error.ts";
import { englishStem } from "./stemmer.ts";
import { type Token, type TokenKind, tokens } from "./tokens.ts";
import {
  checkSize,
  type Entry,
  lastPosition,
  makeVector,
  type Vector,
} from "./vector.ts";

/** See the top of the file. */
export type Configuration = "simple" | "english";

const stopWords: ReadonlySet<string> = new Set(
  `
  i me my myself we our ours ourselves you your yours yourself yourselves he
  him his himself she her hers herself it its itself they them their theirs
  themselves what which who whom this that these those am is are was were be
  been being have has had having do does did doing a an the and but if or
  because as until while of at by for with about against between into through
  during before after above below to from up down in out on off over under
  again further then once here there when where why how all any both each few
  more most other some such no nor not only own same so than too very s t can
  will just don should now
`.trim().split(/\s+/),
);

/** Words that have stems; everything else that is indexed is kept as it is. */
const stemmed: ReadonlySet<TokenKind> = new Set([
  "asciiword",
  "asciihword",
  "hword_asciipart",
  "word",
  "hword",
  "hword_part",
]);
const ignored: ReadonlySet<TokenKind> = new Set([
  "blank",
  "tag",
  "protocol",
  "entity",
]);
/** Longer words are not indexed. */
const longestWord = 2046;

/**
 * @param name Name of a configuration, with or without its schema.
 * @returns The configuration.
 * @throws {SqlError} 42704 for an unknown one.
 */
export function configurationNamed(name: string): Configuration {
  const plain = name.replace(/^pg_catalog\./, "");
  if (plain === "simple" || plain === "english") return plain;
  throw new SqlError(
    "42704",
    `text search configuration "${name}" does not exist`,
  );
}

/**
 * @param word A word.
 * @param dictionary `simple` or `english_stem`.
 * @returns Its lexeme; nothing for a stop word.
 */
export function lexize(word: string, dictionary: string): string | undefined {
  const lower = word.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  switch (dictionary.replace(/^pg_catalog\./, "")) {
    case "simple":
      return lower;
    case "english_stem":
      return stopWords.has(lower) ? undefined : englishStem(lower);
    default:
      throw notSupported(`text search dictionary "${dictionary}"`);
  }
}

/** A lexeme of a text. */
export interface Lexeme {
  readonly word: string;
  /** From 1; stop words count. */
  readonly position: number;
}

/** A token and its lexeme, if it has one. */
export interface Parsed {
  readonly token: Token;
  readonly lexeme: Lexeme | undefined;
}

/**
 * @param text A document.
 * @param configuration Configuration.
 * @returns Its tokens with their lexemes.
 */
export function* parseDocument(
  text: string,
  configuration: Configuration,
): Generator<Parsed> {
  let position = 0;
  for (const token of tokens(text)) {
    if (ignored.has(token.kind) || token.text.length > longestWord) {
      yield { token, lexeme: undefined };
      continue;
    }
    position++;
    const dictionary = configuration === "english" && stemmed.has(token.kind)
      ? "english_stem"
      : "simple";
    const word = lexize(token.text, dictionary);
    yield {
      token,
      lexeme: word === undefined ? undefined : { word, position },
    };
  }
}

/** Words between two pauses. */
const wordsPerPause = 1000;
/** Words gathered before those that are the same become one. */
const mostEntries = 400_000;

/**
 * @param texts Parts of a document; positions of each follow those of the one before, with a gap.
 * @param configuration Configuration.
 * @param pause Called now and then; may throw.
 * @returns The document.
 */
export function documentOf(
  texts: readonly string[],
  configuration: Configuration,
  pause?: () => void,
): Vector {
  let entries: Entry[] = [];
  let offset = 0;
  for (const text of texts) {
    let end = offset;
    for (const { lexeme } of parseDocument(text, configuration)) {
      if (lexeme === undefined) continue;
      end = offset + lexeme.position;
      const position = Math.min(end, lastPosition);
      entries.push({ word: lexeme.word, places: [{ position, weight: 0 }] });
      if (entries.length % wordsPerPause === 0) pause?.();
      // Words that come again add little, so there is no need to keep all until the end.
      if (entries.length >= mostEntries) {
        entries = [...checkSize(makeVector(entries))];
      }
    }
    offset = end + 1;
  }
  return checkSize(makeVector(entries));
}
