/**
 * Resolves AND, OR, NOT, CASE, COALESCE, GREATEST, IS NULL and their like.
 *
 * @module
 */

import type {
  BooleanTest,
  BoolExpr,
  CaseExpr,
  CoalesceExpr,
  MinMaxExpr,
  Node,
  NullTest,
} from "@pgsql/types";
import type { Expr, Logic } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerceToBoolean, tryCoerce } from "./coercion.ts";
import { coerceAll, commonTypmod } from "./common_type.ts";
import { nullConstant } from "./literals.ts";
import { leftmost, locate, locationOf } from "./locations.ts";
import { equalityOf, operatorCall } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";

/**
 * @param operator AND, OR, NOT.
 * @param args Booleans.
 * @returns The expression.
 */
export function logic(
  operator: Logic["operator"],
  args: readonly Expr[],
): Expr {
  const [only] = args;
  if (operator !== "not" && args.length === 1 && only !== undefined) {
    return only;
  }
  const made: Expr = {
    kind: "logic",
    operator,
    args,
    type: oid.bool,
    typmod: -1,
  };
  return locate(made, leftmost(...args.map(locationOf)));
}

const operators = {
  AND_EXPR: "and",
  OR_EXPR: "or",
  NOT_EXPR: "not",
} as const;

/** Resolves AND, OR, NOT. */
export function resolveLogic(
  node: BoolExpr,
  scope: Scope,
  place: Place,
): Expr {
  const operator = operators[node.boolop ?? "AND_EXPR"];
  return logic(
    operator,
    (node.args ?? []).map((arg) =>
      coerceToBoolean(
        resolver.expression(arg, scope, place),
        operator.toUpperCase(),
        scope,
      )
    ),
  );
}

/** Resolves IS [NOT] NULL. */
export function resolveNullTest(
  node: NullTest,
  scope: Scope,
  place: Place,
): Expr {
  const arg = resolver.expression(node.arg as Node, scope, place);
  return {
    kind: "isNull",
    arg,
    not: node.nulltesttype === "IS_NOT_NULL",
    type: oid.bool,
    typmod: -1,
  };
}

const booleanTests = {
  IS_TRUE: [true, false, "IS TRUE"],
  IS_NOT_TRUE: [true, true, "IS NOT TRUE"],
  IS_FALSE: [false, false, "IS FALSE"],
  IS_NOT_FALSE: [false, true, "IS NOT FALSE"],
  IS_UNKNOWN: [null, false, "IS UNKNOWN"],
  IS_NOT_UNKNOWN: [null, true, "IS NOT UNKNOWN"],
} as const;

/** Resolves IS [NOT] TRUE, FALSE, UNKNOWN. */
export function resolveBooleanTest(
  node: BooleanTest,
  scope: Scope,
  place: Place,
): Expr {
  const [value, not, name] = booleanTests[node.booltesttype ?? "IS_TRUE"];
  const arg = coerceToBoolean(
    resolver.expression(node.arg as Node, scope, place),
    name,
    scope,
  );
  return { kind: "isBoolean", arg, value, not, type: oid.bool, typmod: -1 };
}

/** Resolves CASE; with an operand, each WHEN becomes `operand = value`. */
export function resolveCase(
  node: CaseExpr,
  scope: Scope,
  place: Place,
): Expr {
  let operand = node.arg === undefined
    ? undefined
    : resolver.expression(node.arg, scope, place);
  if (operand?.type === oid.unknown && operand.kind !== "param") {
    operand = tryCoerce(operand, oid.text, -1, "implicit", scope);
  }
  const branches = (node.args ?? []).map((arg) => {
    const when = (arg as { CaseWhen: CaseWhenNode }).CaseWhen;
    const test = resolver.expression(when.expr as Node, scope, place);
    return {
      when: operand === undefined
        ? coerceToBoolean(test, "CASE/WHEN", scope)
        : coerceToBoolean(
          operatorCall(["="], [operand, test], scope, when.location),
          "CASE/WHEN",
          scope,
        ),
      then: resolver.expression(when.result as Node, scope, place),
    };
  });
  const otherwise = node.defresult === undefined
    ? nullConstant(oid.unknown)
    : resolver.expression(node.defresult, scope, place);
  // PostgreSQL lets ELSE speak first.
  const { exprs, type } = coerceAll(
    [otherwise, ...branches.map(({ then }) => then)],
    "CASE",
    scope,
  );
  return {
    kind: "case",
    whens: branches.map(({ when }, index) => ({
      when,
      then: exprs[index + 1] as Expr,
    })),
    ...(node.defresult === undefined ? {} : { otherwise: exprs[0] as Expr }),
    type,
    typmod: node.defresult === undefined
      ? commonTypmod(exprs.slice(1))
      : commonTypmod(exprs),
  };
}

interface CaseWhenNode {
  readonly expr?: Node;
  readonly result?: Node;
  readonly location?: number;
}

/** Resolves COALESCE. */
export function resolveCoalesce(
  node: CoalesceExpr,
  scope: Scope,
  place: Place,
): Expr {
  const { exprs, type } = coerceAll(
    (node.args ?? []).map((arg) => resolver.expression(arg, scope, place)),
    "COALESCE",
    scope,
  );
  return { kind: "coalesce", args: exprs, type, typmod: commonTypmod(exprs) };
}

/** Resolves GREATEST and LEAST. */
export function resolveExtreme(
  node: MinMaxExpr,
  scope: Scope,
  place: Place,
): Expr {
  const which = node.op === "IS_LEAST" ? "least" : "greatest";
  const { exprs, type } = coerceAll(
    (node.args ?? []).map((arg) => resolver.expression(arg, scope, place)),
    which.toUpperCase(),
    scope,
  );
  equalityOf(type, scope, node.location);
  return {
    kind: "extreme",
    which,
    args: exprs,
    type,
    typmod: commonTypmod(exprs),
  };
}
