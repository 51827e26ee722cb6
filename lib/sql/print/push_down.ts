/**
 * Takes conditions into sub-queries that SQLite must not merge with what is around them.
 *
 * @module
 */

import { contains, mapChildren } from "../analyze/walk.ts";
import type { Expr, Query, RangeEntry } from "../tree.ts";
import { oid } from "../types/type.ts";
import { conjuncts, isLeakproof } from "./security.ts";

/**
 * Repeats inside a sub-query that hides rows what is leakproof of the condition around it, so that an
 * index can serve it: the barrier keeps SQLite from doing so.
 *
 * @param entry Entry that stands for the sub-query.
 * @param query The sub-query.
 * @param conditions Parts of the condition around it, all of which its rows must meet.
 * @returns The sub-query.
 */
export function pushDown(
  entry: RangeEntry,
  query: Query,
  conditions: readonly Expr[],
): Query {
  if (
    query.kind !== "select" || query.aggregated || query.distinct !== "no" ||
    query.limit !== undefined || query.offset !== undefined ||
    query.targets.some(({ expr }) => contains(expr, isWindowed))
  ) return query;
  const inside = conditions.filter((expr) =>
    isLeakproof(expr) && readsOnly(expr, entry)
  ).map((expr) => replaceTargets(expr, entry, query));
  if (inside.length === 0) return query;
  const all = [...conjuncts(query.where), ...inside];
  return {
    ...query,
    where: {
      kind: "logic",
      operator: "and",
      args: all,
      type: oid.bool,
      typmod: -1,
    },
  };
}

function isWindowed({ kind }: Expr): boolean {
  return kind === "window";
}

function readsOnly(expr: Expr, entry: RangeEntry): boolean {
  return contains(expr, (each) => each.kind === "column") &&
    !contains(expr, (each) => each.kind === "column" && each.entry !== entry);
}

function replaceTargets(expr: Expr, entry: RangeEntry, query: Query): Expr {
  const move = (each: Expr): Expr =>
    each.kind === "column" && each.entry === entry
      ? query.targets[each.index]?.expr ?? each
      : mapChildren(each, move);
  return move(expr);
}
