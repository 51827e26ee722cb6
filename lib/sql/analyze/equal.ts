/**
 * Tells whether two resolved expressions are the same, as GROUP BY, DISTINCT and ON CONFLICT need.
 *
 * @module
 */

import type { Expr } from "../tree.ts";

/**
 * @param a One expression.
 * @param b Another.
 * @returns Whether they mean the same, apart from where they stand.
 */
export function equalExpr(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || a.type !== b.type) return false;
  if (a.kind === "column" && b.kind === "column") {
    return a.entry === b.entry && a.index === b.index;
  }
  return equalParts(a, b);
}

function equalParts(a: object, b: object): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  // What a type's modifier is follows from the rest, and literals may stand anywhere.
  for (const ignored of ["location", "typmod", "explicit"]) {
    keys.delete(ignored);
  }
  for (const key of keys) {
    if (!equalValue(a[key as never], b[key as never])) return false;
  }
  return true;
}

function equalValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (
    typeof a !== "object" || typeof b !== "object" || a === null || b === null
  ) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array &&
      a.length === b.length && a.every((byte, index) => byte === b[index]);
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length &&
      a.every((item, index) => equalValue(item, b[index]));
  }
  if (isExpr(a) && isExpr(b)) return equalExpr(a, b);
  // Functions, relations and range entries are the same only if they are one object.
  if ("sqliteName" in a || "storage" in a || "source" in a) return false;
  return equalParts(a, b);
}

function isExpr(value: object): value is Expr {
  return "kind" in value && "type" in value && "typmod" in value;
}

/**
 * @param expr An expression.
 * @returns Whether a literal of the text is in it.
 */
export function hasLiteral(expr: Expr): boolean {
  let found = false;
  const look = (value: unknown) => {
    if (found || typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      value.forEach(look);
    } else if (
      "kind" in value && value.kind === "constant" && "location" in value &&
      value.location !== undefined
    ) {
      found = true;
    } else if (
      !("sqliteName" in value) && !("storage" in value) && !("source" in value)
    ) {
      Object.values(value).forEach(look);
    }
  };
  look(expr);
  return found;
}
