/**
 * Splits a query that aggregates in two: an inner one that groups, and an outer one that works on its
 * rows. Grouping sets and functions that return sets need it.
 *
 * @module
 */

import type { Expr, RangeEntry, Select, Target } from "../tree.ts";
import { equalExpr } from "./equal.ts";
import { isGrouping } from "./grouping.ts";
import { entriesOf, plainSelect, targetColumns } from "./range.ts";
import type { Scope } from "./scope.ts";
import { mapChildren, mapSort, mapTargets } from "./walk.ts";

/** The two halves. */
export interface Split {
  /** What the inner query must give, in order: grouped expressions, aggregates, columns that follow from keys. */
  readonly collected: readonly Expr[];
  /** Stands for the inner query's rows. */
  readonly entry: RangeEntry;
  /** The outer query; its FROM is the entry. */
  readonly outer: Select;
}

/**
 * @param select A query that aggregates.
 * @param scope Scope of the statement.
 * @returns The halves; the entry's source is yet to be given.
 */
export function splitAggregation(select: Select, scope: Scope): Split {
  const own = new Set(entriesOf(select.from));
  const collected: Expr[] = [...select.groupBy];
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: [],
    source: { kind: "values", rows: [] },
  };
  const take = (expr: Expr): Expr => {
    let index = collected.findIndex((each) => equalExpr(each, expr));
    if (index < 0) index = collected.push(expr) - 1;
    return {
      kind: "column",
      entry,
      index,
      type: expr.type,
      typmod: expr.typmod,
    };
  };
  const move = (expr: Expr): Expr => {
    const grouped = select.groupBy.some((each) => equalExpr(each, expr));
    if (
      grouped || expr.kind === "aggregate" || isGrouping(expr) ||
      (expr.kind === "column" && own.has(expr.entry))
    ) return take(expr);
    return mapChildren(expr, move);
  };
  const targets = mapTargets(select.targets, move);
  const orderBy = mapSort(select.orderBy, move);
  const having = select.having === undefined ? undefined : move(select.having);
  const distinct = typeof select.distinct === "string"
    ? select.distinct
    : { on: select.distinct.on.map(move) };
  entry.columns = targetColumns(asTargets(collected));
  return {
    collected,
    entry,
    outer: {
      ...plainSelect,
      ctes: select.ctes,
      targets,
      orderBy,
      distinct,
      from: [{ kind: "entry", entry }],
      ...(having === undefined ? {} : { where: having }),
      ...(select.limit === undefined ? {} : { limit: select.limit }),
      ...(select.offset === undefined ? {} : { offset: select.offset }),
      withTies: select.withTies,
    },
  };
}

/**
 * @param exprs Expressions.
 * @returns They as columns of a query.
 */
export function asTargets(exprs: readonly Expr[]): Target[] {
  return exprs.map((expr, index) => ({
    expr,
    name: `c${index}`,
    table: 0,
    column: 0,
  }));
}
