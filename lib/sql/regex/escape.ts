/**
 * What a backslash means in an advanced regular expression (manual, tables 9.20 to 9.24).
 *
 * @module
 */

import { type CharacterSet, classes, complement } from "./character_set.ts";
import { type Assertion, badRegex } from "./syntax.ts";

/** Meaning of an escape and where it ends. */
export type Escape =
  & { readonly end: number }
  & (
    | { readonly kind: "character"; readonly code: number }
    | {
      readonly kind: "set";
      readonly set: CharacterSet;
      readonly negated: boolean;
    }
    | { readonly kind: "assert"; readonly what: Assertion }
    | { readonly kind: "reference"; readonly index: number }
  );

const controls: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  B: 92,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};
const assertions: Readonly<Record<string, Assertion>> = {
  A: "textStart",
  m: "wordStart",
  M: "wordEnd",
  y: "wordEdge",
  Y: "noWordEdge",
  Z: "textEnd",
};
const shorthands: Readonly<Record<string, string>> = {
  d: "digit",
  s: "space",
  w: "word",
};

function bad(): Error {
  return badRegex("invalid escape \\ sequence");
}

/**
 * @param text Pattern.
 * @param at Place of the backslash.
 * @param groups Parentheses opened so far, which tells references from octal numbers.
 * @returns The meaning.
 * @throws {SqlError} 2201B.
 */
export function readEscape(text: string, at: number, groups: number): Escape {
  const code = text.codePointAt(at + 1);
  if (code === undefined) throw bad();
  const letter = String.fromCodePoint(code);
  const end = at + 1 + letter.length;
  if (!/[A-Za-z0-9]/.test(letter)) return { kind: "character", code, end };
  const control = controls[letter];
  if (control !== undefined) return { kind: "character", code: control, end };
  const what = assertions[letter];
  if (what !== undefined) return { kind: "assert", what, end };
  const shorthand = shorthands[letter.toLowerCase()];
  if (shorthand !== undefined) {
    const set = classes[shorthand] as CharacterSet;
    const negated = letter < "a";
    return { kind: "set", set: negated ? complement(set) : set, negated, end };
  }
  if (letter === "c") {
    const following = text.charCodeAt(end);
    if (Number.isNaN(following)) throw bad();
    return { kind: "character", code: following & 31, end: end + 1 };
  }
  if (letter === "u") return hexadecimal(text, end, 4, 4);
  if (letter === "U") return hexadecimal(text, end, 8, 8);
  if (letter === "x") return hexadecimal(text, end, 1, 255);
  if (letter >= "0" && letter <= "9") return number(text, at + 1, groups);
  throw bad();
}

function hexadecimal(
  text: string,
  from: number,
  least: number,
  most: number,
): Escape {
  const digits = new RegExp(`^[0-9a-fA-F]{${least},${most}}`)
    .exec(text.slice(from, from + most))?.[0];
  if (digits === undefined) throw bad();
  const code = parseInt(digits, 16);
  if (code > 0x10ffff) throw bad();
  return { kind: "character", code, end: from + digits.length };
}

function number(text: string, from: number, groups: number): Escape {
  const digits = /^\d{1,3}/.exec(text.slice(from, from + 3))?.[0] as string;
  if (digits[0] !== "0") {
    const decimal = /^\d+/.exec(text.slice(from, from + 10))?.[0] as string;
    if (decimal.length === 1 || Number(decimal) <= groups) {
      return {
        kind: "reference",
        index: Number(decimal),
        end: from + decimal.length,
      };
    }
  }
  const octal = /^[0-7]{1,3}/.exec(digits)?.[0];
  if (octal === undefined) throw bad();
  return {
    kind: "character",
    code: parseInt(octal, 8),
    end: from + octal.length,
  };
}
