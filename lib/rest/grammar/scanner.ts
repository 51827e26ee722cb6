/**
 * A place in a text that is being read, and what would have been right there.
 *
 * Readers say what they would have taken before they give up. When the whole fails, the error tells of the
 * furthest place that any of them reached, in the words of Parsec, which PostgREST's clients know:
 * `"failed to parse filter (xyz)" (line 1, column 4)` and `unexpected "x" expecting …`.
 *
 * @module
 */

import { RestError } from "../error.ts";

/** Things that would have been right; those in double quotes are meant literally. */
export type Expectation = string | readonly string[];

/** What {@linkcode Scanner} reads. */
export interface ScannerOptions {
  /** What the text is, as errors say it: `filter`, `select parameter`, … */
  readonly what: string;
  /**
   * What errors show.
   *
   * @default {the text}
   */
  readonly shown?: string;
  /**
   * Where to begin.
   *
   * @default {0}
   */
  readonly at?: number;
}

/** Expectation of nothing more. */
export const endOfInput = "end of input";

/** Characters of the input that an error repeats, at most. */
const shownLength = 200;

const space = 0x20;
const tab = 0x09;

/** A text being read. */
export class Scanner {
  readonly text: string;
  /** Index of the next UTF-16 unit. */
  at: number;
  readonly #what: string;
  readonly #shown: string;
  #furthest: number;
  /** Those at the furthest place; what comes after {@linkcode #count} is left from places before. */
  readonly #expected: Expectation[] = [];
  #count = 0;

  /**
   * @param text What to read.
   * @param options How errors name it.
   */
  constructor(text: string, { what, shown = text, at = 0 }: ScannerOptions) {
    this.text = text;
    this.at = at;
    this.#what = what;
    this.#shown = shown;
    this.#furthest = at;
  }

  /** @returns The next UTF-16 unit; -1 at the end. */
  code(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : -1;
  }

  /** @returns Whether all was read. */
  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Passes over spaces and tabs. */
  blanks(): void {
    const { text } = this;
    let at = this.at;
    while (at < text.length) {
      const unit = text.charCodeAt(at);
      if (unit !== space && unit !== tab) break;
      at++;
    }
    this.at = at;
  }

  /**
   * Passes over one character if it comes next.
   *
   * @param unit The character.
   * @param expectation What to note if another comes.
   * @returns Whether it came.
   */
  take(unit: number, expectation: string): boolean {
    if (this.code() === unit) {
      this.at++;
      return true;
    }
    this.note(expectation);
    return false;
  }

  /**
   * Passes over a word if it comes next.
   *
   * @param word The word.
   * @param expectation What to note if it does not come.
   * @returns Whether it came.
   */
  word(word: string, expectation: Expectation): boolean {
    if (this.text.startsWith(word, this.at)) {
      this.at += word.length;
      return true;
    }
    this.note(expectation);
    return false;
  }

  /**
   * Remembers what would have been right.
   *
   * @param expectation It.
   * @param at Where, if not here.
   */
  note(expectation: Expectation, at = this.at): void {
    if (at < this.#furthest) return;
    if (at > this.#furthest) {
      this.#furthest = at;
      this.#count = 0;
    }
    this.#expected[this.#count++] = expectation;
  }

  /** @throws {RestError} PGRST100 unless all was read. */
  end(): void {
    if (this.atEnd()) return;
    this.note(endOfInput);
    this.fail();
  }

  /** @throws {RestError} PGRST100 with what was noted. */
  fail(): never {
    const expected = [
      ...new Set(this.#expected.slice(0, this.#count).flat()),
    ];
    throw this.#error(
      this.#furthest,
      `unexpected ${this.#unexpected(expected)} expecting ${listed(expected)}`,
    );
  }

  /**
   * @param details Why what comes is not accepted, though its form is right.
   * @throws {RestError} PGRST100.
   */
  refuse(details: string): never {
    throw this.#error(this.at, details);
  }

  /** As Parsec does: of a literal that began well, the first character that differs. */
  #unexpected(expected: readonly string[]): string {
    const [first = ""] = expected;
    let at = this.#furthest;
    if (first.startsWith('"')) {
      for (let i = 1; i < first.length - 1; i++) {
        if (at >= this.text.length || first[i] !== this.text[at]) break;
        at++;
      }
    }
    const point = this.text.codePointAt(at);
    if (point === undefined) return endOfInput;
    const quote = expected.includes(endOfInput) ? "'" : '"';
    const character = String.fromCodePoint(point);
    const escape = character === quote || character === "\\" ? "\\" : "";
    return quote + escape + character + quote;
  }

  #error(at: number, details: string): RestError {
    let line = 1;
    let column = 1;
    for (const character of this.text.slice(0, at)) {
      if (character === "\n") {
        line++;
        column = 1;
      } else column++;
    }
    return new RestError(
      "PGRST100",
      `"failed to parse ${this.#what} (${
        cut(this.#shown)
      })" (line ${line}, column ${column})`,
      { details },
    );
  }
}

function listed(expected: readonly string[]): string {
  const last = expected.at(-1) ?? endOfInput;
  return expected.length < 2
    ? last
    : `${expected.slice(0, -1).join(", ")} or ${last}`;
}

/**
 * Shortens what a client sent before an error repeats it.
 *
 * @param text What was sent.
 * @returns At most 200 characters of it, and `…` if there were more.
 */
export function cut(text: string): string {
  if (text.length <= shownLength) return text;
  // Not through the middle of a surrogate pair.
  return `${text.slice(0, shownLength).toWellFormed().replace(/\ufffd$/, "")}…`;
}
