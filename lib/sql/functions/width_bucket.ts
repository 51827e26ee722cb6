/**
 * `width_bucket` with the bounds of its buckets in an array.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { elementDatum, parseArray } from "../types/array_datum.ts";
import { typesOf } from "./argument_types.ts";
import { comparison } from "./compare_datums.ts";
import { type Definition, fn } from "./define.ts";

function bucketOf(args: readonly Datum[], context: EvalContext): number {
  const [operand, array] = args;
  const items = parseArray(array as string);
  if (items.some(Array.isArray)) {
    throw new SqlError(
      "2202E",
      "thresholds must be one-dimensional array",
    );
  }
  if (items.includes(null)) {
    throw new SqlError("22004", "thresholds array must not contain NULLs");
  }
  const type = typesOf(args)[0]?.oid ?? 0;
  const compare = comparison(type, context);
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const bound = elementDatum(items[middle] as Datum, type);
    if (
      compare(operand as NonNullable<Datum>, bound as NonNullable<Datum>) < 0
    ) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** See the top of the file. */
export const widthBucketFunctions: readonly Definition[] = [
  fn("width_bucket(anycompatible, anycompatiblearray) int4", {
    withTypes: true,
    call: bucketOf,
  }),
];
