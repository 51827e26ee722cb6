/**
 * Resolves keys of ORDER BY inside aggregates and windows, and reads their direction for others.
 *
 * @module
 */

import type { Node, SortBy } from "@pgsql/types";
import { SqlError } from "../error.ts";
import type { Expr, SortKey } from "../tree.ts";
import { oid } from "../types/type.ts";
import { settleUnknown } from "./coercion.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { maybeOperator } from "./operators.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { typeLabel } from "./type_facts.ts";
import { nameParts } from "./type_name.ts";

/**
 * @param node Key in the parse tree.
 * @returns Its direction and where NULLs go: last when ascending, first when descending.
 */
export function sortDirection(
  node: SortBy,
): { readonly descending: boolean; readonly nullsFirst: boolean } {
  let descending = node.sortby_dir === "SORTBY_DESC";
  if (node.sortby_dir === "SORTBY_USING") {
    const symbol = nameParts(node.useOp).at(-1);
    if (symbol !== "<" && symbol !== ">") {
      throw notSupportedAt(`ORDER BY USING ${symbol}`, node.location);
    }
    descending = symbol === ">";
  }
  switch (node.sortby_nulls) {
    case "SORTBY_NULLS_FIRST":
      return { descending, nullsFirst: true };
    case "SORTBY_NULLS_LAST":
      return { descending, nullsFirst: false };
    default:
      return { descending, nullsFirst: descending };
  }
}

/**
 * @param nodes Keys in the parse tree.
 * @param scope Where they stand.
 * @param place The same.
 * @returns The keys.
 */
export function resolveSortKeys(
  nodes: readonly Node[] | undefined,
  scope: Scope,
  place: Place,
): SortKey[] {
  return (nodes ?? []).map((node) => {
    if (!("SortBy" in node)) throw notSupportedAt("ORDER BY item");
    const expr = settleUnknown(
      resolver.expression(node.SortBy.node as Node, scope, place),
      scope,
    );
    checkOrdering(expr, scope);
    return { expr, ...sortDirection(node.SortBy) };
  });
}

/**
 * @param expr Key.
 * @param scope Where it stands.
 * @throws {SqlError} 42883 when its type has no order (json).
 */
export function checkOrdering(expr: Expr, scope: Scope): void {
  const operand: Expr = {
    kind: "constant",
    type: expr.type,
    typmod: -1,
    value: null,
  };
  if (expr.type === oid.unknown || expr.kind === "row") return;
  if (maybeOperator("<", [operand, operand], scope) !== undefined) return;
  const message = `could not identify an ordering operator for type ${
    typeLabel(scope.env, expr.type)
  }`;
  const hint = "Use an explicit ordering operator or modify the query.";
  const location = locationOf(expr);
  throw location === undefined
    ? new SqlError("42883", message, { hint })
    : errorAt("42883", message, location, { hint });
}
