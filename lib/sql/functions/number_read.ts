/**
 * `to_number`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { notSupported } from "../error.ts";
import { multiply } from "../numeric/arithmetic.ts";
import { parseNumeric, printNumeric } from "../numeric/decimal.ts";
import { power } from "../numeric/power.ts";
import { numberPattern } from "./number_pattern.ts";

/**
 * @param args Text and template.
 * @returns The number, a `numeric`.
 * @throws {SqlError} 22P02, 42601, 0A000.
 */
export function toNumber([text, format]: readonly Datum[]): Datum {
  const pattern = numberPattern(format as string);
  const input = text as string;
  const { after, shift } = pattern;
  if (pattern.roman) throw notSupported('"RN" in to_number');
  let at = 0;
  let digits = "";
  let point = false;
  let negative = false;
  let signed = false;
  let digitsLeft = 0;
  const takeSign = () => {
    const character = input[at];
    if (signed || character === undefined) return;
    if (character === "-" || (character === "<" && pattern.brackets)) {
      negative = true;
      signed = true;
      at++;
    } else if (character === "+") {
      signed = true;
      at++;
    }
  };
  for (const node of pattern.nodes) {
    if (at >= input.length) break;
    switch (node.is) {
      case "9":
      case "0":
      case ".": {
        while (input[at] === " ") at++;
        if (digits === "" || node.is !== ".") takeSign();
        const character = input[at];
        if (character === undefined) break;
        if (/\d/.test(character)) {
          if (point && digitsLeft >= after) break;
          digits += character;
          if (point) digitsLeft += 1;
          at++;
        } else if (character === "." && !point && pattern.point) {
          digits += ".";
          point = true;
          at++;
          // The point stands where the template has a digit: the template goes on behind its own.
        }
        break;
      }
      case ",":
        if (input[at] === ",") at++;
        break;
      case "minus":
      case "plus":
      case "sign":
        if (input[at] === " ") at++;
        else takeSign();
        break;
      case "currency":
        if (!/[\d.,+-]/.test(input[at] ?? "")) at++;
        break;
      case "ordinal":
        at += 2;
        break;
      default:
        at += node.text.length;
    }
  }
  while (input[at] === " ") at++;
  if (!signed && input[at] === "-") negative = true;
  // A sign or a blank stands in front where PostgreSQL reads the digits, and shows in its error.
  const value = parseNumeric(`${negative ? "-" : " "}${digits}`);
  return printNumeric(
    shift > 0
      ? multiply(
        value,
        power({ digits: 10n, scale: 0 }, {
          digits: BigInt(-shift),
          scale: 0,
        }),
      )
      : value,
  );
}
