/**
 * Kinds of types as MySQL's rules for comparisons and arithmetic tell them apart (manual, 14.3).
 *
 * @module
 */

import { baseTypeOf, categoryOf } from "../../analyze/type_facts.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";

/** See the top of the file; `open` is a parameter whose type is not known yet. */
export type Kind =
  | "integer"
  | "decimal"
  | "float"
  | "condition"
  | "text"
  | "date"
  | "moment"
  | "time"
  | "bytes"
  | "json"
  | "null"
  | "open"
  | "other";

/**
 * @param expr Expression.
 * @param scope Where it stands.
 * @returns Its kind.
 */
export function kindOf(expr: Expr, scope: Scope): Kind {
  const { type } = baseTypeOf(scope.env, expr.type);
  switch (type) {
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.oid:
      return "integer";
    case oid.numeric:
      return "decimal";
    case oid.float4:
    case oid.float8:
      return "float";
    case oid.bool:
      return "condition";
    case oid.date:
      return "date";
    case oid.timestamp:
    case oid.timestamptz:
      return "moment";
    case oid.time:
    case oid.interval:
      return "time";
    case oid.bytea:
      return "bytes";
    case oid.json:
    case oid.jsonb:
      return "json";
    case oid.unknown:
      return expr.kind === "param"
        ? "open"
        : expr.kind === "constant" && expr.value === null
        ? "null"
        : "text";
  }
  const category = categoryOf(scope.env, type);
  return category === "S" || category === "E" ? "text" : "other";
}

/** Kinds that count. */
export const isNumber = (kind: Kind): boolean =>
  kind === "integer" || kind === "decimal" || kind === "float" ||
  kind === "condition";

/** Kinds that are points in time. */
export const isTime = (kind: Kind): boolean =>
  kind === "date" || kind === "moment" || kind === "time";

/** Whether an expression is text that stands in the statement. */
export const isLiteral = (expr: Expr): boolean =>
  expr.kind === "constant" && typeof expr.value === "string" &&
  (expr.type === oid.unknown || expr.type === oid.text ||
    expr.type === oid.varchar);
