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
  dimensionsOf,
  elementDatum,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { type Compare, comparison } from "./compare_datums.ts";
import { datumText, elementType, flatten } from "./datum_text.ts";
import { type Definition, fn, op } from "./define.ts";

type Args = readonly Datum[];
/** Most elements (`MaxArraySize`). */
const mostElements = 134_217_727;
/** Most that are made of nothing, as `array_fill` does. */
const mostFilled = 10_000_000;

const items = (args: Args, i: number): ArrayItem[] =>
  args[i] === null || args[i] === undefined
    ? []
    : parseArray(args[i] as string);

function element(args: Args, i: number, context: EvalContext): number {
  const type = typesOf(args)[i]?.oid ?? 0;
  return type === 0 ? 0 : elementType(type, context);
}

/** A value as it is kept inside an array. */
function inside(value: Datum): Datum {
  return value instanceof Uint8Array ? `\\x${value.toHex()}` : value;
}

function same(a: ArrayItem, b: ArrayItem, compare: Compare): boolean {
  if (a === null || b === null) return a === b;
  return compare(a as NonNullable<Datum>, b as NonNullable<Datum>) === 0;
}

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
  const values = items(args, 0);
  oneDimension(values);
  return printArray(
    [...values, inside(args[1] as Datum)],
    element(args, 0, context),
  );
}

function prepend(args: Args, context: EvalContext): string {
  const values = items(args, 1);
  oneDimension(values);
  return printArray(
    [inside(args[0] as Datum), ...values],
    element(args, 1, context),
  );
}

function cat(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return args[1] as Datum;
  if (args[1] === null) return args[0] as Datum;
  return printArray(
    concatenate(items(args, 0), items(args, 1)),
    element(args, 0, context),
  );
}

function remove(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const values = items(args, 0);
  if (Array.isArray(values[0])) {
    throw new SqlError(
      "0A000",
      "removing elements from multidimensional arrays is not supported",
    );
  }
  const type = element(args, 0, context);
  const compare = comparison(type, context);
  const removed = inside(args[1] as Datum);
  return printArray(
    values.filter((value) => !same(value, removed, compare)),
    type,
  );
}

function replace(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const type = element(args, 0, context);
  const compare = comparison(type, context);
  const [from, to] = [inside(args[1] as Datum), inside(args[2] as Datum)];
  const change = (value: ArrayItem): ArrayItem =>
    Array.isArray(value)
      ? value.map(change)
      : same(value, from, compare)
      ? to
      : value;
  return printArray(items(args, 0).map(change), type);
}

function searched(args: Args): readonly ArrayItem[] {
  const values = items(args, 0);
  if (Array.isArray(values[0])) {
    throw new SqlError(
      "0A000",
      "searching for elements in multidimensional arrays is not supported",
    );
  }
  return values;
}

function position(args: Args, context: EvalContext): number | null {
  if (args[0] === null) return null;
  const values = searched(args);
  // With a start the types are one place further.
  let start = 1;
  if (args.length > 3) {
    if (args[2] === null) {
      throw new SqlError("22004", "initial position must not be null");
    }
    start = Math.max(1, Number(args[2]));
  }
  const compare = comparison(element(args, 0, context), context);
  const wanted = inside(args[1] as Datum);
  for (let i = start - 1; i < values.length; i++) {
    if (same(values[i] as ArrayItem, wanted, compare)) return i + 1;
  }
  return null;
}

function positions(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const values = searched(args);
  const compare = comparison(element(args, 0, context), context);
  const wanted = inside(args[1] as Datum);
  const found: number[] = [];
  values.forEach((value, i) => {
    if (same(value, wanted, compare)) found.push(i + 1);
  });
  return printArray(found, oid.int4);
}

function dimension(args: Args): number | null {
  const lengths = dimensionsOf(items(args, 0));
  return lengths[Number(args[1]) - 1] ?? null;
}

function fill(args: Args): string {
  if (args[1] === null || args[2] === null) {
    throw new SqlError(
      "22004",
      "dimension array or low bound array cannot be null",
    );
  }
  const lengths = items(args, 1);
  if (lengths.includes(null)) {
    throw new SqlError("22004", "dimension values cannot be null");
  }
  if (args.length > 3 && items(args, 2).some((bound) => bound !== 1)) {
    throw notSupported("an array with a lower bound other than 1");
  }
  if (lengths.length > 6) {
    throw new SqlError(
      "54000",
      `number of array dimensions (${lengths.length}) exceeds the maximum allowed (6)`,
    );
  }
  const total = lengths.reduce<number>((all, n) => all * Number(n), 1);
  if (
    lengths.some((n) => Number(n) < 0) || total > mostElements ||
    total > mostFilled
  ) {
    throw new SqlError(
      "54000",
      `array size exceeds the maximum allowed (${mostElements})`,
    );
  }
  if (lengths.length === 0 || total === 0) return "[]";
  let value: ArrayItem = inside(args[0] as Datum);
  for (const length of lengths.toReversed()) {
    value = new Array(Number(length)).fill(value);
  }
  const type = typesOf(args)[0]?.oid ?? 0;
  const text = printArray(value as ArrayItem[], type);
  if (text.length > longestText) throw tooLong();
  return text;
}

function trim(args: Args, context: EvalContext): string {
  const values = items(args, 0);
  const cut = Number(args[1]);
  if (cut < 0 || cut > values.length) {
    throw new SqlError(
      "2202E",
      `number of elements to trim must be between 0 and ${values.length}`,
    );
  }
  return printArray(
    values.slice(0, values.length - cut),
    element(args, 0, context),
  );
}

/** Whether each element of `b` is in `a`; NULL is in nothing. */
function contains(a: Datum, b: Datum, compare: Compare): boolean {
  const whole = flatten(parseArray(a as string))
    .filter((value) => value !== null);
  return flatten(parseArray(b as string)).every((wanted) =>
    wanted !== null && whole.some((value) => compare(value, wanted) === 0)
  );
}

function overlaps(a: Datum, b: Datum, compare: Compare): boolean {
  const whole = flatten(parseArray(a as string));
  return flatten(parseArray(b as string)).some((wanted) =>
    wanted !== null &&
    whole.some((value) => value !== null && compare(value, wanted) === 0)
  );
}

function compareElements(args: Args, context: EvalContext): Compare {
  return comparison(element(args, 0, context), context);
}

function join(
  args: Args,
  separator: string,
  ifNull: string | undefined,
  context: EvalContext,
): string {
  const type = element(args, 0, context);
  const texts: string[] = [];
  for (const value of flatten(items(args, 0))) {
    if (value !== null) {
      const datum = elementDatum(value, type) as NonNullable<Datum>;
      texts.push(datumText(datum, { oid: type }, context));
    } else if (ifNull !== undefined) texts.push(ifNull);
  }
  const size = texts.reduce((all, text) => all + text.length, 0);
  if (size + separator.length * texts.length > longestText) throw tooLong();
  return texts.join(separator);
}

const orders: readonly (readonly [string, (order: number) => boolean])[] = [
  ["=", (order) => order === 0],
  ["<>", (order) => order !== 0],
  ["<", (order) => order < 0],
  ["<=", (order) => order <= 0],
  [">", (order) => order > 0],
  [">=", (order) => order >= 0],
];
const typed = { withTypes: true } as const;
const loose = { withTypes: true, strict: false } as const;

/** See the top of the file. */
export const arrayFunctions: readonly Definition[] = [
  ...orders.map(([symbol, holds]) =>
    op(`anyarray ${symbol} anyarray = bool`, {
      ...typed,
      call: (args, context) =>
        holds(
          comparison(typesOf(args)[0]?.oid ?? 0, context)(
            args[0] as NonNullable<Datum>,
            args[1] as NonNullable<Datum>,
          ),
        ),
    })
  ),
  op("anyarray @> anyarray = bool", {
    ...typed,
    call: (args, context) =>
      contains(
        args[0] as Datum,
        args[1] as Datum,
        compareElements(args, context),
      ),
  }),
  op("anyarray <@ anyarray = bool", {
    ...typed,
    call: (args, context) =>
      contains(
        args[1] as Datum,
        args[0] as Datum,
        compareElements(args, context),
      ),
  }),
  op("anyarray && anyarray = bool", {
    ...typed,
    call: (args, context) =>
      overlaps(
        args[0] as Datum,
        args[1] as Datum,
        compareElements(args, context),
      ),
  }),
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
  fn("array_remove(anycompatiblearray, anycompatible) anycompatiblearray", {
    ...loose,
    call: remove,
  }),
  fn(
    "array_replace(anycompatiblearray, anycompatible, anycompatible) anycompatiblearray",
    { ...loose, call: replace },
  ),
  fn("array_position(anycompatiblearray, anycompatible) int4", {
    ...loose,
    call: position,
  }),
  fn("array_position(anycompatiblearray, anycompatible, int4) int4", {
    ...loose,
    call: position,
  }),
  fn("array_positions(anycompatiblearray, anycompatible) int4[]", {
    ...loose,
    call: positions,
  }),
  fn("array_length(anyarray, int4) int4", { call: dimension }),
  fn("array_upper(anyarray, int4) int4", { call: dimension }),
  fn("array_lower(anyarray, int4) int4", {
    call: (args) => dimension(args) === null ? null : 1,
  }),
  fn("array_ndims(anyarray) int4", {
    call: (args) => dimensionsOf(items(args, 0)).length || null,
  }),
  fn("array_dims(anyarray) text", {
    call(args) {
      const lengths = dimensionsOf(items(args, 0));
      return lengths.length === 0
        ? null
        : lengths.map((length) => `[1:${length}]`).join("");
    },
  }),
  fn("cardinality(anyarray) int4", {
    call: (args) =>
      dimensionsOf(items(args, 0)).reduce((all, n) => all * n, 1) *
      (items(args, 0).length === 0 ? 0 : 1),
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
  fn("array_larger(anyarray, anyarray) anyarray", {
    ...typed,
    call: (args, context) =>
      comparison(typesOf(args)[0]?.oid ?? 0, context)(
          args[0] as NonNullable<Datum>,
          args[1] as NonNullable<Datum>,
        ) >= 0
        ? args[0] as Datum
        : args[1] as Datum,
  }),
];
