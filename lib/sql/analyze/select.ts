/**
 * Resolves one SELECT.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Expr, Select, SortKey, Target } from "../tree.ts";
import { groupsLoosely } from "../mysql/loose_groups.ts";
import { oid } from "../types/type.ts";
import { coerceArgument, coerceToBoolean } from "./coercion.ts";
import { equalExpr, hasLiteral } from "./equal.ts";
import { resolveFrom } from "./from.ts";
import { checkGrouping, resolveGroupBy } from "./group.ts";
import { isGrouping } from "./grouping.ts";
import { expandGroupingSets } from "./grouping_sets.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import type { QueryOptions } from "./query.ts";
import { resolver } from "./resolver.ts";
import { moveRows } from "./rows_in_select.ts";
import type { Scope } from "./scope.ts";
import { resolveItem, resolveSort } from "./sort.ts";
import { resolveTargets } from "./targets.ts";
import { visitExpr } from "./walk.ts";
import { resolveWindow } from "./window.ts";

/**
 * @param stmt The statement.
 * @param scope Its level, with the common table expressions in it.
 * @param options See {@linkcode QueryOptions}.
 * @returns The query.
 */
export function resolveSelect(
  stmt: SelectStmt,
  scope: Scope,
  options: QueryOptions,
): Select {
  const from = resolveFrom(stmt.fromClause ?? [], scope, {
    locked: options.locked || lockedTables(stmt),
  });
  resolveWindowClause(stmt.windowClause ?? [], scope);
  const targets = resolveTargets(
    stmt.targetList ?? [],
    scope,
    "select",
    !options.unsettled,
  );
  const where = stmt.whereClause === undefined
    ? undefined
    : condition(stmt.whereClause, scope, "where", "WHERE");
  const having = stmt.havingClause === undefined
    ? undefined
    : condition(stmt.havingClause, scope, "having", "HAVING");
  const orderBy = resolveSort(stmt.sortClause, targets, scope);
  const { groupBy, sets } = resolveGroupBy(
    stmt.groupClause ?? [],
    targets,
    scope,
    stmt.groupDistinct ?? false,
  );
  checkLocked(stmt, scope);
  const aggregated = groupBy.length > 0 || sets !== undefined ||
    having !== undefined || scope.found.aggregates;
  const distinct = resolveDistinct(
    stmt.distinctClause,
    targets,
    orderBy,
    scope,
  );
  const select: Select = {
    kind: "select",
    ctes: [],
    targets,
    from,
    groupBy,
    aggregated,
    distinct,
    orderBy,
    locking: (stmt.lockingClause ?? []).length > 0,
    ...resolveLimit(stmt, scope),
    ...(where === undefined ? {} : { where }),
    ...(having === undefined ? {} : { having }),
    ...(sets === undefined ? {} : { groupingSets: sets }),
  };
  if (aggregated && !groupsLoosely(stmt)) checkGrouping(select);
  const grouped = sets === undefined && !usesGrouping(select)
    ? select
    : expandGroupingSets(select, scope);
  return scope.found.rows ? moveRows(grouped, scope) : grouped;
}

function usesGrouping(select: Select): boolean {
  let found = false;
  const look = (expr: Expr) => {
    if (isGrouping(expr)) found = true;
    return expr.kind !== "subQuery";
  };
  for (const { expr } of select.targets) visitExpr(expr, look);
  for (const { expr } of select.orderBy) visitExpr(expr, look);
  if (select.having !== undefined) visitExpr(select.having, look);
  return found;
}

/**
 * @param node Condition in the parse tree.
 * @param scope Where.
 * @param place The same.
 * @param what Clause, for the message.
 * @returns It as a boolean.
 */
export function condition(
  node: Node,
  scope: Scope,
  place: "where" | "having" | "merge",
  what: string,
): Expr {
  return coerceToBoolean(resolver.expression(node, scope, place), what, scope);
}

/** @returns Aliases of the tables that `FOR UPDATE` names, `true` for all. */
function lockedTables(stmt: SelectStmt): ReadonlySet<string> | boolean {
  const names = new Set<string>();
  for (const node of stmt.lockingClause ?? []) {
    if (!("LockingClause" in node)) continue;
    const { lockedRels = [] } = node.LockingClause;
    if (lockedRels.length === 0) return true;
    for (const each of lockedRels) {
      if ("RangeVar" in each) names.add(each.RangeVar.relname ?? "");
    }
  }
  return names.size > 0 ? names : false;
}

const strengths: Readonly<Record<string, string>> = {
  LCS_FORKEYSHARE: "FOR KEY SHARE",
  LCS_FORSHARE: "FOR SHARE",
  LCS_FORNOKEYUPDATE: "FOR NO KEY UPDATE",
  LCS_FORUPDATE: "FOR UPDATE",
};

function checkLocked(stmt: SelectStmt, scope: Scope): void {
  const [first] = stmt.lockingClause ?? [];
  if (first === undefined || !("LockingClause" in first)) return;
  const what = strengths[first.LockingClause.strength ?? ""] ?? "FOR UPDATE";
  const because = stmt.distinctClause !== undefined
    ? "DISTINCT clause"
    : stmt.groupClause !== undefined
    ? "GROUP BY clause"
    : stmt.havingClause !== undefined
    ? "HAVING clause"
    : scope.found.aggregates
    ? "aggregate functions"
    : scope.found.windows
    ? "window functions"
    : scope.found.rows
    ? "set-returning functions in the target list"
    : undefined;
  if (because !== undefined) {
    throw errorAt("0A000", `${what} is not allowed with ${because}`);
  }
  for (const node of stmt.lockingClause ?? []) {
    if (!("LockingClause" in node)) continue;
    for (const each of node.LockingClause.lockedRels ?? []) {
      if (!("RangeVar" in each)) continue;
      const { relname, location } = each.RangeVar;
      if (!scope.entries.some(({ entry }) => entry.alias === relname)) {
        throw errorAt(
          "42P01",
          `relation "${relname}" in ${what} clause not found in FROM clause`,
          location,
        );
      }
    }
  }
}

function resolveWindowClause(nodes: readonly Node[], scope: Scope): void {
  for (const node of nodes) {
    if (!("WindowDef" in node)) continue;
    const { name = "", location } = node.WindowDef;
    if (scope.windows.has(name)) {
      throw errorAt("42P20", `window "${name}" is already defined`, location);
    }
    const { name: _, ...definition } = node.WindowDef;
    scope.windows.set(name, resolveWindow(definition, scope));
  }
}

function resolveDistinct(
  nodes: readonly Node[] | undefined,
  targets: readonly Target[],
  orderBy: readonly SortKey[],
  scope: Scope,
): Select["distinct"] {
  if (nodes === undefined) return "no";
  // Plain DISTINCT is a list of one empty node.
  const items = nodes.filter((node) => Object.keys(node).length > 0);
  if (items.length === 0) {
    for (const { expr } of orderBy) {
      const found = targets.some((target) => equalExpr(target.expr, expr));
      if (found && hasLiteral(expr)) scope.statement.exactText = true;
      if (!found) {
        throw errorAt(
          "42P10",
          "for SELECT DISTINCT, ORDER BY expressions must appear in select list",
          locationOf(expr),
        );
      }
    }
    return "all";
  }
  const on = items.map((node) =>
    resolveItem(node, targets, scope, "DISTINCT ON")
  );
  if (on.some(hasLiteral)) scope.statement.exactText = true;
  // Keys of ORDER BY that are these must come before all others.
  const mismatch = (expr: Expr) =>
    errorAt(
      "42P10",
      "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
      locationOf(expr),
    );
  let skipped = false;
  for (const { expr } of orderBy) {
    const match = on.find((each) => equalExpr(each, expr));
    if (match === undefined) skipped = true;
    else if (skipped) throw mismatch(match);
  }
  const missing = on.find((each) =>
    !orderBy.some(({ expr }) => equalExpr(each, expr))
  );
  if (skipped && missing !== undefined) throw mismatch(missing);
  return { on };
}

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns LIMIT, OFFSET and WITH TIES.
 */
export function resolveLimit(
  stmt: SelectStmt,
  scope: Scope,
): { limit?: Expr; offset?: Expr; withTies: boolean } {
  const one = (node: Node | undefined, what: string): Expr | undefined => {
    if (node === undefined) return undefined;
    const expr = coerceArgument(
      resolver.expression(node, scope, "limit"),
      oid.int8,
      what,
      scope,
    );
    visitExpr(expr, (each) => {
      if (
        each.kind === "column" &&
        scope.entries.some(({ entry }) => entry === each.entry)
      ) {
        throw errorAt(
          "42P10",
          `argument of ${what} must not contain variables`,
          locationOf(each),
        );
      }
    });
    const isNull = expr.kind === "constant" && expr.value === null;
    return isNull ? undefined : expr;
  };
  const limit = one(stmt.limitCount, "LIMIT");
  const offset = one(stmt.limitOffset, "OFFSET");
  return {
    withTies: stmt.limitOption === "LIMIT_OPTION_WITH_TIES",
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}
