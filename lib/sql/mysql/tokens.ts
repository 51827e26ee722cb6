/**
 * Cuts MySQL text into tokens (MySQL manual, 11.1–11.7).
 *
 * Strings, names and hexadecimal literals are decoded here and nowhere else: what comes out holds no
 * quotes and no backslashes of the text, so nothing later can mistake one for the other. Executed
 * comments are opened here too.
 *
 * @module
 */

import { encodeEscaped, isEscaped } from "./escaped_bytes.ts";
import { decodeHex, readName, readString } from "./quoted.ts";
import { syntaxError } from "./error.ts";

/** What a token is. */
export type TokenKind =
  /** Name or keyword without quotes. */
  | "word"
  /** Name in backticks (or in double quotes with ANSI_QUOTES). */
  | "name"
  | "string"
  | "number"
  /** `0x41`, `x'41'`: `value` holds hexadecimal digits, an even number. */
  | "hex"
  /** `b'01'`, `0b01`: `value` holds the digits. */
  | "bits"
  /** `?`. */
  | "param"
  /** `@name`. */
  | "variable"
  /** `@@name`, `@@session.name`. */
  | "system"
  | "operator"
  | "end";

/** A token. */
export interface Token {
  readonly kind: TokenKind;
  /** Decoded; words as they are written. */
  readonly value: string;
  /** Words in small letters; operators; empty for others. */
  readonly word: string;
  /** Where it begins in the text. */
  readonly at: number;
  /** Where it ends. */
  readonly end: number;
}

/** How a text is read. */
export interface TokenOptions {
  /** `"` quotes names. */
  readonly ansiQuotes: boolean;
  /** A backslash in a string is a backslash. */
  readonly noBackslashEscapes: boolean;
}

/** Version that executed comments are compared with. */
export const commentVersion = 80035;

const wordStart = /[A-Za-z_$\u0080-\uffff]/;
const wordRest = /[0-9A-Za-z_$\u0080-\uffff]*/y;
const number = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const operators =
  /<=>|->>|->|<<|>>|<=|>=|<>|!=|:=|\|\||&&|[-+*\/%=<>!~^&|(),;.:{}]/y;
const space = /\s+/y;

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/**
 * @param text Statements.
 * @param options Modes.
 * @returns Tokens in order, the last of kind `end`.
 * @throws {MysqlError} 1064 where a token does not end or does not begin.
 */
export function tokenize(text: string, options: TokenOptions): Token[] {
  const tokens: Token[] = [];
  let executed = false;
  let at = 0;
  const push = (kind: TokenKind, value: string, end: number, word = "") => {
    tokens.push({ kind, value, word, at, end });
    at = end;
  };
  while (at < text.length) {
    const c = text[at] as string;
    const next = text[at + 1];
    if (c <= " " || c === "\u00a0") {
      const blank = match(space, text, at);
      at += blank?.length ?? 1;
    } else if (
      c === "#" || (c === "-" && next === "-" && endsDashes(text, at))
    ) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end + 1;
    } else if (c === "/" && next === "*") {
      const opened = openComment(text, at);
      if (opened.executed) executed = true;
      at = opened.end;
    } else if (executed && c === "*" && next === "/") {
      executed = false;
      at += 2;
    } else if (c === "'" || (c === '"' && !options.ansiQuotes)) {
      const read = readString(text, at, options);
      const last = tokens.at(-1);
      if (last?.kind === "string") {
        tokens[tokens.length - 1] = {
          ...last,
          value: last.value + read.value,
          end: read.end,
        };
        at = read.end;
      } else if (isEscaped(read.value)) {
        // What is no text is bytes, with or without `_binary`.
        push("hex", encodeEscaped(read.value).toHex(), read.end);
      } else push("string", read.value, read.end);
    } else if (c === "`" || c === '"') {
      const read = readName(text, at);
      push("name", read.value, read.end);
    } else if (c === "?") {
      push("param", "?", at + 1, "?");
    } else if (c === "@") {
      readVariable();
    } else if (isDigit(c) || (c === "." && isDigit(next) && !afterName())) {
      readNumber();
    } else if (wordStart.test(c)) {
      readWord();
    } else {
      const symbol = match(operators, text, at);
      if (symbol === undefined) throw syntaxError(text, at);
      push("operator", symbol, at + symbol.length, symbol);
    }
  }
  if (executed) throw syntaxError(text, text.length);
  tokens.push({
    kind: "end",
    value: "",
    word: "",
    at: text.length,
    end: text.length,
  });
  return tokens;

  /** `t.1` names a column, `.1` is a number. */
  function afterName(): boolean {
    const last = tokens.at(-1);
    return last !== undefined && last.end === at &&
      (last.kind === "word" || last.kind === "name");
  }

  function readVariable(): void {
    const system = text[at + 1] === "@";
    let from = at + (system ? 2 : 1);
    const c = text[from];
    if (!system && (c === "'" || c === '"' || c === "`")) {
      const read = c === "`"
        ? readName(text, from)
        : readString(text, from, options);
      push("variable", read.value.toLowerCase(), read.end);
      return;
    }
    let name = "";
    if (c === "`") {
      const read = readName(text, from);
      name = read.value;
      from = read.end;
    } else {
      const found = match(/[0-9A-Za-z_$.\u0080-\uffff]*/y, text, from) ?? "";
      name = found;
      from += found.length;
    }
    if (system && name === "") throw syntaxError(text, at);
    push(system ? "system" : "variable", name.toLowerCase(), from);
  }

  function readNumber(): void {
    const prefix = /0([xb])([0-9A-Fa-f]+)(?![0-9A-Za-z_$])/y;
    prefix.lastIndex = at;
    const found = prefix.exec(text);
    if (found?.[1] === "x") {
      push("hex", decodeHex(found[2] as string), at + found[0].length);
      return;
    }
    if (found?.[1] === "b" && /^[01]+$/.test(found[2] as string)) {
      push("bits", found[2] as string, at + found[0].length);
      return;
    }
    const value = match(number, text, at) as string;
    const end = at + value.length;
    const rest = text[end];
    // Names may begin with digits.
    if (rest !== undefined && wordStart.test(rest) && /^\d+$/.test(value)) {
      const more = match(wordRest, text, end) ?? "";
      push(
        "word",
        value + more,
        end + more.length,
        (value + more).toLowerCase(),
      );
      return;
    }
    if (/^\d+\.$/.test(value) && rest !== undefined && wordStart.test(rest)) {
      // `1.e` and the like are no numbers; a name after a point is.
      push("number", value.slice(0, -1), end - 1);
      return;
    }
    push("number", value, end);
  }

  function readWord(): void {
    const value = match(wordRest, text, at) as string;
    const end = at + value.length;
    const lower = value.toLowerCase();
    const quote = text[end];
    if (quote === "'") {
      if (lower === "x") {
        const read = readString(text, end, options);
        if (!/^(?:[0-9a-f]{2})*$/i.test(read.value)) {
          throw syntaxError(text, at);
        }
        push("hex", read.value, read.end);
        return;
      }
      if (lower === "b") {
        const read = readString(text, end, options);
        if (!/^[01]*$/.test(read.value)) throw syntaxError(text, at);
        push("bits", read.value, read.end);
        return;
      }
      if (lower === "n") {
        const read = readString(text, end, options);
        push("string", read.value, read.end);
        return;
      }
    }
    if (introducers.has(lower)) {
      const after = match(space, text, end)?.length ?? 0;
      const begin = text[end + after];
      if (
        begin === "'" || begin === '"' ||
        /^(?:0x|x')/i.test(text.slice(end + after, end + after + 2))
      ) {
        if (lower === "_binary" && (begin === "'" || begin === '"')) {
          const read = readString(text, end + after, options);
          push("hex", encodeEscaped(read.value).toHex(), read.end);
          return;
        }
        at = end + after;
        return;
      }
    }
    push("word", value, end, lower);
  }
}

/** Texts are UTF-8 here, whatever their introducer says; `_binary` marks bytes. */
const introducers: ReadonlySet<string> = new Set([
  "_utf8",
  "_utf8mb3",
  "_utf8mb4",
  "_latin1",
  "_ascii",
  "_binary",
]);

const isDigit = (c: string | undefined) =>
  c !== undefined && c >= "0" && c <= "9";

/** `--` begins a comment only before a blank. */
function endsDashes(text: string, at: number): boolean {
  const after = text[at + 2];
  return after === undefined || after <= " ";
}

/** Finds the end of a comment, or of the opening of one that is executed. */
function openComment(
  text: string,
  at: number,
): { end: number; executed: boolean } {
  if (text[at + 2] === "!") {
    const version = match(/\d{5,6}/y, text, at + 3);
    const wanted = version === undefined ? 0 : Number(version);
    if (wanted <= commentVersion) {
      return { end: at + 3 + (version?.length ?? 0), executed: true };
    }
  }
  const end = text.indexOf("*/", at + 2);
  if (end < 0) throw syntaxError(text, at);
  return { end: end + 2, executed: false };
}
