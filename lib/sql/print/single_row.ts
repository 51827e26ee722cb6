/**
 * Tells which queries cannot give more than one row.
 *
 * @module
 */

import type { Expr, Query, RangeEntry, Select } from "../tree.ts";
import { contains } from "../analyze/walk.ts";
import { isPlainOperator } from "./call.ts";

/**
 * @param query Query.
 * @returns Whether it gives one row or none, as far as that can be seen from its form.
 */
export function givesOneRow(query: Query): boolean {
  const { limit } = query;
  // A literal of the text may be another one when the plan is used again.
  if (
    limit?.kind === "constant" && limit.location === undefined &&
    (limit.value === 1 || limit.value === 0)
  ) return true;
  if (query.kind !== "select") return false;
  if (query.targets.some(({ expr }) => contains(expr, givesSet))) return false;
  if (query.aggregated) {
    return query.groupBy.length === 0 && query.groupingSets === undefined;
  }
  return query.from.length === 0 || isOneRow(query) || findsByKey(query);
}

/** Whether it reads nothing but a query that gives one row. */
function isOneRow({ from }: Select): boolean {
  const [item, second] = from;
  return item?.kind === "entry" && second === undefined &&
    item.entry.source.kind === "query" && givesOneRow(item.entry.source.query);
}

function givesSet(expr: Expr): boolean {
  return expr.kind === "call" &&
    (expr.function.kind === "rows" || expr.function.user?.returnsSet === true);
}

/** Whether the condition names every column of a unique key of the only table. */
function findsByKey({ from, where }: Select): boolean {
  const [item, second] = from;
  if (
    item === undefined || second !== undefined || item.kind !== "entry" ||
    item.entry.source.kind !== "table" || where === undefined
  ) return false;
  const { entry } = item;
  const { relation } = item.entry.source;
  const found = new Set<number>();
  for (const condition of conjuncts(where)) {
    const column = equatedColumn(condition, entry);
    if (column !== undefined) found.add(column);
  }
  return relation.constraints.some(({ kind, columns, deferrable }) =>
    (kind === "p" || kind === "u") && !deferrable &&
    columns.every((number) => found.has(number))
  );
}

function conjuncts(expr: Expr): readonly Expr[] {
  return expr.kind === "logic" && expr.operator === "and"
    ? expr.args.flatMap(conjuncts)
    : [expr];
}

/** The column of `column = something else`. */
function equatedColumn(expr: Expr, entry: RangeEntry): number | undefined {
  if (
    expr.kind !== "call" || expr.function.name !== "=" ||
    !isPlainOperator(expr.function)
  ) return undefined;
  const [left, right] = expr.args as [Expr, Expr];
  const own = (each: Expr) => each.kind === "column" && each.entry === entry;
  const [column, other] = own(left) ? [left, right] : [right, left];
  if (column.kind !== "column" || column.entry !== entry) return undefined;
  if (contains(other, own)) return undefined;
  return entry.columns[column.index]?.number;
}
