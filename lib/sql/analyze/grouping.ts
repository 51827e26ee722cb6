/**
 * `GROUPING(a, b)`: which of the expressions are not grouped by in the row's grouping set. Until the sets
 * are known it is a call of a function that no catalog has.
 *
 * @module
 */

import type { Call, Expr } from "../tree.ts";
import { groupingEntry } from "./aggregate.ts";

/**
 * @param expr Expression.
 * @returns Whether it is such a call.
 */
export function isGrouping(expr: Expr): expr is Call {
  return expr.kind === "call" && expr.function === groupingEntry;
}
