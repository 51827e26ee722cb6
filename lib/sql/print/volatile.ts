/**
 * Tells what must be evaluated once, because another time it might be something else.
 *
 * @module
 */

import { contains } from "../analyze/walk.ts";
import type { Expr, Query } from "../tree.ts";

/**
 * @param expr Expression.
 * @returns Whether it calls something volatile.
 */
export function isVolatile(expr: Expr): boolean {
  return contains(
    expr,
    (each) => each.kind === "call" && each.function.volatility === "v",
  );
}

/**
 * @param query A query.
 * @returns Whether one of its columns is volatile.
 */
export function isVolatileQuery(query: Query): boolean {
  return query.kind === "set"
    ? isVolatileQuery(query.left) || isVolatileQuery(query.right)
    : query.targets.some(({ expr }) => isVolatile(expr));
}

/**
 * @param expr Expression.
 * @returns Whether evaluating it twice costs next to nothing and gives the same.
 */
export function isCheap(expr: Expr): boolean {
  switch (expr.kind) {
    case "constant":
    case "param":
    case "session":
    case "column":
    case "outer":
      return true;
    case "cast":
      return expr.how.by === "relabel" && isCheap(expr.arg);
    default:
      return false;
  }
}
