/**
 * Operators of arrays that compare their elements (manual, 9.19).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import { parseArray } from "../types/array_datum.ts";
import { typesOf } from "./argument_types.ts";
import { type Compare, comparison } from "./compare_datums.ts";
import { elementType, flatten } from "./datum_text.ts";
import { type Definition, fn, op } from "./define.ts";

type Args = readonly Datum[];

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
  return comparison(
    elementType(typesOf(args)[0]?.oid ?? 0, context),
    context,
  );
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

/** See the top of the file. */
export const arrayOperators: readonly Definition[] = [
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
