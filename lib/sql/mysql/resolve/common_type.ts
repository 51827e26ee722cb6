/**
 * The type of CASE, COALESCE and UNION over values of several kinds (MySQL manual, 14.5): numbers and times keep
 * their kind among themselves, anything else is text.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { isNumber, kindOf } from "./kinds.ts";

/**
 * @param exprs Expressions whose types PostgreSQL would not bring together.
 * @param scope Where they stand.
 * @returns Their type.
 */
export function commonMysqlType(exprs: readonly Expr[], scope: Scope): number {
  const kinds = exprs.map((expr) => kindOf(expr, scope)).filter((kind) =>
    kind !== "null" && kind !== "open"
  );
  if (kinds.every((kind) => kind === "date" || kind === "moment")) {
    return oid.timestamp;
  }
  if (kinds.every((kind) => kind === "time")) return oid.interval;
  if (kinds.every(isNumber)) {
    return kinds.includes("float")
      ? oid.float8
      : kinds.includes("decimal")
      ? oid.numeric
      : oid.int8;
  }
  if (kinds.every((kind) => kind === "bytes")) return oid.bytea;
  if (kinds.every((kind) => kind === "json")) return oid.jsonb;
  return oid.text;
}

/**
 * @param exprs Expressions.
 * @param scope Where they stand.
 * @returns Whether literals in quotes stand beside values that are no text: all of them are text then.
 */
export function mixesLiterals(exprs: readonly Expr[], scope: Scope): boolean {
  const literal = exprs.some((expr) =>
    expr.type === oid.unknown && kindOf(expr, scope) === "text"
  );
  return literal && exprs.some((expr) => {
    const kind = kindOf(expr, scope);
    return isNumber(kind) || kind === "date" || kind === "moment" ||
      kind === "time";
  });
}
