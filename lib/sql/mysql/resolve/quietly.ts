/**
 * The same value without what it has to tell, or to keep, for places that evaluate it once more.
 *
 * @module
 */

import { mapChildren } from "../../analyze/walk.ts";
import {
  dayNote,
  fitNote,
  fitQuietly,
  scaleNote,
} from "../../functions/helpers.ts";
import type { Expr } from "../../tree.ts";

/**
 * @param expr Value.
 * @returns It, without warnings, and without LAST_INSERT_ID() around it.
 */
export function quietly(expr: Expr): Expr {
  if (expr.kind === "call") {
    const { function: entry } = expr;
    if (entry === scaleNote || entry === dayNote) {
      return quietly(expr.args[0] as Expr);
    }
    if (entry.name === "set_last_insert_id") {
      return quietly(expr.args[0] as Expr);
    }
    if (entry === fitNote) {
      return { ...expr, function: fitQuietly, args: expr.args.map(quietly) };
    }
  }
  return mapChildren(expr, quietly);
}
