/**
 * `to_char` of numbers and `to_number` (manual, 9.8).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { notSupported } from "../error.ts";
import { multiply } from "../numeric/arithmetic.ts";
import {
  type Decimal,
  isSpecial,
  type Numeric,
  numericOf,
  parseNumeric,
  pow10,
  printNumeric,
  round,
  sizeOf,
} from "../numeric/decimal.ts";
import { power } from "../numeric/transcendental.ts";
import { floatOf } from "../types/float.ts";
import { type Definition, fn } from "./define.ts";
import { type NumberPattern, numberPattern } from "./number_pattern.ts";
import { ordinalEnding, roman } from "./ordinal.ts";

/** Sure digits of a float. */
const floatDigits = { float4: 6, float8: 15 } as const;

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

function prepare(
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
class Writer {
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
    }
    if (digit !== undefined) this.#at += 1;
  }
}

/** `d.ddde+xx`. */
function scientific(text: string, places: number): string {
  return `${text.startsWith("-") ? "" : " "}${text}`.replace(
    /e([+-])(\d)$/,
    "e$10$2",
  ).replace(/^( ?-?\d)e/, places > 0 ? `$1.${"0".repeat(places)}e` : "$1e");
}

/** A decimal in scientific form. */
function decimalScientific(value: Decimal, places: number): string {
  if (value.digits === 0n) {
    return scientific(`${(0).toFixed(places)}e+0`, places);
  }
  const digits = sizeOf(value.digits).toString();
  const exponent = digits.length - value.scale - 1;
  // Where rounding gives ten, PostgreSQL leaves it at that.
  const mantissa = round(
    { digits: sizeOf(value.digits), scale: digits.length - 1 },
    places,
  );
  const sign = value.digits < 0n ? "-" : "";
  return scientific(
    `${sign}${printNumeric(mantissa)}e${exponent < 0 ? "-" : "+"}${
      Math.abs(exponent)
    }`,
    places,
  );
}

/** What stands for a number that has no digits. */
function hashes(pattern: NumberPattern): string {
  return ` ${"#".repeat(pattern.before)}.${"#".repeat(pattern.after)}`;
}

function numericToChar(value: Numeric, format: string): string {
  const pattern = numberPattern(format);
  if (pattern.scientific) {
    return isSpecial(value)
      ? hashes(pattern)
      : decimalScientific(value, pattern.after);
  }
  if (pattern.roman) {
    const whole = isSpecial(value) ? NaN : Number(round(value, 0).digits);
    return write(pattern, false, roman(whole));
  }
  if (isSpecial(value)) {
    return new Writer(
      prepare(pattern, value === "-Infinity", value.replace("-", "")),
    ).write();
  }
  const shifted = pattern.shift > 0
    ? multiply(value, { digits: pow10(pattern.shift), scale: 0 }) as Decimal
    : value;
  const rounded = round(shifted, pattern.after);
  return new Writer(
    prepare(
      pattern,
      rounded.digits < 0n,
      printNumeric({ ...rounded, digits: sizeOf(rounded.digits) }),
    ),
  ).write();
}

function write(
  pattern: NumberPattern,
  negative: boolean,
  text: string,
): string {
  return new Writer({ negative, text, blanks: 0, pattern }).write();
}

function integerToChar(value: number | bigint, format: string): string {
  return numericToChar({ digits: BigInt(value), scale: 0 }, format);
}

function floatToChar(
  value: number,
  format: string,
  sure: number,
): string {
  const pattern = numberPattern(format);
  if (pattern.scientific) {
    return Number.isFinite(value)
      ? scientific(value.toExponential(pattern.after), pattern.after)
      : hashes(pattern);
  }
  if (pattern.roman) return write(pattern, false, roman(Math.round(value)));
  const shifted = value * 10 ** pattern.shift;
  const size = Math.abs(shifted);
  if (!Number.isFinite(size)) {
    return new Writer(
      prepare(pattern, shifted < 0, Number.isNaN(size) ? "NaN" : "Infinity"),
    ).write();
  }
  // Digits that a float cannot know are not shown.
  const whole = exactFixed(size, 0).length;
  const after = whole >= sure ? 0 : Math.min(pattern.after, sure - whole);
  const text = exactFixed(size, after);
  return new Writer(
    prepare({ ...pattern, after }, shifted < 0 || Object.is(shifted, -0), text),
  ).write();
}

/** C's `%.nf`: `toFixed` gives up above 1e21. */
function exactFixed(value: number, places: number): string {
  return value < 1e21 ? value.toFixed(places) : BigInt(value).toString();
}

function toNumber([text, format]: readonly Datum[]): Datum {
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

/** See the top of the file. */
export const numberFormatFunctions: readonly Definition[] = [
  fn("to_char(numeric, text) text", {
    volatility: "s",
    call: ([a, format]) =>
      numericToChar(numericOf(a as string), format as string),
  }),
  ...["int4", "int8"].map((type) =>
    fn(`to_char(${type}, text) text`, {
      volatility: "s",
      call: ([a, format]) =>
        integerToChar(a as number | bigint, format as string),
    })
  ),
  ...(["float4", "float8"] as const).map((type) =>
    fn(`to_char(${type}, text) text`, {
      volatility: "s",
      call: ([a, format]) =>
        floatToChar(floatOf(a), format as string, floatDigits[type]),
    })
  ),
  fn("to_number(text, text) numeric", { volatility: "s", call: toNumber }),
];
