/**
 * Says where an operand must have parentheses, as PostgreSQL's pretty printing does.
 *
 * @module
 */

import type { Expr } from "../tree.ts";

const additive = /^[+-]$/;
const multiplicative = /^[*\/%]$/;

/** Things that separate their arguments themselves. */
const separating: ReadonlySet<Expr["kind"]> = new Set(
  [
    "array",
    "row",
    "coalesce",
    "extreme",
    "aggregate",
    "window",
    "case",
  ] as const,
);

function operatorOf(expr: Expr): string | undefined {
  return expr.kind === "call" && expr.function.kind === "operator"
    ? expr.function.name
    : undefined;
}

/** A function called by its name. */
function isCalled(expr: Expr): boolean {
  return expr.kind === "call" && expr.function.kind !== "operator";
}

/**
 * @param expr Operand.
 * @param parent What it is an operand of.
 * @returns Whether it would be read in another way without parentheses, or PostgreSQL puts them anyway.
 */
export function needsParentheses(expr: Expr, parent: Expr): boolean {
  switch (expr.kind) {
    case "cast":
      // A cast to another type by a function counts as a call.
      return expr.how.by === "function" || expr.how.by === "typmod"
        ? false
        : needsParentheses(expr.arg, expr);
    case "call":
      return operatorOf(expr) === undefined
        ? false
        : operatorNeeds(expr, parent);
    case "logic":
      if (separating.has(parent.kind) || isCalled(parent)) return false;
      if (parent.kind !== "logic") return true;
      return expr.operator === "or"
        ? parent.operator !== "or"
        : parent.operator === "not";
    case "isNull":
    case "isBoolean":
    case "isDistinct":
    case "subQuery":
      return insideNeeds(parent);
    case "in":
      return expr.list.length === 1 ? insideNeeds(parent) : true;
    case "arrayCompare":
    case "rowCompare":
      return true;
    default:
      return false;
  }
}

function insideNeeds(parent: Expr): boolean {
  return !(separating.has(parent.kind) || isCalled(parent) ||
    parent.kind === "logic");
}

function operatorNeeds(expr: Expr, parent: Expr): boolean {
  const outer = operatorOf(parent);
  if (outer === undefined) return insideNeeds(parent);
  const inner = operatorOf(expr) ?? "";
  if (expr.kind !== "call" || expr.args.length !== 2) return true;
  if (parent.kind !== "call" || parent.args.length !== 2) return true;
  const first = parent.args[0] === expr;
  if (multiplicative.test(inner)) {
    return !(additive.test(outer) || (multiplicative.test(outer) && first));
  }
  return !(additive.test(inner) && additive.test(outer) && first);
}
