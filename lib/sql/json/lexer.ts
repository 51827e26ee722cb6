/**
 * Tokens of JSON, and the errors of texts that are none, in PostgreSQL's words.
 *
 * @module
 */

import { SqlError } from "../error.ts";

/** A kind of token. */
export type Token =
  | "end"
  | "string"
  | "number"
  | "true"
  | "false"
  | "null"
  | "{"
  | "}"
  | "["
  | "]"
  | ","
  | ":";

const punctuation = "{}[],:";
const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const word = /[A-Za-z0-9_\u0080-\uffff]+/y;
const wordCharacter = /[A-Za-z0-9_\u0080-\uffff]/;
// deno-lint-ignore no-control-regex
const plainRun = /[^"\\\x00-\x1f]*/y;
const hexadecimal = /^[0-9a-fA-F]{4}$/;

/** How to read. */
export interface ReadOptions {
  /** Whether to build a tree of jsonb; otherwise the text is only checked, escapes of strings less strictly. */
  readonly build: boolean;
}

/** Reads a text token by token. */
export class JsonLexer {
  protected readonly text: string;
  protected readonly build: boolean;
  #at = 0;
  /** Before the first token nothing has ended yet, which an error's context tells. */
  protected token: Token = "null";
  protected start = 0;
  protected end = 0;
  protected value = "";
  #line = 1;
  #lineStart = 0;

  constructor(text: string, { build }: ReadOptions) {
    this.text = text;
    this.build = build;
  }

  protected next(): void {
    const text = this.text;
    let at = this.#at;
    for (;;) {
      const unit = text.charCodeAt(at);
      if (unit === 10) {
        this.#line++;
        this.#lineStart = at + 1;
      } else if (unit !== 32 && unit !== 9 && unit !== 13) break;
      at++;
    }
    this.start = at;
    if (at >= text.length) {
      this.token = "end";
      this.end = this.#at = at;
      return;
    }
    const character = text[at] as string;
    if (punctuation.includes(character)) {
      this.token = character as Token;
      this.end = this.#at = at + 1;
    } else if (character === '"') this.#readString(at + 1);
    else if (character === "-" || (character >= "0" && character <= "9")) {
      this.#readNumber(at);
    } else this.#readWord(at);
  }

  #readNumber(at: number): void {
    numberToken.lastIndex = at;
    const found = numberToken.exec(this.text)?.[0] ?? "";
    let end = at + Math.max(found.length, 1);
    let good = found !== "";
    const open = /[eE]/.test(found)
      ? /^$/
      : /\./.test(found)
      ? /[eE]/
      : /[.eE]/;
    // `1.` and `1e` leave their tail to the token, which is then wrong as a whole.
    if (good && open.test(this.text[end] ?? " ")) {
      good = false;
      end++;
      if (/[+-]/.test(this.text[end] ?? "") && this.text[end - 1] !== ".") {
        end++;
      }
    }
    while (wordCharacter.test(this.text[end] ?? "")) {
      good = false;
      end++;
    }
    this.end = this.#at = end;
    if (!good) throw this.#invalidToken();
    this.token = "number";
  }

  #readWord(at: number): void {
    word.lastIndex = at;
    const found = word.exec(this.text)?.[0];
    this.end = this.#at = at + (found?.length ?? 1);
    if (found === "true" || found === "false" || found === "null") {
      this.token = found;
      return;
    }
    throw this.#invalidToken();
  }

  #readString(from: number): void {
    const text = this.text;
    let at = from;
    let value = "";
    let high = 0;
    for (;;) {
      plainRun.lastIndex = at;
      const run = plainRun.exec(text)?.[0] ?? "";
      if (run !== "") {
        if (high !== 0) throw this.#loneSurrogate(at + 1);
        value += run;
        at += run.length;
      }
      if (at >= text.length) {
        this.end = at;
        throw this.#invalidToken();
      }
      const character = text[at] as string;
      if (character === '"') {
        if (high !== 0) throw this.#loneSurrogate(at + 1);
        break;
      }
      if (character !== "\\") {
        this.end = at;
        const code = character.charCodeAt(0).toString(16).padStart(2, "0");
        throw this.#invalid(`Character with value 0x${code} must be escaped.`);
      }
      const escape = text[at + 1];
      if (escape === undefined) {
        this.end = at + 1;
        throw this.#invalidToken();
      }
      if (escape === "u") {
        const unit = this.#readUnicode(at);
        at += 6;
        if (!this.build) continue;
        high = this.#joinSurrogates(high, unit, at);
        if (high === 0) {
          if (unit === 0) throw this.#zero(at);
          value += unit >= 0xdc00 && unit <= 0xdfff
            ? this.#pair(unit)
            : String.fromCharCode(unit);
        }
        continue;
      }
      const plain = {
        '"': '"',
        "\\": "\\",
        "/": "/",
        b: "\b",
        f: "\f",
        n: "\n",
        r: "\r",
        t: "\t",
      }[escape];
      if (high !== 0) throw this.#loneSurrogate(at + 2);
      if (plain === undefined) {
        const shown = String.fromCodePoint(text.codePointAt(at + 1) as number);
        this.end = at + 1 + shown.length;
        throw this.#invalid(`Escape sequence "\\${shown}" is invalid.`);
      }
      value += plain;
      at += 2;
    }
    this.token = "string";
    this.value = value;
    this.end = this.#at = at + 1;
  }

  #readUnicode(at: number): number {
    const text = this.text;
    const digits = text.slice(at + 2, at + 6);
    if (hexadecimal.test(digits)) return parseInt(digits, 16);
    let end = at + 2;
    while (/[0-9a-fA-F]/.test(text[end] ?? "")) end++;
    if (end >= text.length) {
      this.end = end;
      throw this.#invalidToken();
    }
    this.end = end + ((text.codePointAt(end) as number) > 0xffff ? 2 : 1);
    throw this.#invalid(
      '"\\u" must be followed by four hexadecimal digits.',
    );
  }

  #high = 0;

  /** @returns The high surrogate that now waits for its low one, 0 for none. */
  #joinSurrogates(high: number, unit: number, end: number): number {
    if (unit >= 0xd800 && unit <= 0xdbff) {
      if (high !== 0) {
        this.end = end;
        throw this.#invalid(
          "Unicode high surrogate must not follow a high surrogate.",
        );
      }
      this.#high = unit;
      return unit;
    }
    const low = unit >= 0xdc00 && unit <= 0xdfff;
    if (low !== (high !== 0)) throw this.#loneSurrogate(end);
    return 0;
  }

  #pair(low: number): string {
    return String.fromCharCode(this.#high, low);
  }

  #loneSurrogate(end: number): SqlError {
    this.end = end;
    return this.#invalid(
      "Unicode low surrogate must follow a high surrogate.",
    );
  }

  #zero(end: number): SqlError {
    this.end = end;
    return new SqlError("22P05", "unsupported Unicode escape sequence", {
      detail: "\\u0000 cannot be converted to text.",
      where: this.#where(),
    });
  }

  protected expected(what: string): SqlError {
    if (this.token === "end") {
      return this.#invalid("The input string ended unexpectedly.");
    }
    const found = this.text.slice(this.start, this.end);
    return this.#invalid(`Expected ${what}, but found "${found}".`);
  }

  #invalidToken(): SqlError {
    const token = this.text.slice(this.start, this.end);
    return this.#invalid(`Token "${token}" is invalid.`);
  }

  #invalid(detail: string): SqlError {
    return new SqlError("22P02", "invalid input syntax for type json", {
      detail,
      where: this.#where(),
    });
  }

  /** The last fifty bytes or so before the end of the token that is to blame. */
  #where(): string {
    const line = new TextEncoder().encode(
      this.text.slice(this.#lineStart, this.end),
    );
    let from = 0;
    while (line.length - from >= 50) {
      from++;
      while (((line[from] ?? 0) & 0xc0) === 0x80) from++;
    }
    if (from <= 3) from = 0;
    const shown = new TextDecoder().decode(line.subarray(from));
    const following = this.text[this.end];
    const cut = this.token !== "end" && following !== undefined &&
      following !== "\n" && following !== "\r";
    return `JSON data, line ${this.#line}: ${from > 0 ? "..." : ""}${shown}${
      cut ? "..." : ""
    }`;
  }
}
