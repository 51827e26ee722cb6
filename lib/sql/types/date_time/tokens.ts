/**
 * Splits the text of a date, time or interval into fields, before anything of it is understood.
 *
 * @module
 */

import { findWord } from "./words.ts";

/** A field. */
export interface Token {
  /**
   * `signed`: `+` or `-` and a number (a zone, or a number of an interval); `special`: a sign and a
   * word (`-infinity`).
   */
  readonly kind: "number" | "date" | "time" | "signed" | "word" | "special";
  /** In lower case. */
  readonly text: string;
}

/** More fields than this no date has. */
const mostTokens = 25;

const blank = /\s/;
/** Units that a digit may follow at once: `1h30m`. */
const shortUnits: ReadonlySet<string> = new Set([
  "d",
  "h",
  "m",
  "mm",
  "s",
  "y",
]);

/**
 * @param text Text as a client writes it.
 * @returns Its fields; nothing when it cannot be split.
 */
export function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  const source = text.toLowerCase();
  let at = 0;
  const take = (form: RegExp): string => {
    form.lastIndex = at;
    const match = form.exec(source);
    if (match === null) return "";
    at = form.lastIndex;
    return match[0];
  };
  while (at < source.length) {
    if (tokens.length >= mostTokens) return undefined;
    const character = source[at] as string;
    if (blank.test(character)) {
      at++;
    } else if (/\d/.test(character)) {
      tokens.push(takeNumber(source, take, at));
    } else if (character === ".") {
      at++;
      tokens.push({ kind: "number", text: `.${take(/\d*/y)}` });
    } else if (/[a-z]/.test(character)) {
      let word = take(/[a-z]+/y);
      const next = source[at] ?? "";
      const separated = /[-/.]/.test(next) ||
        (/[+\d]/.test(next) && findWord(word) === undefined &&
          !shortUnits.has(word));
      if (separated) {
        word += take(/[-+/_.:a-z0-9]+/y);
        tokens.push({ kind: "date", text: word });
      } else tokens.push({ kind: "word", text: word });
    } else if (character === "+" || character === "-") {
      at++;
      take(/\s+/y);
      const next = source[at] ?? "";
      if (/\d/.test(next)) {
        const rest = take(/[\d:.-]+/y);
        tokens.push({ kind: "signed", text: character + rest });
      } else if (/[a-z]/.test(next)) {
        const rest = take(/[a-z]+/y);
        tokens.push({ kind: "special", text: character + rest });
      } else return undefined;
    } else if (/[!-/:-@[-`{-~]/.test(character)) {
      at++;
    } else {
      return undefined;
    }
  }
  return tokens;
}

/** A field that begins with a digit. */
function takeNumber(
  source: string,
  take: (form: RegExp) => string,
  from: number,
): Token {
  let text = take(/\d+/y);
  const separator = source[from + text.length] ?? "";
  if (separator === ":") {
    return { kind: "time", text: text + take(/[\d:.]+/y) };
  }
  if (separator !== "-" && separator !== "/" && separator !== ".") {
    return { kind: "number", text };
  }
  text += take(/[-/.]/y);
  const digits = take(/\d+/y);
  if (digits === "") {
    const rest = separator === "-"
      ? take(/[a-z0-9-]+/y)
      : separator === "/"
      ? take(/[a-z0-9/]+/y)
      : take(/[a-z0-9.]+/y);
    return { kind: "date", text: text + rest };
  }
  text += digits;
  if (source[from + text.length] === separator) {
    const rest = separator === "-"
      ? take(/[\d-]+/y)
      : separator === "/"
      ? take(/[\d/]+/y)
      : take(/[\d.]+/y);
    return { kind: "date", text: text + rest };
  }
  return { kind: separator === "." ? "number" : "date", text };
}
