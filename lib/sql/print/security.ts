/**
 * Puts conditions in an order that leaks nothing: what the row policies say comes before anything of the
 * statement's own that could tell of a row it was evaluated for.
 *
 * SQLite may evaluate the parts of a condition in any order. A part that is leakproof may come first, and
 * find rows by index; the others stand inside `CASE WHEN policies THEN … END`.
 *
 * @module
 */

import { mapChildren } from "../analyze/walk.ts";
import type { Expr, FromItem, Query, RangeEntry } from "../tree.ts";
import { printExpression } from "./expression.ts";
import { joinBalanced } from "./printed.ts";
import { aliasOf, type StepPrinter } from "./step_printer.ts";

/**
 * @param condition A condition, if there is one.
 * @returns What AND joins in it.
 */
export function conjuncts(condition: Expr | undefined): readonly Expr[] {
  if (condition === undefined) return [];
  return condition.kind === "logic" && condition.operator === "and"
    ? condition.args.flatMap(conjuncts)
    : [condition];
}

/**
 * @param expr Expression.
 * @returns Whether evaluating it can tell nothing of its arguments, be it by an error or otherwise.
 */
export function isLeakproof(expr: Expr): boolean {
  return leakproof(expr, new Set());
}

function leakproof(expr: Expr, seen: Set<RangeEntry>): boolean {
  if (isRowless(expr)) return true;
  switch (expr.kind) {
    case "column":
      return leakproofColumn(expr.entry, expr.index, seen);
    case "constant":
    case "param":
    case "session":
    case "outer":
      return true;
    case "call":
      if (!expr.function.leakproof || expr.function.user !== undefined) {
        return false;
      }
      break;
    case "cast":
      if (
        expr.how.by !== "relabel" &&
        !(expr.how.by === "function" && expr.how.function.leakproof)
      ) return false;
      break;
    case "arrayCompare":
      if (!expr.function.leakproof) return false;
      break;
    case "logic":
    case "isNull":
    case "isBoolean":
    case "isDistinct":
    case "case":
    case "coalesce":
    case "extreme":
    case "rowCompare":
    case "in":
      break;
    default:
      return false;
  }
  let safe = true;
  mapChildren(expr, (child) => {
    if (safe && !leakproof(child, seen)) safe = false;
    return child;
  });
  return safe;
}

/**
 * Whether it is the same whatever row it stands over, as a claim of the session is: then it has nothing of
 * a row that it could tell.
 */
function isRowless(expr: Expr): boolean {
  switch (expr.kind) {
    case "column":
    case "outer":
    case "aggregate":
    case "window":
      return false;
    case "call":
      if (
        expr.function.user !== undefined || expr.function.volatility === "v" ||
        expr.function.kind === "rows"
      ) return false;
      break;
    case "subQuery":
      return expr.form === "scalar" && isRowlessQuery(expr.query);
  }
  let rowless = true;
  mapChildren(expr, (child) => {
    if (rowless && !isRowless(child)) rowless = false;
    return child;
  });
  return rowless;
}

/** `(SELECT auth.uid())`, which is so often written for the sake of speed. */
function isRowlessQuery(query: Query): boolean {
  return query.kind === "select" && query.from.length === 0 &&
    query.ctes.length === 0 && query.where === undefined &&
    query.limit === undefined && query.offset === undefined &&
    query.targets.every(({ expr }) => isRowless(expr));
}

/** A column of a sub-query is what the sub-query computes, for SQLite puts the one into the other. */
function leakproofColumn(
  entry: RangeEntry,
  index: number,
  seen: Set<RangeEntry>,
): boolean {
  const { source } = entry;
  if (source.kind !== "query" && source.kind !== "cte") return true;
  if (seen.has(entry)) return true;
  seen.add(entry);
  const query = source.kind === "query" ? source.query : source.cte.query;
  const safe = query.kind !== "select" && query.kind !== "set" ||
    queryColumn(query, index, seen);
  seen.delete(entry);
  return safe;
}

function queryColumn(
  query: Query,
  index: number,
  seen: Set<RangeEntry>,
): boolean {
  if (query.kind === "set") {
    return queryColumn(query.left, index, seen) &&
      queryColumn(query.right, index, seen);
  }
  const target = query.targets[index];
  return target === undefined || leakproof(target.expr, seen);
}

const hiding = new WeakMap<Query, boolean>();

/**
 * @param query A query in FROM.
 * @returns Whether it leaves out rows that nobody outside may learn of.
 */
export function hidesRows(query: Query): boolean {
  let known = hiding.get(query);
  if (known === undefined) {
    // A recursive query finds itself here; it hides what its other parts hide.
    hiding.set(query, false);
    known = query.kind === "set"
      ? hidesRows(query.left) || hidesRows(query.right)
      : query.from.some(itemHides);
    hiding.set(query, known);
  }
  return known;
}

function itemHides(item: FromItem): boolean {
  return item.kind === "entry"
    ? entryHides(item.entry)
    : itemHides(item.left) || itemHides(item.right);
}

/**
 * @param entry An entry.
 * @returns Whether rows are left out of it that nobody may learn of.
 */
export function entryHides(entry: RangeEntry): boolean {
  if (entry.security !== undefined) return true;
  const { source } = entry;
  const query = source.kind === "query"
    ? source.query
    : source.kind === "cte"
    ? source.cte.query
    : undefined;
  return query !== undefined &&
    (query.kind === "select" || query.kind === "set") && hidesRows(query);
}

/** Entries whose policies a condition must wait for. */
export interface Guard {
  readonly entry: RangeEntry;
  /** Whether the entry may have no row here, so that its policies have nothing to say. */
  readonly missing: boolean;
}

/**
 * Prints a condition together with the policies of the entries it stands over.
 *
 * @param condition The statement's own condition.
 * @param applied Entries whose policies are part of this condition.
 * @param guards Entries whose policies must be met before the statement's own is evaluated; those in
 *   `applied` are among them.
 * @param printer Where it is printed.
 * @returns Parts to be joined by AND.
 */
export function printGuarded(
  condition: Expr | undefined,
  applied: readonly RangeEntry[],
  guards: readonly Guard[],
  printer: StepPrinter,
): string[] {
  const print = (expr: Expr) => printExpression(expr, printer).sql;
  const own = conjuncts(condition);
  if (guards.length === 0) return own.map(print);
  const safe = own.filter(isLeakproof);
  const other = own.filter((expr) => !safe.includes(expr));
  const parts = safe.map(print);
  const policies = (entry: RangeEntry) =>
    (entry.security ?? []).flatMap(conjuncts);
  if (other.length === 0) {
    return [...parts, ...applied.flatMap(policies).map(print)];
  }
  // Parts of the policies that an index may serve are worth repeating outside.
  parts.push(...applied.flatMap(policies).filter(isLeakproof).map(print));
  const first = guards.flatMap(({ entry, missing }) => {
    const all = policies(entry);
    if (all.length === 0) return [];
    const text = joinBalanced(all.map(print), "AND");
    return [missing ? `(${aliasOf(entry)}._rowid_ IS NULL OR ${text})` : text];
  });
  const then = joinBalanced(other.map(print), "AND");
  parts.push(
    first.length === 0
      ? then
      : `(CASE WHEN ${joinBalanced(first, "AND")} THEN ${then} ELSE 0 END)`,
  );
  return parts;
}
