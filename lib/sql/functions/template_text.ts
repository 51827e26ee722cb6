/**
 * The text that `to_timestamp` and `to_date` read, and how far they have come.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { DateNode } from "./date_pattern.ts";
import { invalid } from "./template_fields.ts";

/**
 * @param node Element of a template.
 * @returns Whether it stands for a number.
 */
export const isDigitWord = (node: DateNode): boolean =>
  node.is === "word" &&
  !/^(?:A\.?[DM]|B\.?C|P\.?M|DAY|Day|DY|Dy|FX|MONTH|Month|MON|Mon|OF|RM|TZ$)/
    .test(node.word);

/** What is skipped before and after fields. */
export const spaces = " \t\n\r\f\v";
const fixedWidth =
  'If your source string is not fixed-width, try using the "FM" modifier.';

/** See the top of the file. */
export class TemplateText {
  readonly #nodes: readonly DateNode[];
  readonly text: string;
  /** Next character. */
  at = 0;

  /**
   * @param text Text as a client writes it.
   * @param nodes Elements of the template.
   */
  constructor(text: string, nodes: readonly DateNode[]) {
    this.text = text;
    this.#nodes = nodes;
  }

  /** @returns How many blanks were skipped. */
  skipSpaces(): number {
    const from = this.at;
    while (
      this.at < this.text.length &&
      spaces.includes(this.text[this.at] as string)
    ) this.at++;
    return this.at - from;
  }

  /** Whether what follows in the template is no digit, so that a number may have any length. */
  #endsNumber(i: number): boolean {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    if (node.ordinal !== "") return true;
    const next = this.#nodes[i + 1];
    if (next === undefined) return true;
    if (next.is === "word") return !isDigitWord(next);
    return !/^\d$/.test(next.text);
  }

  /**
   * Reads a number.
   *
   * @param i Index of its element in the template.
   * @param length How many digits it has where another number follows.
   * @returns It, and how many characters it took.
   * @throws {SqlError} 22007, 22008.
   */
  number(
    i: number,
    length: number,
  ): { value: number; used: number } {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    this.skipSpaces();
    const from = this.at;
    const rest = this.text.slice(from);
    const shown = rest.slice(0, length);
    let digits: string;
    if (node.fill || this.#endsNumber(i)) {
      digits = /^\s*[+-]?\d+/.exec(rest)?.[0] ?? "";
    } else {
      if (shown.length < length) {
        throw invalid(
          `source string too short for "${node.text}" formatting field`,
          `Field requires ${length} characters, but only ${shown.length} remain.`,
          fixedWidth,
        );
      }
      digits = /^\s*[+-]?\d+/.exec(shown)?.[0] ?? "";
      if (digits.length > 0 && digits.length < length) {
        throw invalid(
          `invalid value "${shown}" for "${node.text}"`,
          `Field requires ${length} characters, but only ${digits.length} could be parsed.`,
          fixedWidth,
        );
      }
    }
    if (digits === "") {
      throw invalid(
        `invalid value "${shown}" for "${node.text}"`,
        "Value must be an integer.",
      );
    }
    const value = Number(digits);
    if (Math.abs(value) > 2147483647) {
      throw new SqlError(
        "22008",
        `value for "${node.text}" in source string is out of range`,
        { detail: "Value must be in the range -2147483648 to 2147483647." },
      );
    }
    this.at += digits.length;
    return { value, used: digits.length };
  }

  /**
   * Reads one of some words.
   *
   * @param choices The words.
   * @param text Word of the template, for messages.
   * @returns Index of the word that was found.
   * @throws {SqlError} 22007.
   */
  oneOf(choices: readonly string[], text: string): number {
    const rest = this.text.slice(this.at);
    const lower = rest.toLowerCase();
    const found = choices.findIndex((each) =>
      lower.startsWith(each.toLowerCase())
    );
    if (found < 0) {
      const shown = /^\S*/.exec(rest)?.[0] ?? "";
      throw invalid(
        `invalid value "${shown}" for "${text}"`,
        "The given value did not match any of the allowed values for this field.",
      );
    }
    this.at += (choices[found] as string).length;
    return found;
  }
}
