/**
 * Resolves queries inside expressions: EXISTS, scalar, ANY, ALL, ARRAY.
 *
 * @module
 */

import type { Node, SubLink } from "@pgsql/types";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Expr, Query, RangeEntry, Select, Target } from "../tree.ts";
import { oid } from "../types/type.ts";
import { fitArguments } from "./call.ts";
import { coerce } from "./coercion.ts";
import { logic } from "./conditions.ts";
import { errorAt, notSupportedAt, within } from "./located.ts";
import { columnOf } from "./names.ts";
import { findOperator } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { arrayTypeOf, elementTypeOf, typeLabel } from "./type_facts.ts";
import { nameParts } from "./type_name.ts";

/**
 * Resolves a query inside an expression.
 *
 * @param node The link to it.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The expression.
 */
export function resolveSubLink(
  node: SubLink,
  scope: Scope,
  place: Place,
): Expr {
  refuse(place, node.location);
  switch (node.subLinkType) {
    case "EXISTS_SUBLINK":
      return {
        kind: "subQuery",
        form: "exists",
        query: resolver.query(node.subselect as Node, scope),
        type: oid.bool,
        typmod: -1,
      };
    case "EXPR_SUBLINK": {
      const { query, target } = single(node, scope);
      return {
        kind: "subQuery",
        form: "scalar",
        query,
        type: target.expr.type,
        typmod: target.expr.typmod,
      };
    }
    case "ARRAY_SUBLINK": {
      const { query, target } = single(node, scope);
      const { type } = target.expr;
      const array = elementTypeOf(scope.env, type) !== 0
        ? type
        : arrayTypeOf(scope.env, type);
      if (array === 0) {
        throw errorAt(
          "42704",
          `could not find array type for data type ${
            typeLabel(scope.env, type)
          }`,
          node.location,
        );
      }
      return {
        kind: "subQuery",
        form: "array",
        query,
        type: array,
        typmod: -1,
      };
    }
    case "ANY_SUBLINK":
    case "ALL_SUBLINK":
      return compare(node, scope, place);
    default:
      throw notSupportedAt("MULTIEXPR sub-query", node.location);
  }
}

const refusals: Partial<Record<Place, string>> = {
  check: "cannot use subquery in check constraint",
  default: "cannot use subquery in DEFAULT expression",
  generated: "cannot use subquery in column generation expression",
  index: "cannot use subquery in index expression",
};

function refuse(place: Place, location: number | undefined): void {
  const words = refusals[place];
  if (words !== undefined) throw errorAt("0A000", words, location);
}

function single(
  node: SubLink,
  scope: Scope,
): { readonly query: Query; readonly target: Target } {
  const query = resolver.query(node.subselect as Node, scope);
  const [target, second] = query.targets;
  if (target === undefined || second !== undefined) {
    throw errorAt(
      "42601",
      "subquery must return only one column",
      node.location,
    );
  }
  return { query, target };
}

/** `(a, b) = ANY (SELECT …)`, also written IN. */
function compare(node: SubLink, scope: Scope, place: Place): Expr {
  const { location } = node;
  const all = node.subLinkType === "ALL_SUBLINK";
  const name = node.operName === undefined || node.operName.length === 0
    ? ["="]
    : nameParts(node.operName);
  const test = node.testexpr as Node;
  const left = "RowExpr" in test
    ? (test.RowExpr.args ?? []).map((each) =>
      resolver.expression(each, scope, place)
    )
    : [resolver.expression(test, scope, place)];
  const query = resolver.query(node.subselect as Node, scope);
  return compareQuery({ name, left, query, all, scope, location });
}

/** A comparison of expressions with the rows of a query. */
interface Comparison {
  readonly name: readonly string[];
  readonly left: readonly Expr[];
  readonly query: Query;
  readonly all: boolean;
  readonly scope: Scope;
  readonly location: number | undefined;
}

function compareQuery(
  { name, left, query, all, scope, location }: Comparison,
): Expr {
  const { targets } = query;
  if (left.length < targets.length) {
    throw errorAt("42601", "subquery has too many columns", location);
  }
  if (left.length > targets.length) {
    throw errorAt("42601", "subquery has too few columns", location);
  }
  const symbol = name.at(-1) ?? "";
  if (left.length > 1 && symbol !== "=" && symbol !== "<>") {
    throw notSupportedAt(`row comparison ${symbol} with a sub-query`, location);
  }
  const functions: FunctionEntry[] = [];
  const operands: Expr[] = [];
  const wanted: number[] = [];
  left.forEach((operand, index) => {
    const column = (targets[index] as Target).expr;
    const stand: Expr = {
      kind: "constant",
      type: column.type,
      typmod: -1,
      value: null,
    };
    const entry = findOperator(name, [operand, stand], scope, location);
    const fitted = within(
      location,
      () => fitArguments(entry.args, entry.returns, [operand, stand], scope),
    );
    if (fitted.returns !== oid.bool) {
      throw errorAt(
        "42804",
        `row comparison operator must yield type boolean, not type ${
          typeLabel(scope.env, fitted.returns)
        }`,
        location,
      );
    }
    functions.push(entry);
    operands.push(fitted.args[0] as Expr);
    wanted.push((fitted.args[1] as Expr).type);
  });
  return {
    kind: "subQuery",
    form: all ? "all" : "any",
    query: castColumns(query, wanted, scope),
    left: operands,
    functions,
    type: oid.bool,
    typmod: -1,
  };
}

/** Makes the columns of a query have types, in a query around it if its own targets must stay. */
function castColumns(
  query: Query,
  types: readonly number[],
  scope: Scope,
): Query {
  if (query.targets.every(({ expr }, index) => expr.type === types[index])) {
    return query;
  }
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: query.targets.map(({ expr, name }) => ({
      name,
      number: 0,
      type: expr.type,
      typmod: expr.typmod,
    })),
    source: { kind: "query", query, lateral: false },
  };
  const around: Select = {
    kind: "select",
    ctes: [],
    targets: query.targets.map(({ name }, index) => ({
      expr: coerce(
        columnOf(entry, index),
        types[index] as number,
        -1,
        "implicit",
        scope,
      ),
      name,
      table: 0,
      column: 0,
    })),
    from: [{ kind: "entry", entry }],
    groupBy: [],
    aggregated: false,
    distinct: "no",
    orderBy: [],
    withTies: false,
    locking: false,
  };
  return around;
}

/**
 * Resolves `(a, b) = (SELECT …)`.
 *
 * @param name Operator.
 * @param row The row.
 * @param link The query.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The comparison.
 * @throws {SqlError} 0A000 for other operators than `=` and `<>`.
 */
export function rowSubQuery(
  name: readonly string[],
  row: Node,
  link: SubLink,
  scope: Scope,
  place: Place,
): Expr {
  const symbol = name.at(-1) ?? "";
  if (symbol !== "=" && symbol !== "<>") {
    throw notSupportedAt(
      `row comparison ${symbol} with a sub-query`,
      link.location,
    );
  }
  const fields = "RowExpr" in row ? row.RowExpr.args ?? [] : [];
  const left = fields.map((each) => resolver.expression(each, scope, place));
  const query = resolver.query(link.subselect as Node, scope);
  if (query.limit?.kind === "constant") scope.statement.exactText = true;
  if (!givesOneRow(query)) {
    throw notSupportedAt(
      "comparison of a row with a sub-query that may give several rows",
      link.location,
    );
  }
  const equal = compareQuery({
    name: ["="],
    left,
    query,
    all: false,
    scope,
    location: link.location,
  });
  // No row at all makes the comparison unknown, where IN would be false.
  const either: Expr = {
    kind: "case",
    whens: [{
      when: {
        kind: "subQuery",
        form: "exists",
        query,
        type: oid.bool,
        typmod: -1,
      },
      then: equal,
    }],
    type: oid.bool,
    typmod: -1,
  };
  return symbol === "=" ? either : logic("not", [either]);
}

function givesOneRow(query: Query): boolean {
  if (query.kind !== "select") return false;
  if (query.aggregated && query.groupBy.length === 0) return true;
  return query.from.length === 0 ||
    query.limit?.kind === "constant" && query.limit.value === 1;
}
