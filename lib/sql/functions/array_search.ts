/**
 * Functions that look for elements of arrays (manual, table 9.51).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { type ArrayItem, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { arrayItems, elementOf, insideArray } from "./array_arguments.ts";
import { type Compare, comparison } from "./compare_datums.ts";
import { type Definition, fn } from "./define.ts";

type Args = readonly Datum[];

function same(a: ArrayItem, b: ArrayItem, compare: Compare): boolean {
  if (a === null || b === null) return a === b;
  return compare(a as NonNullable<Datum>, b as NonNullable<Datum>) === 0;
}

function remove(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const values = arrayItems(args, 0);
  if (Array.isArray(values[0])) {
    throw new SqlError(
      "0A000",
      "removing elements from multidimensional arrays is not supported",
    );
  }
  const type = elementOf(args, 0, context);
  const compare = comparison(type, context);
  const removed = insideArray(args[1] as Datum);
  return printArray(
    values.filter((value) => !same(value, removed, compare)),
    type,
  );
}

function replace(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const type = elementOf(args, 0, context);
  const compare = comparison(type, context);
  const [from, to] = [
    insideArray(args[1] as Datum),
    insideArray(args[2] as Datum),
  ];
  const change = (value: ArrayItem): ArrayItem =>
    Array.isArray(value)
      ? value.map(change)
      : same(value, from, compare)
      ? to
      : value;
  return printArray(arrayItems(args, 0).map(change), type);
}

function searched(args: Args): readonly ArrayItem[] {
  const values = arrayItems(args, 0);
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
  const compare = comparison(elementOf(args, 0, context), context);
  const wanted = insideArray(args[1] as Datum);
  for (let i = start - 1; i < values.length; i++) {
    if (same(values[i] as ArrayItem, wanted, compare)) return i + 1;
  }
  return null;
}

function positions(args: Args, context: EvalContext): Datum {
  if (args[0] === null) return null;
  const values = searched(args);
  const compare = comparison(elementOf(args, 0, context), context);
  const wanted = insideArray(args[1] as Datum);
  const found: number[] = [];
  values.forEach((value, i) => {
    if (same(value, wanted, compare)) found.push(i + 1);
  });
  return printArray(found, oid.int4);
}

const loose = { withTypes: true, strict: false } as const;

/** See the top of the file. */
export const arraySearch: readonly Definition[] = [
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
];
