/**
 * Functions and operators of arrays (manual, 9.19).
 *
 * Elements are compared as they are kept in the array, where bytes are hexadecimal text and so keep
 * their order.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { notSupported, SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  type ArrayItem,
  checkCount,
  dimensionsOf,
  elementDatum,
  printArray,
} from "../types/array_datum.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { arrayItems, elementOf, insideArray } from "./array_arguments.ts";
import { datumText, flatten } from "./datum_text.ts";
import { type Definition, fn, op } from "./define.ts";

type Args = readonly Datum[];

/** Most elements in PostgreSQL (`MaxArraySize`), which refuses more before anything else. */
const mostElements = 134_217_727;

function incompatible(detail: string): SqlError {
  return new SqlError("2202E", "cannot concatenate incompatible arrays", {
    detail,
  });
}

function concatenate(
  a: readonly ArrayItem[],
  b: readonly ArrayItem[],
): readonly ArrayItem[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const left = dimensionsOf(a);
  const right = dimensionsOf(b);
  const sameTail = (x: readonly number[], y: readonly number[]) =>
    x.join() === y.join();
  const differ = () =>
    incompatible(
      "Arrays with differing dimensions are not compatible for concatenation.",
    );
  if (left.length === right.length) {
    if (!sameTail(left.slice(1), right.slice(1))) {
      throw incompatible(
        "Arrays with differing element dimensions are not compatible for concatenation.",
      );
    }
    return [...a, ...b];
  }
  if (Math.abs(left.length - right.length) !== 1) {
    throw incompatible(
      `Arrays of ${left.length} and ${right.length} dimensions are not compatible for concatenation.`,
    );
  }
  if (left.length > right.length) {
    if (!sameTail(left.slice(1), right)) throw differ();
    return [...a, b];
  }
  if (!sameTail(right.slice(1), left)) throw differ();
  return [a, ...b];
}

function oneDimension(values: readonly ArrayItem[]): void {
  if (Array.isArray(values[0])) {
    throw new SqlError(
      "22000",
      "argument must be empty or one-dimensional array",
    );
  }
}

function append(args: Args, context: EvalContext): string {
  const values = arrayItems(args, 0);
  oneDimension(values);
  return printArray(
    [...values, insideArray(args[1] as Datum)],
    elementOf(args, 0, context),
  );
}

function prepend(args: Args, context: EvalContext): string {
  const values = arrayItems(args, 1);
  oneDimension(values);
  return printArray(
    [insideArray(args[0] as Datum), ...values],
    elementOf(args, 1, context),
  );
}

function cat(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return args[1] as Datum;
  if (args[1] === null) return args[0] as Datum;
  return printArray(
    concatenate(arrayItems(args, 0), arrayItems(args, 1)),
    elementOf(args, 0, context),
  );
}

function dimension(args: Args): number | null {
  const lengths = dimensionsOf(arrayItems(args, 0));
  return lengths[Number(args[1]) - 1] ?? null;
}

function fill(args: Args): string {
  if (args[1] === null || args[2] === null) {
    throw new SqlError(
      "22004",
      "dimension array or low bound array cannot be null",
    );
  }
  const lengths = arrayItems(args, 1);
  if (lengths.includes(null)) {
    throw new SqlError("22004", "dimension values cannot be null");
  }
  if (args.length > 3 && arrayItems(args, 2).some((bound) => bound !== 1)) {
    throw notSupported("an array with a lower bound other than 1");
  }
  if (lengths.length > 6) {
    throw new SqlError(
      "54000",
      `number of array dimensions (${lengths.length}) exceeds the maximum allowed (6)`,
    );
  }
  const total = lengths.reduce<number>((all, n) => all * Number(n), 1);
  if (lengths.some((n) => Number(n) < 0) || total > mostElements) {
    throw new SqlError(
      "54000",
      `array size exceeds the maximum allowed (${mostElements})`,
    );
  }
  checkCount(total);
  if (lengths.length === 0 || total === 0) return "[]";
  let value: ArrayItem = insideArray(args[0] as Datum);
  // Quotation marks and a comma are the least that an element takes beside itself.
  const size = typeof value === "string" ? value.length + 3 : 2;
  if (total * size > longestText) throw tooLong();
  for (const length of lengths.toReversed()) {
    value = new Array(Number(length)).fill(value);
  }
  const type = typesOf(args)[0]?.oid ?? 0;
  const text = printArray(value as ArrayItem[], type);
  if (text.length > longestText) throw tooLong();
  return text;
}

function trim(args: Args, context: EvalContext): string {
  const values = arrayItems(args, 0);
  const cut = Number(args[1]);
  if (cut < 0 || cut > values.length) {
    throw new SqlError(
      "2202E",
      `number of elements to trim must be between 0 and ${values.length}`,
    );
  }
  return printArray(
    values.slice(0, values.length - cut),
    elementOf(args, 0, context),
  );
}

function join(
  args: Args,
  separator: string,
  ifNull: string | undefined,
  context: EvalContext,
): string {
  const type = elementOf(args, 0, context);
  const texts: string[] = [];
  for (const value of flatten(arrayItems(args, 0))) {
    if (value !== null) {
      const datum = elementDatum(value, type) as NonNullable<Datum>;
      texts.push(datumText(datum, { oid: type }, context));
    } else if (ifNull !== undefined) texts.push(ifNull);
  }
  const size = texts.reduce((all, text) => all + text.length, 0);
  if (size + separator.length * texts.length > longestText) throw tooLong();
  return texts.join(separator);
}

const typed = { withTypes: true } as const;
const loose = { withTypes: true, strict: false } as const;

/** See the top of the file. */
export const arrayFunctions: readonly Definition[] = [
  op("anycompatiblearray || anycompatiblearray = anycompatiblearray", {
    ...loose,
    call: cat,
  }),
  op("anycompatiblearray || anycompatible = anycompatiblearray", {
    ...loose,
    call: append,
  }),
  op("anycompatible || anycompatiblearray = anycompatiblearray", {
    ...loose,
    call: prepend,
  }),
  fn("array_cat(anycompatiblearray, anycompatiblearray) anycompatiblearray", {
    ...loose,
    call: cat,
  }),
  fn("array_append(anycompatiblearray, anycompatible) anycompatiblearray", {
    ...loose,
    call: append,
  }),
  fn("array_prepend(anycompatible, anycompatiblearray) anycompatiblearray", {
    ...loose,
    call: prepend,
  }),
  fn("array_length(anyarray, int4) int4", { call: dimension }),
  fn("array_upper(anyarray, int4) int4", { call: dimension }),
  fn("array_lower(anyarray, int4) int4", {
    call: (args) => dimension(args) === null ? null : 1,
  }),
  fn("array_ndims(anyarray) int4", {
    call: (args) => dimensionsOf(arrayItems(args, 0)).length || null,
  }),
  fn("array_dims(anyarray) text", {
    call(args) {
      const lengths = dimensionsOf(arrayItems(args, 0));
      return lengths.length === 0
        ? null
        : lengths.map((length) => `[1:${length}]`).join("");
    },
  }),
  fn("cardinality(anyarray) int4", {
    call: (args) =>
      dimensionsOf(arrayItems(args, 0)).reduce((all, n) => all * n, 1) *
      (arrayItems(args, 0).length === 0 ? 0 : 1),
  }),
  fn("array_fill(anyelement, int4[]) anyarray", { ...loose, call: fill }),
  fn("array_fill(anyelement, int4[], int4[]) anyarray", {
    ...loose,
    call: fill,
  }),
  fn("trim_array(anyarray, int4) anyarray", { ...typed, call: trim }),
  fn("array_to_string(anyarray, text) text", {
    ...typed,
    volatility: "s",
    call: (args, context) => join(args, args[1] as string, undefined, context),
  }),
  fn("array_to_string(anyarray, text, text) text", {
    ...loose,
    volatility: "s",
    call: (args, context) =>
      args[0] === null || args[1] === null ? null : join(
        args,
        args[1] as string,
        (args[2] ?? undefined) as string | undefined,
        context,
      ),
  }),
];
