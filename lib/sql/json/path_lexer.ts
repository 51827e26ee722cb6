/**
 * Words of the SQL/JSON path language (manual, 9.16.2).
 *
 * @module
 */

import { SqlError } from "../error.ts";

/** A word. */
export interface PathToken {
  readonly kind: "name" | "string" | "variable" | "number" | "symbol" | "end";
  /** What it says, escapes undone. */
  readonly text: string;
  /** What an error shows of it. */
  readonly shown: string;
}

const symbols = [
  "**",
  "&&",
  "||",
  "==",
  "!=",
  "<>",
  "<=",
  ">=",
];
const special = /[?%$.[\]{}()|&!=<>@#,*:\-+/\s"\\]/;
const number = /(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;

/** @returns A syntax error of a path. */
export function pathSyntaxError(
  shown: string,
  message = "syntax error",
): SqlError {
  return new SqlError(
    "42601",
    shown === ""
      ? `${message} at end of jsonpath input`
      : `${message} at or near "${shown}" of jsonpath input`,
  );
}

/**
 * @param text A path.
 * @returns Its words, `end` last.
 * @throws {SqlError} 42601.
 */
export function pathTokens(text: string): PathToken[] {
  const tokens: PathToken[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (/\s/.test(character)) {
      at++;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      if (end < 0) throw pathSyntaxError("", "unexpected end of comment");
      at = end + 2;
    } else if (character === '"') {
      const [value, end] = quoted(text, at + 1);
      tokens.push({ kind: "string", text: value, shown: '"' });
      at = end;
    } else if (character === "$" && text[at + 1] === '"') {
      const [value, end] = quoted(text, at + 2);
      tokens.push({ kind: "variable", text: value, shown: '"' });
      at = end;
    } else if (/\d/.test(character) || /^\.\d/.test(text.slice(at, at + 2))) {
      at = readNumber(text, at, tokens);
    } else if (
      character === "$" && at + 1 < text.length &&
      !special.test(text[at + 1] as string)
    ) {
      const [value, end] = unquoted(text, at + 1);
      tokens.push({ kind: "variable", text: value, shown: `$${value}` });
      at = end;
    } else if (special.test(character) && character !== "\\") {
      const symbol = symbols.find((s) => text.startsWith(s, at)) ?? character;
      tokens.push({ kind: "symbol", text: symbol, shown: symbol });
      at += symbol.length;
    } else {
      const [value, end] = unquoted(text, at);
      tokens.push({ kind: "name", text: value, shown: text[end] ?? "" });
      at = end;
    }
  }
  tokens.push({ kind: "end", text: "", shown: "" });
  return tokens;
}

function readNumber(text: string, at: number, tokens: PathToken[]): number {
  number.lastIndex = at;
  const found = number.exec(text)?.[0] ?? "";
  const end = at + found.length;
  const following = text[end] ?? "";
  if (following !== "" && !special.test(following)) {
    throw pathSyntaxError(
      found + following,
      "trailing junk after numeric literal",
    );
  }
  tokens.push({ kind: "number", text: found, shown: found });
  return end;
}

function unquoted(text: string, from: number): [string, number] {
  let value = "";
  let at = from;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === "\\") {
      const [escaped, end] = escape(text, at);
      value += escaped;
      at = end;
      continue;
    }
    if (special.test(character)) break;
    value += character;
    at++;
  }
  return [value, at];
}

function quoted(text: string, from: number): [string, number] {
  let value = "";
  let at = from;
  for (;;) {
    const character = text[at];
    if (character === undefined) {
      throw pathSyntaxError("", "unexpected end of quoted string");
    }
    if (character === '"') return [value, at + 1];
    if (character === "\\") {
      const [escaped, end] = escape(text, at);
      value += escaped;
      at = end;
    } else {
      value += character;
      at++;
    }
  }
}

const simpleEscapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};
const hexEscape = /\\x([0-9a-fA-F]{2})/y;
const unicodeEscape = /\\u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})/y;

function escape(text: string, at: number): [string, number] {
  const letter = text[at + 1];
  if (letter === undefined) {
    throw pathSyntaxError("", "unexpected end after backslash");
  }
  if (letter === "x") {
    hexEscape.lastIndex = at;
    const match = hexEscape.exec(text);
    if (match === null) {
      throw pathSyntaxError(
        text.slice(at, at + 2),
        "invalid hexadecimal character sequence",
      );
    }
    return [character(parseInt(match[1] as string, 16)), at + 4];
  }
  if (letter === "u") {
    const [code, end] = unicode(text, at);
    if (code >= 0xd800 && code <= 0xdbff && text.startsWith("\\u", end)) {
      const [low, after] = unicode(text, end);
      if (low >= 0xdc00 && low <= 0xdfff) {
        return [
          String.fromCodePoint(0x10000 + (code - 0xd800) * 1024 + low - 0xdc00),
          after,
        ];
      }
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      throw new SqlError("22P02", "invalid input syntax for type jsonpath", {
        detail: "Unicode low surrogate must follow a high surrogate.",
      });
    }
    return [character(code), end];
  }
  const whole = String.fromCodePoint(text.codePointAt(at + 1) as number);
  return [simpleEscapes[whole] ?? whole, at + 1 + whole.length];
}

function unicode(text: string, at: number): [number, number] {
  unicodeEscape.lastIndex = at;
  const match = unicodeEscape.exec(text);
  const code = parseInt(match?.[1] ?? match?.[2] ?? "", 16);
  if (match === null || code > 0x10ffff) {
    throw pathSyntaxError(
      text.slice(at, at + 2),
      "invalid Unicode escape sequence",
    );
  }
  return [code, at + match[0].length];
}

function character(code: number): string {
  if (code === 0) {
    throw new SqlError("22P05", "unsupported Unicode escape sequence", {
      detail: "\\u0000 cannot be converted to text.",
    });
  }
  return String.fromCodePoint(code);
}
