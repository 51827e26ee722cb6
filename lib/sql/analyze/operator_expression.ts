/**
 * Resolves what is written with an operator: `a + b`, `a BETWEEN b AND c`, `a IN (…)`, `a = ANY (…)`,
 * `a IS DISTINCT FROM b`, `NULLIF (a, b)`, comparisons of rows.
 *
 * @module
 */

import type { A_Expr, List, Node } from "@pgsql/types";
import type { Expr, RowCompare } from "../tree.ts";
import { oid } from "../types/type.ts";
import { fitArguments } from "./call.ts";
import { coerceToBoolean, tryCoerce } from "./coercion.ts";
import { coerceToCommon, findCommonType } from "./common_type.ts";
import { logic } from "./conditions.ts";
import { nullConstant } from "./literals.ts";
import { errorAt, within } from "./located.ts";
import { findOperator, maybeOperator, operatorCall } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { rowSubQuery } from "./sub_link.ts";
import { arrayTypeOf, elementTypeOf, typeLabel } from "./type_facts.ts";
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
        one(lexpr),
        one(rexpr),
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
      return inList(node, name, scope, place);
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

function items(node: Node | undefined): readonly Node[] {
  return node !== undefined && "List" in node
    ? (node.List as List).items ?? []
    : [];
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

/**
 * Compares two rows field by field.
 *
 * @param name Operator.
 * @param left Fields.
 * @param right Fields.
 * @param scope Where they stand.
 * @param location Byte offset of the operator.
 * @returns The comparison.
 * @throws {SqlError} 42601 for rows of unequal size, 0A000 for other operators.
 */
export function compareRows(
  name: readonly string[],
  left: readonly Expr[],
  right: readonly Expr[],
  scope: Scope,
  location: number | undefined,
): Expr {
  if (left.length !== right.length) {
    throw errorAt(
      "42601",
      "unequal number of entries in row expressions",
      location,
    );
  }
  if (left.length === 0) {
    throw errorAt("0A000", "cannot compare rows of zero length", location);
  }
  const symbol = name.at(-1) ?? "";
  const compared = left.map((field, index) =>
    operatorCall(name, [field, right[index] as Expr], scope, location)
  );
  const [first, second] = compared;
  const other = compared.find(({ type }) => type !== oid.bool);
  if (other !== undefined && second !== undefined) {
    throw errorAt(
      "42804",
      `row comparison operator must yield type boolean, not type ${
        typeLabel(scope.env, other.type)
      }`,
      location,
    );
  }
  if (second === undefined && first !== undefined) {
    return coerceToBoolean(first, "row comparison operator", scope);
  }
  switch (symbol) {
    case "=":
      return logic("and", compared);
    case "<>":
    case "!=":
      return logic("or", compared);
    case "<":
    case "<=":
    case ">":
    case ">=": {
      return {
        kind: "rowCompare",
        operator: symbol as RowCompare["operator"],
        left: compared.map(({ args }) => args[0] as Expr),
        right: compared.map(({ args }) => args[1] as Expr),
        type: oid.bool,
        typmod: -1,
      };
    }
    default:
      throw errorAt(
        "0A000",
        `could not determine interpretation of row comparison operator ${symbol}`,
        location,
        {
          hint:
            "Row comparison operators must be associated with btree operator families.",
        },
      );
  }
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
  const [low, high] = items(node.rexpr).map((bound) =>
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

function inList(
  node: A_Expr,
  name: readonly string[],
  scope: Scope,
  place: Place,
): Expr {
  const not = name.at(-1) === "<>";
  const { location } = node;
  const lexpr = node.lexpr as Node;
  const members = items(node.rexpr);
  if ("RowExpr" in lexpr) {
    const each = members.map((member) =>
      plain({ ...node, kind: "AEXPR_OP", rexpr: member }, name, scope, place)
    );
    return logic(not ? "and" : "or", each);
  }
  const arg = resolver.expression(lexpr, scope, place);
  const list = members.map((member) =>
    resolver.expression(member, scope, place)
  );
  const type = findCommonType([arg, ...list], scope);
  if (
    typeof type === "number" && type !== oid.record &&
    scope.env.catalog.type(type)?.kind !== "c"
  ) {
    const fitted = list.map((each) => coerceToCommon(each, type, "IN", scope));
    const sample: Expr = { kind: "constant", type, typmod: -1, value: null };
    const entry = maybeOperator("=", [arg, sample], scope);
    if (entry !== undefined && entry.returns === oid.bool) {
      const ways = fitted.map((each) =>
        within(
          location,
          () =>
            fitArguments(entry.args, entry.returns, [arg, each], scope).args,
        )
      );
      const [first] = ways;
      if (
        first !== undefined && first[0]?.type === first[1]?.type
      ) {
        return {
          kind: "in",
          arg: first[0] as Expr,
          list: ways.map((way) => way[1] as Expr),
          not,
          type: oid.bool,
          typmod: -1,
        };
      }
    }
  }
  return logic(
    not ? "and" : "or",
    list.map((each) =>
      coerceToBoolean(
        operatorCall(name, [arg, each], scope, location),
        not ? "NOT IN" : "IN",
        scope,
      )
    ),
  );
}

/** `a = ANY (array)`. */
function arrayCompare(
  name: readonly string[],
  left: Expr,
  right: Expr,
  all: boolean,
  scope: Scope,
  location: number | undefined,
): Expr {
  const { env } = scope;
  const element = right.type === oid.unknown
    ? oid.unknown
    : elementTypeOf(env, right.type);
  if (element === 0) {
    throw errorAt(
      "42809",
      "op ANY/ALL (array) requires array on right side",
      location,
    );
  }
  const stand: Expr = {
    kind: "constant",
    type: element,
    typmod: -1,
    value: null,
  };
  const entry = findOperator(name, [left, stand], scope, location);
  return within(location, () => {
    const fitted = fitArguments(
      entry.args,
      entry.returns,
      [left, stand],
      scope,
    );
    if (fitted.returns !== oid.bool) {
      throw errorAt(
        "42809",
        "op ANY/ALL (array) requires operator to yield boolean",
        location,
      );
    }
    const wanted = fitted.args[1]?.type ?? oid.unknown;
    const array = arrayTypeOf(env, wanted);
    const made = array === 0
      ? undefined
      : tryCoerce(right, array, -1, "implicit", scope);
    if (made === undefined) {
      throw errorAt(
        "42704",
        `could not find array type for data type ${typeLabel(env, wanted)}`,
        location,
      );
    }
    return {
      kind: "arrayCompare",
      function: entry,
      all,
      left: fitted.args[0] as Expr,
      right: made,
      type: oid.bool,
      typmod: -1,
    };
  });
}
