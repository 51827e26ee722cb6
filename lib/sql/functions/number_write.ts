/**
 * Writes numbers place by place, as a template of `to_char` says.
 *
 * @module
 */

import type { NumberPattern } from "./number_pattern.ts";
import { ordinalEnding } from "./ordinal.ts";

/** A number as the template takes it. */
interface Prepared {
  readonly negative: boolean;
  /** Digits with the point where the template has one; `#` where they do not fit. */
  readonly text: string;
  /** Places of the template before the first digit. */
  readonly blanks: number;
  /** The template, whose places after the point a float may have cut. */
  readonly pattern: NumberPattern;
}

/**
 * @param pattern Template.
 * @param negative Whether the number is below zero.
 * @param digits The number without its sign.
 * @returns The number as {@linkcode Writer} takes it.
 */
export function prepare(
  pattern: NumberPattern,
  negative: boolean,
  digits: string,
): Prepared {
  const before = pattern.before + pattern.shift;
  const point = digits.indexOf(".");
  const length = point < 0 ? digits.length : point;
  const shifted = { ...pattern, before };
  if (length <= before) {
    return {
      negative,
      text: digits,
      blanks: before - length,
      pattern: shifted,
    };
  }
  const text = pattern.after > 0 || pattern.point
    ? `${"#".repeat(before)}.${"#".repeat(pattern.after)}`
    : "#".repeat(before);
  return { negative, text, blanks: 0, pattern: shifted };
}

/** Writes a prepared number place by place. */
export class Writer {
  readonly #number: string;
  readonly #negative: boolean;
  readonly #blanks: number;
  readonly #pattern: NumberPattern;
  /** Index of the last digit that is shown with `FM`; -1 when all are. */
  readonly #last: number;
  readonly #places: number;
  readonly #sign: "" | "before" | "after";
  readonly #zeroFrom: number;
  readonly #brackets: boolean;
  #out = "";
  /** Next character of the number. */
  #at = 0;
  /** Places of the template that were filled. */
  #place = 0;
  /** Whether a digit was written last, so that a comma may follow. */
  #inNumber = false;
  #signDone: boolean;
  #ended = false;

  constructor({ text, negative, blanks, pattern }: Prepared) {
    this.#number = text;
    this.#negative = negative;
    this.#blanks = blanks;
    this.#pattern = pattern;
    this.#zeroFrom = pattern.zeroFrom;
    this.#sign = pattern.sign;
    this.#brackets = pattern.brackets && !(pattern.fill && !negative);
    this.#signDone = pattern.plus || pattern.minus
      ? !(pattern.plus && !pattern.minus)
      : !negative && pattern.fill && pattern.sign === "";
    this.#last = pattern.fill && pattern.point ? this.#lastRelevant() : -1;
    this.#places = pattern.before + pattern.after - 1 +
      (!this.#signDone && blanks === 0 ? 1 : 0);
  }

  /** With `FM` zeros at the end go, but not those that a `0` of the template asks for. */
  #lastRelevant(): number {
    const point = this.#number.indexOf(".");
    if (point < 0) return -1;
    let last = point;
    for (let i = point + 1; i < this.#number.length; i++) {
      if (this.#number[i] !== "0") last = i;
    }
    const { zeroTo } = this.#pattern;
    if (zeroTo > this.#blanks) {
      last = Math.max(
        last,
        Math.min(this.#number.length - 1, zeroTo - this.#blanks),
      );
    }
    return last;
  }

  /** Whether the number is 0 before the point, where the template has only nines. */
  #leadingZero(): boolean {
    return this.#zeroFrom < 0 && this.#at === 0 && this.#number[0] === "0" &&
      this.#pattern.after > 0;
  }

  write(): string {
    const { fill } = this.#pattern;
    for (const node of this.#pattern.nodes) {
      switch (node.is) {
        case "9":
        case "0":
        case ".":
          if (!this.#pattern.roman) this.#takePlace(node.is);
          // PostgreSQL writes a zero byte for a digit that a float does not have, which ends its text.
          if (this.#ended) return this.#out;
          break;
        case ",":
          if (this.#inNumber) this.#out += ",";
          else if (!fill) this.#out += " ";
          break;
        case "currency":
          this.#out += " ";
          break;
        case "roman": {
          const text = node.text === "rn"
            ? this.#number.toLowerCase()
            : this.#number;
          this.#out += fill ? text : text.padStart(15);
          break;
        }
        case "ordinal":
          if (
            !this.#pattern.roman && !this.#number.startsWith("#") &&
            !this.#negative && !this.#pattern.point
          ) this.#out += ordinalEnding(this.#number, node.text === "TH");
          break;
        case "minus":
          if (this.#negative) this.#out += "-";
          else if (!fill) this.#out += " ";
          break;
        case "plus":
          if (!this.#negative) this.#out += "+";
          else if (!fill) this.#out += " ";
          break;
        case "sign":
          this.#out += this.#negative ? "-" : "+";
          break;
        default:
          this.#out += node.text;
      }
    }
    return this.#out;
  }

  #writeSign(): void {
    const { fill } = this.#pattern;
    if (this.#sign !== "") {
      if (this.#sign === "before") {
        this.#out += this.#negative ? "-" : "+";
        this.#signDone = true;
      }
      return;
    }
    if (this.#brackets) this.#out += this.#negative ? "<" : " ";
    else if (this.#negative) this.#out += "-";
    else if (!fill) this.#out += " ";
    this.#signDone = true;
  }

  #takePlace(kind: "9" | "0" | "."): void {
    const { fill } = this.#pattern;
    const last = this.#last;
    const lastIsPoint = last >= 0 && this.#number[last] === ".";
    this.#inNumber = false;
    const starts = this.#place >= this.#blanks ||
      this.#zeroFrom === this.#place;
    if (
      !this.#signDone && starts && (!this.#leadingZero() || lastIsPoint)
    ) this.#writeSign();

    if (this.#place < this.#blanks) {
      if (this.#zeroFrom >= 0 && this.#zeroFrom <= this.#place) {
        this.#out += "0";
        this.#inNumber = true;
      } else if (!fill) this.#out += " ";
    } else {
      this.#takeDigit(kind, lastIsPoint);
    }
    let end = this.#places + (this.#blanks > 0 ? 1 : 0) +
      (this.#pattern.point ? 1 : 0);
    if (last >= 0 && last === this.#at) end = this.#place;
    if (this.#place + 1 === end) {
      if (this.#signDone && this.#brackets) {
        this.#out += this.#negative ? ">" : " ";
      } else if (this.#sign === "after") {
        this.#out += this.#negative ? "-" : "+";
      }
    }
    this.#place += 1;
  }

  #takeDigit(kind: "9" | "0" | ".", lastIsPoint: boolean): void {
    const { fill } = this.#pattern;
    const digit = this.#number[this.#at];
    if (digit === ".") {
      if (this.#last < 0 || !lastIsPoint || fill) this.#out += ".";
    } else if (this.#last >= 0 && this.#at > this.#last && kind !== "0") {
      // A zero that `FM` drops.
    } else if (this.#leadingZero()) {
      if (!fill) this.#out += " ";
      else if (lastIsPoint) this.#out += "0";
    } else if (digit !== undefined) {
      this.#out += digit;
      this.#inNumber = true;
    } else this.#ended = true;
    if (digit !== undefined) this.#at += 1;
  }
}
