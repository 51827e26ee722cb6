/**
 * Fits values to columns as MySQL's strict mode does: what can become a value of the column's type does, and
 * what cannot is an error (MySQL manual, 7.1.11 and 13).
 *
 * @module
 */

import { coerce, tryCoerce } from "../../analyze/coercion.ts";
import type { Scope } from "../../analyze/scope.ts";
import { baseTypeOf } from "../../analyze/type_facts.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import {
  invoke,
  toBytes,
  toJson,
  toNumber,
  toText,
  toTime,
} from "./convert.ts";
import { exactly } from "./decimal_digits.ts";
import { isLiteral, isNumber, isTime, type Kind, kindOf } from "./kinds.ts";

/**
 * @param expr Value.
 * @param type Type of the column.
 * @param typmod Its modifier.
 * @param scope Where.
 * @returns The value as that type.
 */
export function assign(
  expr: Expr,
  type: number,
  typmod: number,
  scope: Scope,
): Expr {
  return convertAssigned(expr, type, typmod, scope) ??
    coerce(expr, type, typmod, "assignment", scope);
}

const plainMoment =
  /^[1-9]\d{3}-\d\d-\d\d(?: [01]\d:[0-5]\d:[0-5]\d(?:\.\d{1,6})?)?$/;

/** The same; nothing when PostgreSQL's own way is right. */
export function convertAssigned(
  expr: Expr,
  type: number,
  typmod: number,
  scope: Scope,
): Expr | undefined {
  const target = baseTypeOf(scope.env, type, typmod);
  const kind = kindOf(expr, scope);
  const exact = exactly(expr, scope);
  if (exact !== expr && target.type === oid.numeric) {
    return tryCoerce(exact, type, typmod, "assignment", scope);
  }
  if (kind === "null" || kind === "open" || expr.type === target.type) {
    return undefined;
  }
  const fit = (value: Expr) =>
    tryCoerce(value, type, typmod, "explicit", scope);
  switch (target.type) {
    case oid.int2:
    case oid.int4:
    case oid.int8:
      if (kind === "integer") return undefined;
      if (kind === "text" || kind === "bytes") {
        // A literal that is a whole number is read as what the column is.
        if (
          isLiteral(expr) && expr.kind === "constant" &&
          /^\s*[-+]?\d+\s*$/.test(String(expr.value))
        ) return undefined;
        return tryCoerce(
          invoke("integer_of_text", [toText(expr, scope)], scope),
          type,
          typmod,
          "assignment",
          scope,
        );
      }
      if (kind === "condition") {
        return fit(coerce(expr, oid.int4, -1, "explicit", scope));
      }
      if (kind === "decimal" || kind === "float") {
        const whole = invoke("round_half_up", [
          coerce(expr, oid.numeric, -1, "explicit", scope),
        ], scope);
        return tryCoerce(whole, type, typmod, "assignment", scope);
      }
      return tryCoerce(
        toNumber(expr, scope),
        type,
        typmod,
        "assignment",
        scope,
      );
    case oid.numeric:
    case oid.float4:
    case oid.float8:
      if (kind === "text" && isLiteral(expr)) return undefined;
      if (kind === "text" || kind === "bytes") {
        return fit(invoke("number_of_text", [toText(expr, scope)], scope));
      }
      return isTime(kind) || kind === "condition"
        ? fit(toNumber(expr, scope))
        : undefined;
    case oid.bool:
      if (isNumber(kind)) {
        return invoke("is_true", [
          coerce(expr, oid.int8, -1, "explicit", scope),
        ], scope);
      }
      return undefined;
    case oid.text:
    case oid.varchar:
    case oid.bpchar: {
      if (kind === "text") return undefined;
      return tryCoerce(toText(expr, scope), type, typmod, "assignment", scope);
    }
    case oid.bytea:
      return kind === "bytes" ? undefined : toBytes(expr, scope);
    case oid.json:
    case oid.jsonb:
      return kind === "text" && isLiteral(expr)
        ? undefined
        : fit(toJson(expr, scope));
    case oid.date:
    case oid.timestamp:
    case oid.timestamptz: {
      if (isTime(kind)) return fit(expr);
      // What both read alike is read once, not for each row.
      if (
        isLiteral(expr) && expr.kind === "constant" &&
        plainMoment.test(String(expr.value))
      ) return undefined;
      const moment = invoke("moment_of_text", [toText(expr, scope)], scope);
      return fit(moment);
    }
    case oid.interval:
      // A plain interval is PostgreSQL's, which reads its own texts.
      return target.typmod < 0 && kind === "text"
        ? undefined
        : fit(strictTime(expr, kind, scope));
    case oid.time:
      return fit(
        invoke("clock_of_time", [strictTime(expr, kind, scope)], scope),
      );
    default:
      return undefined;
  }
}

/** A TIME that is within its range, or an error. */
function strictTime(expr: Expr, kind: Kind, scope: Scope): Expr {
  return kind === "text" || isNumber(kind)
    ? invoke("time_of_text", [toText(expr, scope)], scope)
    : toTime(expr, scope);
}
