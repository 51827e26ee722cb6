/**
 * Resolves ORDER BY, GROUP BY and DISTINCT ON items, which may name output columns by number or alias.
 *
 * @module
 */

import type { Node, SortBy } from "@pgsql/types";
import { SqlError } from "../error.ts";
import type { Expr, SortKey, Target } from "../tree.ts";
import { settleUnknown } from "./coercion.ts";
import { equalExpr, hasLiteral } from "./equal.ts";
import { errorAt } from "./located.ts";
import { locate, locationOf } from "./locations.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { checkOrdering, sortDirection } from "./sort_key.ts";

/** Which clause an item is of. */
export type Clause = "ORDER BY" | "GROUP BY" | "DISTINCT ON";

/**
 * @param node Item: a number, the name of an output column, or an expression.
 * @param targets Output columns.
 * @param scope Scope of the query.
 * @param clause Which clause.
 * @returns The expression; that of a target if it means one.
 * @throws {SqlError} 42P10, 42601, 42702.
 */
export function resolveItem(
  node: Node,
  targets: readonly Target[],
  scope: Scope,
  clause: Clause,
): Expr {
  if ("A_Const" in node && !node.A_Const.isnull) {
    return byNumber(node.A_Const, targets, scope, clause);
  }
  const place = clause === "GROUP BY" ? "group" : "order";
  const name = simpleName(node);
  if (name === undefined) return expression(node, targets, scope, place);
  if (clause === "GROUP BY") {
    // An input column goes first (as in SQL:1999), but only one of this very level.
    const own = tryResolve(node, { ...scope, parent: undefined });
    if (own !== undefined) return expression(node, targets, scope, place);
  }
  const found = byName(name.name, targets, clause, name.location);
  return found ?? expression(node, targets, scope, place);
}

function tryResolve(node: Node, scope: Scope): Expr | undefined {
  try {
    return resolver.expression(node, scope, "group");
  } catch (error) {
    if (error instanceof SqlError && error.sqlState === "42702") throw error;
    return undefined;
  }
}

function simpleName(
  node: Node,
):
  | { readonly name: string; readonly location: number | undefined }
  | undefined {
  if (!("ColumnRef" in node)) return undefined;
  const { fields = [], location } = node.ColumnRef;
  const [only] = fields;
  return fields.length === 1 && only !== undefined && "String" in only
    ? { name: only.String.sval ?? "", location }
    : undefined;
}

function byNumber(
  node: Extract<Node, { A_Const: unknown }>["A_Const"],
  targets: readonly Target[],
  scope: Scope,
  clause: Clause,
): Expr {
  const { location } = node;
  if (node.ival === undefined) {
    throw errorAt("42601", `non-integer constant in ${clause}`, location);
  }
  scope.statement.exactText = true;
  const number = node.ival.ival ?? 0;
  const target = targets[number - 1];
  if (target === undefined) {
    throw errorAt(
      "42P10",
      `${clause} position ${number} is not in select list`,
      location,
    );
  }
  return target.expr;
}

function byName(
  name: string,
  targets: readonly Target[],
  clause: Clause,
  location: number | undefined,
): Expr | undefined {
  let found: Expr | undefined;
  for (const target of targets) {
    if (target.name !== name) continue;
    if (found === undefined) found = target.expr;
    else if (!equalExpr(found, target.expr)) {
      throw errorAt("42702", `${clause} "${name}" is ambiguous`, location);
    }
  }
  return found;
}

function expression(
  node: Node,
  targets: readonly Target[],
  scope: Scope,
  place: "group" | "order",
): Expr {
  const expr = settleUnknown(resolver.expression(node, scope, place), scope);
  // The same object as the target's, so that it is evaluated once.
  if (expr.kind === "column") return expr;
  const same = targets.find((target) => equalExpr(target.expr, expr))?.expr;
  if (same === undefined) return expr;
  if (hasLiteral(expr)) scope.statement.exactText = true;
  return same;
}

/**
 * @param nodes `SortBy`s.
 * @param targets Output columns.
 * @param scope Scope of the query.
 * @returns The keys.
 */
export function resolveSort(
  nodes: readonly Node[] | undefined,
  targets: readonly Target[],
  scope: Scope,
): SortKey[] {
  return (nodes ?? []).flatMap((node) => {
    if (!("SortBy" in node) || node.SortBy.node === undefined) return [];
    const expr = resolveItem(node.SortBy.node, targets, scope, "ORDER BY");
    checkOrdering(expr, scope);
    return [sortKey(expr, node.SortBy)];
  });
}

/**
 * @param expr What is sorted by.
 * @param sort Its `SortBy`.
 * @returns The key.
 */
export function sortKey(expr: Expr, sort: SortBy): SortKey {
  return { expr: locate(expr, locationOf(expr)), ...sortDirection(sort) };
}
