/**
 * Whether two resolved expressions are the same.
 *
 * @module
 */

import type { Expr } from "../tree.ts";

/**
 * @param left Expression.
 * @param right Expression.
 * @returns Whether they are built alike; range entries, functions and queries are compared as objects, and
 *   two parameters or literals are the same only if they are written alike.
 */
export function sameExpression(left: Expr, right: Expr): boolean {
  return same(left, right);
}

function same(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (
    typeof left !== "object" || typeof right !== "object" || left === null ||
    right === null
  ) return false;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length &&
      left.every((each, index) => same(each, right[index]));
  }
  if (left instanceof Uint8Array || right instanceof Uint8Array) {
    return left instanceof Uint8Array && right instanceof Uint8Array &&
      left.length === right.length &&
      left.every((byte, index) => byte === right[index]);
  }
  const one = left as Record<string, unknown>;
  const other = right as Record<string, unknown>;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  for (const key of keys) {
    switch (key) {
      case "location":
        continue;
      case "entry":
      case "function":
      case "query":
        if (one[key] !== other[key]) return false;
        continue;
      default:
        if (!same(one[key], other[key])) return false;
    }
  }
  return true;
}
