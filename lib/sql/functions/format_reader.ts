/**
 * Reads format strings of `format` (manual, 9.4.1).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { ArgumentType } from "./argument_types.ts";
import { count, longestText, repeat, tooLong } from "./characters.ts";
import { datumText } from "./datum_text.ts";
import { quoteIdentifier, quoteLiteral } from "./quoting.ts";

/** A value and its type. */
export interface Value {
  readonly datum: Datum;
  readonly type: ArgumentType;
}

/**
 * @param value A value.
 * @param context Session.
 * @returns Its text, empty for NULL.
 */
export function valueText(
  { datum, type }: Value,
  context: EvalContext,
): string {
  return datum === null ? "" : datumText(datum, type, context);
}

const hint = 'For a single "%" use "%%".';

/** Reads `%[position$][flags][width]type`. */
export class FormatReader {
  #at = 0;
  #next = 0;

  constructor(
    readonly text: string,
    readonly values: readonly Value[],
    readonly context: EvalContext,
  ) {}

  run(): string {
    let result = "";
    for (;;) {
      const percent = this.text.indexOf("%", this.#at);
      if (percent < 0) return result + this.text.slice(this.#at);
      result += this.text.slice(this.#at, percent);
      this.#at = percent + 1;
      if (this.#need() === "%") {
        result += "%";
        this.#at++;
      } else result += this.#specifier();
      if (result.length > longestText) throw tooLong();
    }
  }

  #need(): string {
    const character = this.text[this.#at];
    if (character === undefined) {
      throw new SqlError("22023", "unterminated format() type specifier", {
        hint,
      });
    }
    return character;
  }

  /** Digits, if there are some. */
  #digits(): number | undefined {
    const digits = /^\d+/.exec(this.text.slice(this.#at, this.#at + 20))?.[0];
    if (digits === undefined) return undefined;
    this.#at += digits.length;
    this.#need();
    if (Number(digits) > 2147483647) {
      throw new SqlError("22003", "number is out of range");
    }
    return Number(digits);
  }

  #specifier(): string {
    let position = 0;
    let width: number | undefined;
    let left = false;
    const first = this.#digits();
    if (first !== undefined) {
      if (this.#need() === "$") {
        position = this.#position(first);
        this.#at++;
      } else width = first;
    }
    if (width === undefined) {
      while (this.#need() === "-") {
        left = true;
        this.#at++;
      }
      if (this.#need() === "*") {
        this.#at++;
        const from = this.#digits();
        let place = 0;
        if (from !== undefined) {
          if (this.#need() !== "$") {
            throw new SqlError(
              "22023",
              'width argument position must be ended by "$"',
            );
          }
          this.#at++;
          place = this.#position(from);
        }
        width = this.#width(this.#take(place));
        if (width < 0) {
          left = true;
          width = -width;
        }
      } else width = this.#digits();
    }
    const letter = String.fromCodePoint(
      this.text.codePointAt(this.#at) ?? (this.#need(), 0),
    );
    if (!"sIL".includes(letter)) {
      throw new SqlError(
        "22023",
        `unrecognized format() type specifier "${letter}"`,
        { hint },
      );
    }
    this.#at++;
    const text = this.#convert(letter, this.#take(position));
    const blanks = repeat(" ", (width ?? 0) - count(text));
    return left ? text + blanks : blanks + text;
  }

  #position(position: number): number {
    if (position === 0) {
      throw new SqlError(
        "22023",
        "format specifies argument 0, but arguments are numbered from 1",
      );
    }
    return position;
  }

  #take(position: number): Value {
    const index = position > 0 ? position - 1 : this.#next;
    const value = this.values[index];
    if (value === undefined) {
      throw new SqlError("22023", "too few arguments for format()");
    }
    this.#next = index + 1;
    return value;
  }

  #width(value: Value): number {
    const text = valueText(value, this.context);
    if (text === "") return 0;
    if (!/^\s*[+-]?\d+\s*$/.test(text)) {
      throw new SqlError(
        "22P02",
        `invalid input syntax for type integer: "${text}"`,
      );
    }
    if (Math.abs(Number(text)) > 2147483647) {
      throw new SqlError(
        "22003",
        `value "${text}" is out of range for type integer`,
      );
    }
    return Number(text);
  }

  #convert(letter: string, value: Value): string {
    if (letter === "s") return valueText(value, this.context);
    if (value.datum === null) {
      if (letter === "L") return "NULL";
      throw new SqlError(
        "22004",
        "null values cannot be formatted as an SQL identifier",
      );
    }
    const text = valueText(value, this.context);
    return letter === "I" ? quoteIdentifier(text) : quoteLiteral(text);
  }
}
