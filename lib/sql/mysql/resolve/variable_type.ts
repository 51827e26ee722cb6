/**
 * Types that user variables have.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { toNumber, toText } from "./convert.ts";
import { isNumber, kindOf } from "./kinds.ts";

/** A value as a user variable keeps it. */
export function toNumberIfNumber(value: Expr, scope: Scope): Expr {
  return isNumber(kindOf(value, scope))
    ? toNumber(value, scope)
    : toText(value, scope);
}

/** @returns How a user variable of that type is called. */
export function typeWord(type: number): "int8" | "numeric" | "float8" | "text" {
  switch (type) {
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.bool:
      return "int8";
    case oid.numeric:
      return "numeric";
    case oid.float4:
    case oid.float8:
      return "float8";
    default:
      return "text";
  }
}
