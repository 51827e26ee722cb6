/**
 * The type to which all of several expressions can go (manual, 10.5).
 *
 * @module
 */

import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { canCoerce } from "./cast_path.ts";
import { coerce, tryCoerce } from "./coercion.ts";
import { errorAt } from "./located.ts";
import {
  commonMysqlType,
  mixesLiterals,
} from "../mysql/resolve/common_type.ts";
import { isMarked, unsignedMark } from "../mysql/unsigned.ts";
import { convertTo } from "../mysql/resolve/convert.ts";
import { locationOf } from "./locations.ts";
import type { Scope } from "./scope.ts";
import {
  baseTypeOf,
  categoryOf,
  isPreferred,
  typeLabel,
} from "./type_facts.ts";

/**
 * @param exprs Expressions.
 * @param what Construct, for the message: `UNION`, `CASE`, `ARRAY`.
 * @param scope Where they stand.
 * @returns Their common type; text when nothing tells.
 * @throws {SqlError} 42804 when there is none.
 */
export function commonType(
  exprs: readonly Expr[],
  what: string,
  scope: Scope,
): number {
  if (scope.env.dialect === "mysql" && mixesLiterals(exprs, scope)) {
    return oid.text;
  }
  const found = findCommonType(exprs, scope);
  if (typeof found === "number") return found;
  if (scope.env.dialect === "mysql") return commonMysqlType(exprs, scope);
  throw errorAt(
    "42804",
    `${what} types ${typeLabel(scope.env, found.type)} and ${
      typeLabel(scope.env, found.offender.type)
    } cannot be matched`,
    locationOf(found.offender),
  );
}

/**
 * The same without an error.
 *
 * @param exprs Expressions.
 * @param scope Where they stand.
 * @returns Their common type, or which of them does not fit the type so far.
 */
export function findCommonType(
  exprs: readonly Pick<Expr, "type">[],
  scope: Scope,
): number | { readonly type: number; readonly offender: Expr } {
  const { env } = scope;
  const [first] = exprs;
  if (first === undefined) return oid.text;
  if (
    first.type !== oid.unknown && exprs.every(({ type }) => type === first.type)
  ) return first.type;
  let chosen = baseTypeOf(env, first.type).type;
  for (const expr of exprs.slice(1)) {
    const next = baseTypeOf(env, expr.type).type;
    if (next === oid.unknown || next === chosen) continue;
    if (chosen === oid.unknown) {
      chosen = next;
      continue;
    }
    if (categoryOf(env, chosen) !== categoryOf(env, next)) {
      return { type: chosen, offender: expr as Expr };
    }
    if (
      !isPreferred(env, chosen) && canCoerce(chosen, next, "implicit", env) &&
      !canCoerce(next, chosen, "implicit", env)
    ) chosen = next;
  }
  return chosen === oid.unknown ? oid.text : chosen;
}

/**
 * @param exprs Expressions.
 * @param scope Where they stand.
 * @returns The modifier they share, -1 if they differ.
 */
export function commonTypmod(exprs: readonly Expr[]): number {
  const [first] = exprs;
  // A number that stands in the statement has no sign beside MySQL's numbers without one.
  if (exprs.some(isMarked)) {
    return exprs.every((expr) => isMarked(expr) || isNatural(expr))
      ? unsignedMark
      : -1;
  }
  return first !== undefined &&
      exprs.every(({ type, typmod }) =>
        type === first.type && typmod === first.typmod
      )
    ? first.typmod
    : -1;
}

const isNatural = (expr: Expr): boolean =>
  expr.kind === "constant" && expr.type === oid.int8 &&
  (expr.value === null || Number(expr.value) >= 0);

/**
 * @param expr One of several expressions.
 * @param type Their common type.
 * @param what Construct, for the message.
 * @param scope Where it stands.
 * @returns It as that type.
 * @throws {SqlError} 42846 when it cannot become one.
 */
export function coerceToCommon(
  expr: Expr,
  type: number,
  what: string,
  scope: Scope,
): Expr {
  const done = tryCoerce(expr, type, -1, "implicit", scope);
  if (done !== undefined) return done;
  if (scope.env.dialect === "mysql") return convertTo(expr, type, scope);
  throw errorAt(
    "42846",
    `${what} could not convert type ${typeLabel(scope.env, expr.type)} to ${
      typeLabel(scope.env, type)
    }`,
    locationOf(expr),
  );
}

/**
 * @param exprs Expressions.
 * @param what Construct, for the message.
 * @param scope Where they stand.
 * @returns All of them as their common type, which comes with them.
 */
export function coerceAll(
  exprs: readonly Expr[],
  what: string,
  scope: Scope,
): { readonly exprs: Expr[]; readonly type: number } {
  const type = commonType(exprs, what, scope);
  return {
    type,
    exprs: exprs.map((expr) =>
      expr.type === oid.unknown
        ? coerce(expr, type, -1, "implicit", scope)
        : coerceToCommon(expr, type, what, scope)
    ),
  };
}
