/**
 * Quantifiers: `*`, `+?`, `{2,3}` (manual, tables 9.19 and 9.20).
 *
 * @module
 */

import { badRegex, type RegexOptions } from "./syntax.ts";

/** How often an atom stands. */
export interface Quantifier {
  readonly min: number;
  readonly max: number;
  readonly greedy: boolean;
  /** Written `{m}`. */
  readonly fixed: boolean;
}

const mostRepeats = 255;

/**
 * @param text Pattern.
 * @param at Place where a quantifier may stand.
 * @param flavor Kind of expression.
 * @returns The quantifier and the place after it; nothing if there is none.
 * @throws {SqlError} 2201B.
 */
export function readQuantifier(
  text: string,
  at: number,
  flavor: NonNullable<RegexOptions["flavor"]>,
): Quantifier & { end: number } | undefined {
  const basic = flavor === "basic";
  const character = text[at];
  let found: { min: number; max: number; fixed: boolean; end: number };
  const simple = (min: number, max: number) => ({
    min,
    max,
    fixed: false,
    end: at + 1,
  });
  if (character === "*") found = simple(0, Infinity);
  else if (!basic && character === "+") found = simple(1, Infinity);
  else if (!basic && character === "?") found = simple(0, 1);
  else if (
    basic
      ? text.startsWith("\\{", at)
      : flavor === "advanced"
      ? /^\{\d/.test(text.slice(at, at + 2))
      : character === "{"
  ) found = readBound(text, at, basic);
  else return undefined;
  const greedy = !(flavor === "advanced" && text[found.end] === "?");
  return { ...found, greedy, end: found.end + (greedy ? 0 : 1) };
}

function readBound(text: string, from: number, basic: boolean) {
  let at = from + (basic ? 2 : 1);
  const count = (): number => {
    const digits = /^\d+/.exec(text.slice(at, at + 8))?.[0] ?? "";
    const value = digits === "" ? NaN : Number(digits);
    if (!(value <= mostRepeats)) throw badRegex("invalid repetition count(s)");
    at += digits.length;
    return value;
  };
  const min = count();
  const fixed = text[at] !== ",";
  let max = min;
  if (!fixed) {
    at++;
    max = /\d/.test(text[at] ?? "") ? count() : Infinity;
  }
  const close = basic ? "\\}" : "}";
  if (!text.startsWith(close, at)) {
    throw badRegex(
      at >= text.length
        ? "braces {} not balanced"
        : "invalid repetition count(s)",
    );
  }
  if (max < min) throw badRegex("invalid repetition count(s)");
  return { min, max, fixed, end: at + close.length };
}
