/**
 * Resolves aggregates: where they may stand, which level of the query they belong to, DISTINCT, ORDER
 * BY, FILTER, WITHIN GROUP.
 *
 * @module
 */

import type { FuncCall, GroupingFunc } from "@pgsql/types";
import { fixedOid } from "../catalog/catalog.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { AggregateCall, Expr, SortKey } from "../tree.ts";
import { oid } from "../types/type.ts";
import { coerceToBoolean, settleUnknown } from "./coercion.ts";
import type { FittedFunction } from "./call.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { equalityOf } from "./operators.ts";
import { placeWords } from "./place_words.ts";
import { resolver } from "./resolver.ts";
import { equalExpr } from "./equal.ts";
import type { Place, Scope } from "./scope.ts";
import { checkOrdering, resolveSortKeys, sortDirection } from "./sort_key.ts";
import { visitExpr } from "./walk.ts";

/** Places where the aggregates of a level are computed already, or there is a level at all. */
const allowed: ReadonlySet<Place> = new Set<Place>([
  "select",
  "having",
  "order",
  "window",
]);

/** The level that an aggregate belongs to, told by its own mark. */
const levels = new WeakMap<Expr, Scope["found"]>();

/**
 * @param node Call in the parse tree.
 * @param made The aggregate and its arguments.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The aggregate.
 * @throws {SqlError} 42803, 42P10.
 */
export function makeAggregate(
  node: FuncCall,
  made: FittedFunction,
  scope: Scope,
  place: Place,
): Expr {
  const order = resolveSortKeys(node.agg_order, scope, place);
  const filter = resolveFilter(node, scope);
  const distinct = node.agg_distinct ?? false;
  if (distinct) checkDistinct(made.args, order, scope, node.location);
  return enlist(
    {
      kind: "aggregate",
      function: made.entry,
      args: made.args,
      distinct,
      order,
      ...(filter === undefined ? {} : { filter }),
      type: made.returns,
      typmod: -1,
    },
    node,
    scope,
    place,
  );
}

/**
 * The same for `f(direct) WITHIN GROUP (ORDER BY sorted)`.
 *
 * @param node Call in the parse tree.
 * @param made The aggregate and its arguments, direct ones first.
 * @param direct How many of them are direct.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The aggregate.
 */
export function makeOrderedSet(
  node: FuncCall,
  made: FittedFunction,
  direct: number,
  scope: Scope,
  place: Place,
): Expr {
  const filter = resolveFilter(node, scope);
  const order = made.args.slice(direct).map((arg, index): SortKey => {
    const key = node.agg_order?.[index];
    const expr = settleUnknown(arg, scope);
    checkOrdering(expr, scope);
    return {
      expr,
      ...(key !== undefined && "SortBy" in key
        ? sortDirection(key.SortBy)
        : { descending: false, nullsFirst: false }),
    };
  });
  return enlist(
    {
      kind: "aggregate",
      function: made.entry,
      args: [],
      distinct: false,
      order,
      direct: made.args.slice(0, direct),
      ...(filter === undefined ? {} : { filter }),
      type: made.returns,
      typmod: -1,
    },
    node,
    scope,
    place,
  );
}

/**
 * @param node Call in the parse tree.
 * @param scope Where it stands.
 * @returns Condition after FILTER, if there is one.
 */
export function resolveFilter(node: FuncCall, scope: Scope): Expr | undefined {
  return node.agg_filter === undefined ? undefined : coerceToBoolean(
    resolver.expression(node.agg_filter, scope, "filter"),
    "FILTER",
    scope,
  );
}

function checkDistinct(
  args: readonly Expr[],
  order: readonly SortKey[],
  scope: Scope,
  location: number | undefined,
): void {
  for (const arg of args) {
    if (arg.type !== oid.unknown) equalityOf(arg.type, scope, location);
  }
  for (const { expr } of order) {
    if (args.some((arg) => equalExpr(arg, expr))) continue;
    throw errorAt(
      "42P10",
      "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list",
      locationOf(expr) ?? location,
    );
  }
}

/** Finds the aggregate's level, and refuses it where none may be. */
function enlist(
  call: AggregateCall,
  node: { readonly location?: number | undefined },
  scope: Scope,
  place: Place,
): Expr {
  const inside = [
    ...call.args,
    ...call.direct ?? [],
    ...call.order.map(({ expr }) => expr),
    ...call.filter === undefined ? [] : [call.filter],
  ];
  const level = levelOf(inside, scope);
  for (const expr of inside) {
    visitExpr(expr, (each) => {
      if (each.kind === "aggregate" && levels.get(each) === level.found) {
        throw errorAt(
          "42803",
          "aggregate function calls cannot be nested",
          locationOf(each) ?? node.location,
        );
      }
      if (each.kind === "window" && levels.get(each) === level.found) {
        throw errorAt(
          "42803",
          "aggregate function calls cannot contain window function calls",
          locationOf(each) ?? node.location,
        );
      }
    });
  }
  if (level.found === scope.found && !allowed.has(place)) {
    throw errorAt(
      "42803",
      `aggregate functions are not allowed in ${placeWords(place)}`,
      node.location,
    );
  }
  level.found.aggregates = true;
  levels.set(call, level.found);
  return call;
}

/**
 * Marks a window call with its level.
 *
 * @param call The call.
 * @param scope Its level.
 */
export function markWindow(call: Expr, scope: Scope): void {
  levels.set(call, scope.found);
}

/**
 * @param expr An expression.
 * @param scope A level.
 * @returns Whether it is an aggregate or a window call of that level.
 */
export function belongsTo(expr: Expr, scope: Scope): boolean {
  return levels.get(expr) === scope.found;
}

/** @returns The innermost level that one of the columns comes from; this one when there is none. */
function levelOf(exprs: readonly Expr[], scope: Scope): Scope {
  let deepest = Number.POSITIVE_INFINITY;
  let found: Scope | undefined;
  const visit = (expr: Expr) => {
    if (expr.kind !== "column" && expr.kind !== "aggregate") return;
    let depth = 0;
    for (
      let level: Scope | undefined = scope;
      level !== undefined;
      level = level.parent
    ) {
      const here = expr.kind === "column"
        ? level.entries.some(({ entry }) => entry === expr.entry)
        : levels.get(expr) === level.found;
      if (here && depth < deepest) {
        deepest = depth;
        found = level;
      }
      if (here) break;
      depth += 1;
    }
  };
  for (const expr of exprs) visitExpr(expr, visit);
  return found ?? scope;
}

/** Stands for GROUPING (…); the printer of queries knows what it gives. */
export const groupingEntry: FunctionEntry = {
  oid: 0,
  name: "grouping",
  schema: fixedOid.pgCatalog,
  kind: "function",
  args: [],
  argNames: [],
  defaults: [],
  variadic: true,
  returns: oid.int4,
  columns: [],
  strict: false,
  volatility: "i",
  leakproof: false,
  sqliteName: "grouping",
};

/**
 * Resolves GROUPING (…).
 *
 * @param node Call in the parse tree.
 * @param scope Where it stands.
 * @param place The same.
 * @returns Call of {@linkcode groupingEntry}.
 * @throws {SqlError} 42803 where it may not stand.
 */
export function resolveGrouping(
  node: GroupingFunc,
  scope: Scope,
  place: Place,
): Expr {
  if (!allowed.has(place)) {
    throw errorAt(
      "42803",
      `grouping operations are not allowed in ${placeWords(place)}`,
      node.location,
    );
  }
  scope.found.aggregates = true;
  return {
    kind: "call",
    function: groupingEntry,
    args: (node.args ?? []).map((arg) =>
      resolver.expression(arg, scope, place)
    ),
    type: oid.int4,
    typmod: -1,
  };
}
