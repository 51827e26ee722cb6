/**
 * Resolves what is written with an operator: `a + b`, `a BETWEEN b AND c`, `a IN (…)`, `a = ANY (…)`,
 * `a IS DISTINCT FROM b`, `NULLIF (a, b)`, comparisons of rows.
 *
 * @module
 */

import type { A_Expr, Node } from "@pgsql/types";
import type { Expr } from "../tree.ts";
import { oid } from "../types/type.ts";
import { logic } from "./conditions.ts";
import { nullConstant } from "./literals.ts";
import { errorAt } from "./located.ts";
import { arrayCompare, listItems, resolveInList } from "./membership.ts";
import { operatorCall } from "./operators.ts";
import { resolver } from "./resolver.ts";
import { compareRows } from "./row_comparison.ts";
import type { Place, Scope } from "./scope.ts";
import { rowSubQuery } from "./sub_link.ts";
import { nameParts } from "./type_name.ts";

/**
 * Resolves an operator expression.
 *
 * @param node Expression in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 */
export function resolveOperatorExpression(
  node: A_Expr,
  scope: Scope,
  place: Place,
): Expr {
  const one = (operand: Node | undefined) =>
    resolver.expression(operand as Node, scope, place);
  const name = nameParts(node.name);
  const { lexpr, rexpr, location } = node;
  switch (node.kind) {
    case "AEXPR_OP":
      return plain(node, name, scope, place);
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
    case "AEXPR_SIMILAR":
      return operatorCall(name, [one(lexpr), one(rexpr)], scope, location);
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL":
      return arrayCompare(
        name,
        [one(lexpr), one(rexpr)],
        node.kind === "AEXPR_OP_ALL",
        scope,
        location,
      );
    case "AEXPR_DISTINCT":
    case "AEXPR_NOT_DISTINCT":
      return distinct(
        name,
        one(lexpr),
        one(rexpr),
        node.kind === "AEXPR_NOT_DISTINCT",
        scope,
        location,
      );
    case "AEXPR_NULLIF":
      return nullIf(name, one(lexpr), one(rexpr), scope, location);
    case "AEXPR_IN":
      return resolveInList(node, name, scope, place);
    case "AEXPR_BETWEEN":
    case "AEXPR_NOT_BETWEEN":
    case "AEXPR_BETWEEN_SYM":
    case "AEXPR_NOT_BETWEEN_SYM":
      return between(node, scope, place);
    default:
      throw errorAt(
        "XX000",
        `unrecognized A_Expr kind: ${node.kind}`,
        location,
      );
  }
}

function plain(
  node: A_Expr,
  name: readonly string[],
  scope: Scope,
  place: Place,
): Expr {
  const { lexpr, rexpr, location } = node;
  if (lexpr !== undefined && rexpr !== undefined && "RowExpr" in lexpr) {
    if ("SubLink" in rexpr && rexpr.SubLink.subLinkType === "EXPR_SUBLINK") {
      return rowSubQuery(name, lexpr, rexpr.SubLink, scope, place);
    }
    if ("RowExpr" in rexpr) {
      const fields = (row: Node) =>
        ("RowExpr" in row ? row.RowExpr.args ?? [] : [])
          .map((each) => resolver.expression(each, scope, place));
      return compareRows(name, fields(lexpr), fields(rexpr), scope, location);
    }
  }
  const operands = (lexpr === undefined ? [rexpr] : [lexpr, rexpr])
    .map((each) => resolver.expression(each as Node, scope, place));
  return operatorCall(name, operands, scope, location);
}

/** `a IS DISTINCT FROM b`. */
function distinct(
  name: readonly string[],
  left: Expr,
  right: Expr,
  not: boolean,
  scope: Scope,
  location: number | undefined,
): Expr {
  if (
    left.kind === "row" && right.kind === "row" && isBare(left) && isBare(right)
  ) {
    if (left.fields.length !== right.fields.length) {
      throw errorAt(
        "42601",
        "unequal number of entries in row expressions",
        location,
      );
    }
    const each = left.fields.map((field, index) =>
      distinct(name, field, right.fields[index] as Expr, not, scope, location)
    );
    return logic(not ? "and" : "or", each);
  }
  const isNull = (expr: Expr) =>
    expr.kind === "constant" && expr.value === null;
  if (isNull(left) || isNull(right)) {
    // Needs no operator.
    return {
      kind: "isNull",
      arg: isNull(left) ? right : left,
      not: !not,
      type: oid.bool,
      typmod: -1,
    };
  }
  const call = operatorCall(name, [left, right], scope, location);
  if (call.type !== oid.bool) {
    throw errorAt(
      "42804",
      "IS DISTINCT FROM requires = operator to yield boolean",
      location,
    );
  }
  return {
    kind: "isDistinct",
    left: call.args[0] as Expr,
    right: call.args[1] as Expr,
    not,
    type: oid.bool,
    typmod: -1,
  };
}

const isBare = (expr: Expr) => expr.type === oid.record;

function nullIf(
  name: readonly string[],
  left: Expr,
  right: Expr,
  scope: Scope,
  location: number | undefined,
): Expr {
  const call = operatorCall(name, [left, right], scope, location);
  if (call.type !== oid.bool) {
    throw errorAt(
      "42804",
      "NULLIF requires = operator to yield boolean",
      location,
    );
  }
  // The result has the type of the first operand as the operator takes it.
  const value = call.args[0] as Expr;
  return {
    kind: "case",
    whens: [{ when: call, then: nullConstant(value.type) }],
    otherwise: value,
    type: value.type,
    typmod: value.typmod,
  };
}

function between(node: A_Expr, scope: Scope, place: Place): Expr {
  const { location } = node;
  const value = resolver.expression(node.lexpr as Node, scope, place);
  const [low, high] = listItems(node.rexpr).map((bound) =>
    resolver.expression(bound, scope, place)
  ) as [Expr, Expr];
  const call = (operator: string, bound: Expr) =>
    operatorCall([operator], [value, bound], scope, location);
  const inside = (from: Expr, to: Expr) =>
    logic("and", [call(">=", from), call("<=", to)]);
  const outside = (from: Expr, to: Expr) =>
    logic("or", [call("<", from), call(">", to)]);
  switch (node.kind) {
    case "AEXPR_BETWEEN":
      return inside(low, high);
    case "AEXPR_NOT_BETWEEN":
      return outside(low, high);
    case "AEXPR_BETWEEN_SYM":
      return logic("or", [inside(low, high), inside(high, low)]);
    default:
      return logic("and", [outside(low, high), outside(high, low)]);
  }
}
