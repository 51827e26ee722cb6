/**
 * Arguments of functions of arrays.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";
import { type ArrayItem, parseArray } from "../types/array_datum.ts";
import { typesOf } from "./argument_types.ts";
import { elementType } from "./datum_text.ts";

/**
 * @param args Arguments.
 * @param i Which one.
 * @returns Its items; none for NULL.
 */
export function arrayItems(args: readonly Datum[], i: number): ArrayItem[] {
  const array = args[i];
  return typeof array === "string" ? parseArray(array) : [];
}

/**
 * @param args Arguments of a function `withTypes`.
 * @param i Which one; an array.
 * @param context Where types are found.
 * @returns Oid of the type of its elements.
 */
export function elementOf(
  args: readonly Datum[],
  i: number,
  context: EvalContext,
): number {
  const type = typesOf(args)[i]?.oid ?? 0;
  return type === 0 ? 0 : elementType(type, context);
}

/**
 * @param value A value.
 * @returns It as it is kept inside an array.
 */
export function insideArray(value: Datum): Datum {
  return value instanceof Uint8Array ? `\\x${value.toHex()}` : value;
}
