/**
 * GROUPING SETS, ROLLUP and CUBE: one grouping after another, over the same rows.
 *
 * @module
 */

import type {
  Cte,
  Expr,
  FromItem,
  Query,
  RangeEntry,
  Select,
} from "../tree.ts";
import { oid } from "../types/type.ts";
import { equalExpr } from "./equal.ts";
import { isGrouping } from "./grouping.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { columnRef, entriesOf, plainSelect, targetColumns } from "./range.ts";
import type { Scope } from "./scope.ts";
import { asTargets, splitAggregation } from "./split_aggregation.ts";
import { mapChildren } from "./walk.ts";

/**
 * @param select A query with grouping sets, or one that calls GROUPING().
 * @param scope Its level.
 * @returns An equal one without.
 */
export function expandGroupingSets(select: Select, scope: Scope): Select {
  const all = select.groupBy.map((_, index) => index);
  const sets = select.groupingSets ?? [all];
  const { collected, entry, outer } = splitAggregation(select, scope);

  // The rows to be grouped are read by each grouping: a CTE that holds the columns they need.
  const rows = sourceRows(select, collected, scope);
  let query: Query | undefined;
  for (const set of sets) {
    const arm = grouping(select, collected, set, rows, scope);
    query = query === undefined ? arm : {
      kind: "set",
      ctes: [],
      operator: "union",
      all: true,
      left: query,
      right: arm,
      targets: query.targets,
      orderBy: [],
      output: {
        id: scope.statement.nextId(),
        alias: "",
        columns: targetColumns(query.targets),
        source: { kind: "values", rows: [] },
      },
    };
  }
  if (query === undefined) return select;
  const source: RangeEntry["source"] = {
    kind: "query",
    query: { ...query, ctes: [rows.cte] },
    lateral: false,
  };
  Object.assign(entry, { source });
  return outer;
}

interface Rows {
  readonly cte: Cte;
  /** Columns of the query's own entries, in the CTE's order. */
  readonly columns: readonly Expr[];
}

function sourceRows(
  select: Select,
  collected: readonly Expr[],
  scope: Scope,
): Rows {
  const own = new Set(entriesOf(select.from));
  const columns: Expr[] = [];
  const look = (expr: Expr): Expr => {
    if (
      expr.kind === "column" && own.has(expr.entry) &&
      !columns.some((each) => equalExpr(each, expr))
    ) columns.push(expr);
    return mapChildren(expr, look);
  };
  for (const expr of collected) look(expr);
  const query: Select = {
    ...plainSelect,
    from: select.from,
    targets: asTargets(columns),
    ...(select.where === undefined ? {} : { where: select.where }),
  };
  return {
    columns,
    cte: {
      id: scope.statement.nextId(),
      name: "",
      materialized: true,
      recursive: false,
      columns: targetColumns(query.targets),
      query,
    },
  };
}

function grouping(
  select: Select,
  collected: readonly Expr[],
  set: readonly number[],
  rows: Rows,
  scope: Scope,
): Select {
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: rows.cte.columns,
    source: { kind: "cte", cte: rows.cte },
  };
  const from: FromItem[] = [{ kind: "entry", entry }];
  const move = (expr: Expr): Expr => {
    if (expr.kind === "column") {
      const index = rows.columns.findIndex((each) => equalExpr(each, expr));
      if (index >= 0) return columnRef(entry, index);
    }
    return mapChildren(expr, move);
  };
  const targets = collected.map((expr, index): Expr => {
    if (isGrouping(expr)) return groupingMask(expr.args, select, set);
    if (index < select.groupBy.length && !set.includes(index)) {
      return {
        kind: "constant",
        type: expr.type,
        typmod: expr.typmod,
        value: null,
      };
    }
    return move(expr);
  });
  return {
    ...plainSelect,
    from,
    targets: asTargets(targets),
    groupBy: set.flatMap((index) => {
      const expr = select.groupBy[index];
      return expr === undefined ? [] : [move(expr)];
    }),
    aggregated: true,
  };
}

function groupingMask(
  args: readonly Expr[],
  select: Select,
  set: readonly number[],
): Expr {
  let mask = 0;
  for (const arg of args) {
    const index = select.groupBy.findIndex((each) => equalExpr(each, arg));
    if (index < 0) {
      throw errorAt(
        "42803",
        "arguments to GROUPING must be grouping expressions of the associated query level",
        locationOf(arg),
      );
    }
    mask = mask * 2 + (set.includes(index) ? 0 : 1);
  }
  return { kind: "constant", type: oid.int4, typmod: -1, value: mask };
}
