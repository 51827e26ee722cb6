/**
 * `ts_headline`: the part of a document that shows why it matches (manual, 12.3.4).
 *
 * @module
 */

import { longestPattern } from "../../base/value_limit.ts";
import { notSupported, SqlError } from "../error.ts";
import { type Configuration, parseDocument } from "./configuration.ts";
import { matches } from "./match.ts";
import { type MaybeQuery, type Operand, operandsOf } from "./query.ts";
import type { TokenKind } from "./tokens.ts";

/** Options, by their names in lower case. */
export interface HeadlineOptions {
  readonly startSel: string;
  readonly stopSel: string;
  readonly maxWords: number;
  readonly minWords: number;
  readonly shortWord: number;
  readonly highlightAll: boolean;
}

/** A piece for each word takes a hundred times the text. */
const longestDocument = 4 * longestPattern;

interface Piece {
  readonly kind: TokenKind;
  readonly text: string;
  readonly position: number;
  /** Operand that it is. */
  readonly operands: readonly Operand[];
}

const noWords: ReadonlySet<TokenKind> = new Set([
  "blank",
  "tag",
  "protocol",
  "entity",
  "url",
  "numhword",
  "asciihword",
  "hword",
]);
const badEnds: ReadonlySet<TokenKind> = new Set([
  ...noWords,
  "sfloat",
  "version",
  "float",
  "int",
  "uint",
]);
/** Compounds are shown by their parts. */
const skipped: ReadonlySet<TokenKind> = new Set([
  "url",
  "numhword",
  "asciihword",
  "hword",
]);

function readBoolean(value: string): boolean {
  return /^(?:1|on|true|t|y|yes)$/i.test(value);
}

function readInteger(value: string): number {
  if (!/^\s*[+-]?\d+\s*$/.test(value)) {
    throw new SqlError(
      "22P02",
      `invalid input syntax for type integer: "${value}"`,
    );
  }
  return Number(value);
}

/**
 * @param text `name=value, …`, values in double quotes if need be.
 * @returns The options.
 * @throws {SqlError} 22023.
 */
export function readHeadlineOptions(text: string): HeadlineOptions {
  const options = {
    startSel: "<b>",
    stopSel: "</b>",
    maxWords: 35,
    minWords: 15,
    shortWord: 3,
    highlightAll: false,
  };
  const item = /\s*,?\s*(\w+)\s*=\s*(?:"((?:[^"\\]|\\.|"")*)"|([^\s,]*))/y;
  let at = 0;
  while (text.slice(at).trim() !== "") {
    item.lastIndex = at;
    const match = item.exec(text);
    if (match === null) {
      throw new SqlError("42601", `invalid parameter list format: "${text}"`);
    }
    at = item.lastIndex;
    const name = match[1] as string;
    const value = match[2]?.replaceAll('""', '"') ?? match[3] ?? "";
    switch (name.toLowerCase()) {
      case "startsel":
        options.startSel = value;
        break;
      case "stopsel":
        options.stopSel = value;
        break;
      case "maxwords":
        options.maxWords = readInteger(value);
        break;
      case "minwords":
        options.minWords = readInteger(value);
        break;
      case "shortword":
        options.shortWord = readInteger(value);
        break;
      case "highlightall":
        options.highlightAll = readBoolean(value);
        break;
      case "maxfragments":
        if (readInteger(value) > 0) {
          throw notSupported("ts_headline() with MaxFragments");
        }
        break;
      case "fragmentdelimiter":
        break;
      default:
        throw new SqlError(
          "22023",
          `unrecognized headline parameter: "${name}"`,
        );
    }
  }
  if (options.highlightAll) return options;
  const { minWords, maxWords, shortWord } = options;
  if (minWords >= maxWords) {
    throw new SqlError("22023", "MinWords should be less than MaxWords");
  }
  if (minWords <= 0) {
    throw new SqlError("22023", "MinWords should be positive");
  }
  if (shortWord < 0) {
    throw new SqlError("22023", "ShortWord should be >= 0");
  }
  return options;
}

class Headline {
  readonly #pieces: readonly Piece[];
  /** Indexes of pieces that the query names. */
  readonly #marks: readonly number[];

  constructor(
    text: string,
    configuration: Configuration,
    readonly query: MaybeQuery,
    readonly options: HeadlineOptions,
  ) {
    if (text.length > longestDocument) {
      throw new SqlError("54000", "document is too long for ts_headline");
    }
    const operands = operandsOf(query);
    this.#pieces = [...parseDocument(text, configuration)].map((
      { token, lexeme },
    ) => ({
      ...token,
      position: lexeme?.position ?? 0,
      operands: lexeme === undefined
        ? []
        : operands.filter(({ prefix, word }) =>
          prefix ? lexeme.word.startsWith(word) : lexeme.word === word
        ),
    }));
    const marks: number[] = [];
    this.#pieces.forEach(({ operands }, i) => {
      if (operands.length > 0) marks.push(i);
    });
    this.#marks = marks;
  }

  #piece(i: number): Piece {
    return this.#pieces[i] as Piece;
  }

  #isWord(i: number): boolean {
    return !noWords.has(this.#piece(i).kind);
  }

  #isMarked(i: number): boolean {
    return this.#piece(i).operands.length > 0;
  }

  #endsBadly(i: number): boolean {
    const { kind, text } = this.#piece(i);
    return (badEnds.has(kind) || text.length <= this.options.shortWord) &&
      !this.#isMarked(i);
  }

  show(): string {
    const [from, to] = this.options.highlightAll
      ? [0, this.#pieces.length - 1]
      : this.#choose();
    let text = "";
    for (let i = from; i <= to; i++) {
      const piece = this.#piece(i);
      if (!this.options.highlightAll) {
        if (piece.kind === "tag") {
          text += " ";
          continue;
        }
      }
      if (skipped.has(piece.kind)) continue;
      text += piece.operands.length > 0
        ? this.options.startSel + piece.text + this.options.stopSel
        : piece.text;
    }
    return text;
  }

  /** The shortest stretch from `from` on that holds the query. */
  #cover(from: number): [number, number] | undefined {
    const farthest = Math.max(this.options.maxWords * 10, 100);
    const first = this.#marks.findIndex((mark) => mark >= from);
    if (first < 0) return undefined;
    for (let a = first; a < this.#marks.length; a++) {
      const begin = this.#marks[a] as number;
      for (let b = a; b < this.#marks.length; b++) {
        const end = this.#marks[b] as number;
        if (end - begin >= farthest) break;
        if (this.#holds(begin, end)) return [begin, end];
      }
    }
    return undefined;
  }

  #holds(from: number, to: number): boolean {
    return matches(this.query, (operand) => {
      const at: number[] = [];
      for (let i = from; i <= to; i++) {
        if (this.#piece(i).operands.includes(operand)) {
          at.push(this.#piece(i).position);
        }
      }
      return at.length === 0 ? undefined : at;
    });
  }

  #choose(): [number, number] {
    const { minWords, maxWords } = this.options;
    const count = this.#pieces.length;
    let best: [number, number] = [0, 0];
    let bestMarks = -1;
    let bestCovers = false;
    let tries = 0;
    for (
      let cover = this.#cover(0);
      cover !== undefined && tries < 1000;
      cover = this.#cover(cover[0] + 1), tries++
    ) {
      const [p, q] = cover;
      let words = 0;
      let marks = 0;
      let begin = p;
      let end = p;
      let i = p;
      for (; i <= q && words < maxWords; i++) {
        if (this.#isWord(i)) words++;
        if (this.#isMarked(i)) marks++;
        end = i;
      }
      if (words < maxWords) {
        // Room is left: go on to a good place to stop.
        for (i -= 1; i < count && words < maxWords; i++) {
          if (i > q) {
            if (this.#isWord(i)) words++;
            if (this.#isMarked(i)) marks++;
          }
          end = i;
          if (this.#endsBadly(i)) continue;
          if (words >= minWords) break;
        }
        if (words < minWords) {
          for (i = p - 1; i >= 0; i--) {
            if (this.#isWord(i)) words++;
            if (this.#isMarked(i)) marks++;
            if (words >= maxWords) break;
            if (this.#endsBadly(i)) continue;
            if (words >= minWords) break;
          }
          begin = Math.max(i, 0);
        }
      } else {
        // Full: go back to a good place to stop.
        if (i > q) i = q;
        for (; words > minWords; i--) {
          if (!this.#endsBadly(i)) break;
          if (this.#isWord(i)) words--;
          if (this.#isMarked(i)) marks--;
          end = i - 1;
        }
      }
      const covers = begin <= p && end >= q;
      if (
        Number(covers) > Number(bestCovers) ||
        (covers === bestCovers && marks > bestMarks) ||
        (covers === bestCovers && marks === bestMarks &&
          !this.#endsBadly(end) && this.#endsBadly(best[1]))
      ) {
        best = [begin, end];
        bestMarks = marks;
        bestCovers = covers;
      }
    }
    if (bestMarks >= 0) return best;
    // Nothing to show: the beginning will do.
    let words = 0;
    let end = 0;
    for (let i = 0; i < count && words < minWords; i++) {
      if (this.#isWord(i)) words++;
      end = i;
    }
    return [0, count === 0 ? -1 : end];
  }
}

/**
 * @param text A document.
 * @param query A query.
 * @param configuration Configuration.
 * @param options Options.
 * @returns The headline.
 */
export function headline(
  text: string,
  query: MaybeQuery,
  configuration: Configuration,
  options: HeadlineOptions,
): string {
  return new Headline(text, configuration, query, options).show();
}
