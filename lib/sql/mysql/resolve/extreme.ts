/**
 * Resolves GREATEST and LEAST.
 *
 * @module
 */

import { coerce } from "../../analyze/coercion.ts";
import { logic } from "../../analyze/conditions.ts";
import { nullConstant } from "../../analyze/literals.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { toMoment, toNumber, toText, toTime } from "./convert.ts";
import { isUnsigned, unsignedMark } from "../unsigned.ts";
import { isNumber, kindOf } from "./kinds.ts";

/** GREATEST, LEAST: NULL if any is. */
export function extreme(
  which: "greatest" | "least",
  args: readonly Expr[],
  scope: Scope,
): Expr {
  const kinds = args.map((arg) => kindOf(arg, scope));
  const numbers = kinds.every((kind) => isNumber(kind) || kind === "null");
  const moments = kinds.every((kind) =>
    kind === "moment" || kind === "date" || kind === "null"
  );
  const times = kinds.every((kind) => kind === "time" || kind === "null");
  const fitted = args.map((arg) =>
    numbers
      ? toNumber(arg, scope)
      : moments
      ? toMoment(arg, scope)
      : times
      ? toTime(arg, scope)
      : toText(arg, scope)
  );
  const type = numbers
    ? fitted.some(({ type }) => type === oid.float8 || type === oid.float4)
      ? oid.float8
      : fitted.some(({ type }) => type === oid.numeric)
      ? oid.numeric
      : oid.int8
    : moments
    ? oid.timestamp
    : times
    ? oid.interval
    : oid.text;
  const same = fitted.map((arg) => coerce(arg, type, -1, "implicit", scope));
  const typmod = type === oid.int8 && args.some(isUnsigned) ? unsignedMark : -1;
  return {
    kind: "case",
    whens: [{
      when: logic(
        "or",
        same.map((arg): Expr => ({
          kind: "isNull",
          arg,
          not: false,
          type: oid.bool,
          typmod: -1,
        })),
      ),
      then: nullConstant(type),
    }],
    otherwise: { kind: "extreme", which, args: same, type, typmod: -1 },
    type,
    typmod,
  };
}
