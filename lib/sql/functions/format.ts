/**
 * `format`, `concat`, quoting (manual, 9.4 and 9.4.1).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { elementDatum, parseArray, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { type ArgumentType, typesOf } from "./argument_types.ts";
import { count, longestText, lower, repeat, tooLong } from "./characters.ts";
import { datumText, elementType, flatten } from "./datum_text.ts";
import { type Definition, fn, op } from "./define.ts";
import { quoteIdentifier, quoteLiteral } from "./quoting.ts";

/** A value and its type. */
interface Value {
  readonly datum: Datum;
  readonly type: ArgumentType;
}

/**
 * @param args Arguments of a function `withTypes`.
 * @param from First variadic one.
 * @param context Session.
 * @returns The variadic arguments; those of an array that was given as VARIADIC. Nothing for a NULL array.
 */
function variadic(
  args: readonly Datum[],
  from: number,
  context: EvalContext,
): Value[] | undefined {
  const types = typesOf(args);
  const values = args.slice(from, -1).map((datum, i): Value => ({
    datum,
    type: types[from + i] ?? { oid: oid.text },
  }));
  const [only] = values;
  if (only === undefined || !only.type.variadic) return values;
  if (only.datum === null) return undefined;
  const element = elementType(only.type.oid, context);
  return flatten(parseArray(only.datum as string)).map((item) => ({
    datum: elementDatum(item, element),
    type: { oid: element },
  }));
}

function valueText({ datum, type }: Value, context: EvalContext): string {
  return datum === null ? "" : datumText(datum, type, context);
}

function joined(
  values: readonly Value[] | undefined,
  separator: string,
  context: EvalContext,
): string | null {
  if (values === undefined) return null;
  let result = "";
  let first = true;
  for (const value of values) {
    if (value.datum === null) continue;
    result += (first ? "" : separator) + valueText(value, context);
    if (result.length > longestText) throw tooLong();
    first = false;
  }
  return result;
}

const hint = 'For a single "%" use "%%".';

/** Reads `%[position$][flags][width]type`. */
class FormatReader {
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

function parseIdentifier(text: string, strict: boolean): string {
  const names: string[] = [];
  let at = 0;
  const bad = (detail?: string) =>
    new SqlError("22023", `string is not a valid identifier: "${text}"`, {
      detail,
    });
  const skip = () => {
    while (/\s/.test(text[at] ?? "")) at++;
  };
  skip();
  for (;;) {
    if (text[at] === '"') {
      const match = /^"((?:[^"]|"")*)"/.exec(text.slice(at));
      if (match === null) {
        throw bad("String has unclosed double quotes.");
      }
      if (match[1] === "") throw bad("Quoted identifier must not be empty.");
      names.push((match[1] as string).replaceAll('""', '"'));
      at += match[0].length;
    } else {
      const name = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff]*/
        .exec(text.slice(at))?.[0];
      if (name === undefined) {
        if (text[at] === ".") throw bad('No valid identifier before ".".');
        if (names.length > 0) throw bad('No valid identifier after ".".');
        throw bad();
      }
      names.push(lower(name));
      at += name.length;
    }
    skip();
    if (text[at] === ".") {
      at++;
      skip();
      continue;
    }
    if (at < text.length && strict) throw bad();
    return printArray(names, oid.text);
  }
}

/** See the top of the file. */
export const formatFunctions: readonly Definition[] = [
  fn("concat(VARIADIC any) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) => joined(variadic(args, 0, context), "", context),
  }),
  fn("concat_ws(text, VARIADIC any) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] === null
        ? null
        : joined(variadic(args, 1, context), args[0] as string, context),
  }),
  ...["format(text)", "format(text, VARIADIC any)"].map((signature) =>
    fn(`${signature} text`, {
      strict: false,
      volatility: "s",
      withTypes: true,
      call: (args, context) =>
        args[0] === null ? null : new FormatReader(
          args[0] as string,
          variadic(args, 1, context) ?? [],
          context,
        ).run(),
    })
  ),
  op("text || anynonarray = text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] as string +
      datumText(
        args[1] as NonNullable<Datum>,
        typesOf(args)[1] ?? { oid: oid.text },
        context,
      ),
  }),
  op("anynonarray || text = text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      datumText(
        args[0] as NonNullable<Datum>,
        typesOf(args)[0] ?? { oid: oid.text },
        context,
      ) + (args[1] as string),
  }),
  fn("quote_ident(text) text", {
    call: ([text]) => quoteIdentifier(text as string),
  }),
  fn("quote_literal(text) text", {
    call: ([text]) => quoteLiteral(text as string),
  }),
  fn("quote_literal(anyelement) text", {
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      quoteLiteral(
        datumText(
          args[0] as NonNullable<Datum>,
          typesOf(args)[0] ?? { oid: oid.text },
          context,
        ),
      ),
  }),
  fn("quote_nullable(text) text", {
    strict: false,
    call: ([text]) => text === null ? "NULL" : quoteLiteral(text as string),
  }),
  fn("quote_nullable(anyelement) text", {
    strict: false,
    volatility: "s",
    withTypes: true,
    call: (args, context) =>
      args[0] === null ? "NULL" : quoteLiteral(
        datumText(
          args[0] as NonNullable<Datum>,
          typesOf(args)[0] ?? { oid: oid.text },
          context,
        ),
      ),
  }),
  fn("parse_ident(text, bool) text[]", {
    argNames: ["str", "strict"],
    defaults: ["true"],
    call: ([text, strict]) => parseIdentifier(text as string, Boolean(strict)),
  }),
];
