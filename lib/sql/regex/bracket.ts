/**
 * Bracket expressions: `[a-z[:digit:]]` (manual, 9.7.3.2).
 *
 * @module
 */

import {
  bothCases,
  type CharacterSet,
  classes,
  complement,
  pairs,
  setOf,
} from "./character_set.ts";
import { readEscape } from "./escape.ts";
import { badRegex } from "./syntax.ts";

/** Names of single characters in `[.….]`. */
const collatingNames: Readonly<Record<string, number>> = {
  NUL: 0,
  alert: 7,
  backspace: 8,
  tab: 9,
  newline: 10,
  "vertical-tab": 11,
  "form-feed": 12,
  "carriage-return": 13,
  space: 32,
  "exclamation-mark": 33,
  "quotation-mark": 34,
  "number-sign": 35,
  "dollar-sign": 36,
  "percent-sign": 37,
  ampersand: 38,
  apostrophe: 39,
  "left-parenthesis": 40,
  "right-parenthesis": 41,
  asterisk: 42,
  "plus-sign": 43,
  comma: 44,
  hyphen: 45,
  "hyphen-minus": 45,
  period: 46,
  "full-stop": 46,
  slash: 47,
  solidus: 47,
  zero: 48,
  one: 49,
  two: 50,
  three: 51,
  four: 52,
  five: 53,
  six: 54,
  seven: 55,
  eight: 56,
  nine: 57,
  colon: 58,
  semicolon: 59,
  "less-than-sign": 60,
  "equals-sign": 61,
  "greater-than-sign": 62,
  "question-mark": 63,
  "commercial-at": 64,
  "left-square-bracket": 91,
  backslash: 92,
  "reverse-solidus": 92,
  "right-square-bracket": 93,
  circumflex: 94,
  "circumflex-accent": 94,
  underscore: 95,
  "low-line": 95,
  "grave-accent": 96,
  "left-brace": 123,
  "left-curly-bracket": 123,
  "vertical-line": 124,
  "right-brace": 125,
  "right-curly-bracket": 125,
  tilde: 126,
  DEL: 127,
};

/** Settings that change what a bracket means. */
export interface BracketSettings {
  readonly ignoreCase: boolean;
  readonly newlineStops: boolean;
  readonly flavor: string;
}

/** An element: one character, which may begin a range, or a set. */
type Element = { readonly code: number } | { readonly set: CharacterSet };

/**
 * @param text Pattern.
 * @param from Place of the `[`.
 * @param settings Settings.
 * @returns The set and the place after the `]`.
 * @throws {SqlError} 2201B.
 */
export function readBracket(
  text: string,
  from: number,
  settings: BracketSettings,
): { set: CharacterSet; end: number } {
  let at = from + 1;
  const negated = text[at] === "^";
  if (negated) at++;
  const ranges: [number, number][] = [];
  let first = true;
  for (;; first = false) {
    if (at >= text.length) throw badRegex("brackets [] not balanced");
    if (text[at] === "]" && !first) break;
    const [element, end] = readElement(text, at, settings);
    at = end;
    if ("set" in element) {
      ranges.push(...pairs(element.set));
      continue;
    }
    let last = element.code;
    if (text[at] === "-" && text[at + 1] !== "]" && at + 1 < text.length) {
      const [right, after] = readElement(text, at + 1, settings);
      if ("set" in right || right.code < element.code) {
        throw badRegex("invalid character range");
      }
      last = right.code;
      at = after;
    }
    ranges.push([element.code, last]);
  }
  let set = setOf(ranges);
  if (settings.ignoreCase) set = bothCases(set);
  if (negated) {
    set = complement(
      settings.newlineStops ? setOf([...pairs(set), [10, 10]]) : set,
    );
  }
  return { set, end: at + 1 };
}

function readElement(
  text: string,
  at: number,
  settings: BracketSettings,
): [Element, number] {
  const opening = text.slice(at, at + 2);
  if (opening === "[:") {
    const [name, end] = named(text, at, ":]");
    const set = classes[name];
    if (set === undefined) throw badRegex("invalid character class");
    return [{ set: settings.ignoreCase ? bothCases(set) : set }, end];
  }
  if (opening === "[." || opening === "[=") {
    const [name, end] = named(text, at, `${opening[1]}]`);
    const code = [...name].length === 1
      ? name.codePointAt(0)
      : collatingNames[name];
    if (code === undefined) throw badRegex("invalid collating element");
    return [{ code }, end];
  }
  if (text[at] === "\\" && settings.flavor === "advanced") {
    // No group is open in here, so that digits are octal numbers.
    const escape = readEscape(text, at, 0);
    if (escape.kind === "character") return [{ code: escape.code }, escape.end];
    if (escape.kind === "set") return [{ set: escape.set }, escape.end];
    throw badRegex("invalid escape \\ sequence");
  }
  const code = text.codePointAt(at) as number;
  return [{ code }, at + (code > 0xffff ? 2 : 1)];
}

function named(text: string, at: number, close: string): [string, number] {
  const end = text.indexOf(close, at + 2);
  if (end < 0) throw badRegex("brackets [] not balanced");
  return [text.slice(at + 2, end), end + 2];
}
