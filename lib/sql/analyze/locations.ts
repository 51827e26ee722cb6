/**
 * Remembers where in the text a resolved expression begins, for errors that are found after it was
 * resolved.
 *
 * @module
 */

import type { Expr } from "../tree.ts";

const locations = new WeakMap<Expr, number>();

/**
 * @param expr Resolved expression.
 * @param location Byte offset; nothing or -1 when it is not known.
 * @returns The same expression.
 */
export function locate(expr: Expr, location: number | undefined): Expr {
  if (location !== undefined && location >= 0) locations.set(expr, location);
  return expr;
}

/**
 * @param expr Resolved expression.
 * @returns Byte offset where it begins, if that is known.
 */
export function locationOf(expr: Expr): number | undefined {
  return locations.get(expr);
}

/**
 * @param candidates Byte offsets, unknown ones among them.
 * @returns The first in the text.
 */
export function leftmost(
  ...candidates: readonly (number | undefined)[]
): number | undefined {
  let least: number | undefined;
  for (const each of candidates) {
    if (each === undefined || each < 0) continue;
    if (least === undefined || each < least) least = each;
  }
  return least;
}
