/**
 * Functions that return sets in a select list: they become a FROM item whose rows come side by side
 * (manual, 38.5.9).
 *
 * @module
 */

import type { Call, Expr, FromItem, RangeEntry, Select } from "../tree.ts";
import { equalExpr } from "./equal.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { columnRef, plainSelect, targetColumns } from "./range.ts";
import { callColumns } from "./range_function.ts";
import type { Scope } from "./scope.ts";
import { asTargets, splitAggregation } from "./split_aggregation.ts";
import { mapChildren, mapSort, mapTargets, visitExpr } from "./walk.ts";
import { oid } from "../types/type.ts";

function isRows(expr: Expr): expr is Call {
  return expr.kind === "call" && expr.function.kind === "rows";
}

/**
 * @param select A query whose targets call such functions.
 * @param scope Its level.
 * @returns An equal one in whose targets there are none.
 */
export function moveRows(select: Select, scope: Scope): Select {
  const grouped = moveGrouped(select, scope);
  const base = needsSplit(grouped) ? split(grouped, scope) : grouped;
  const items: FromItem[] = [];
  const moved = moveLevel(base, items, scope);
  if (items.length === 0) return base;
  return { ...moved, from: [...base.from, ...items] };
}

/** Sets that are grouped by come before the groups are made. */
function moveGrouped(select: Select, scope: Scope): Select {
  if (!select.groupBy.some(containsRows)) return select;
  const items: FromItem[] = [];
  const inner = moveLevel(
    { ...plainSelect, targets: asTargets(select.groupBy) },
    items,
    scope,
  );
  const replace = (expr: Expr): Expr => {
    const index = select.groupBy.findIndex((each) => equalExpr(each, expr));
    const moved = index < 0 ? undefined : inner.targets[index];
    return moved === undefined ? mapChildren(expr, replace) : moved.expr;
  };
  return {
    ...select,
    from: [...select.from, ...items],
    groupBy: inner.targets.map(({ expr }) => expr),
    targets: mapTargets(select.targets, replace),
    orderBy: mapSort(select.orderBy, replace),
    ...(select.having === undefined ? {} : { having: replace(select.having) }),
  };
}

function needsSplit(select: Select): boolean {
  if (select.aggregated) return true;
  let windows = false;
  for (const { expr } of [...select.targets, ...select.orderBy]) {
    visitExpr(expr, (each) => {
      if (each.kind === "window") windows = true;
      return each.kind !== "subQuery";
    });
  }
  return windows;
}

/** Grouping, and windows, come before the sets. */
function split(select: Select, scope: Scope): Select {
  if (!select.aggregated) return splitWindows(select, scope);
  const { collected, entry, outer } = splitAggregation(select, scope);
  const inner: Select = {
    ...plainSelect,
    from: select.from,
    targets: asTargets(collected),
    groupBy: select.groupBy,
    aggregated: true,
    ...(select.where === undefined ? {} : { where: select.where }),
  };
  Object.assign(entry, {
    source: { kind: "query", query: inner, lateral: false },
  });
  return needsSplit(outer) ? splitWindows(outer, scope) : outer;
}

function splitWindows(select: Select, scope: Scope): Select {
  const collected: Expr[] = [];
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: [],
    source: { kind: "values", rows: [] },
  };
  const own = new Set<RangeEntry>();
  const collectOwn = (item: FromItem) => {
    if (item.kind === "entry") own.add(item.entry);
    else {
      collectOwn(item.left);
      collectOwn(item.right);
    }
  };
  select.from.forEach(collectOwn);
  const move = (expr: Expr): Expr => {
    if (
      expr.kind === "window" ||
      (expr.kind === "column" && own.has(expr.entry))
    ) {
      const index = collected.push(expr) - 1;
      return {
        kind: "column",
        entry,
        index,
        type: expr.type,
        typmod: expr.typmod,
      };
    }
    return mapChildren(expr, move);
  };
  const targets = mapTargets(select.targets, move);
  const orderBy = mapSort(select.orderBy, move);
  entry.columns = targetColumns(asTargets(collected));
  const { where, ...rest } = select;
  Object.assign(entry, {
    source: {
      kind: "query",
      query: {
        ...plainSelect,
        from: select.from,
        targets: asTargets(collected),
        ...(where === undefined ? {} : { where }),
      },
      lateral: false,
    },
  });
  return { ...rest, targets, orderBy, from: [{ kind: "entry", entry }] };
}

/** Moves the innermost functions, then those around them. */
function moveLevel(
  select: Select,
  items: FromItem[],
  scope: Scope,
): Select {
  const calls: Call[] = [];
  const widths: number[] = [];
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "",
    columns: [],
    source: {
      kind: "function",
      calls,
      ordinality: false,
      lateral: true,
      widths,
    },
  };
  const replaced = new Map<Expr, Expr>();
  const move = (expr: Expr): Expr => {
    const known = replaced.get(expr);
    if (known !== undefined) return known;
    if (expr.kind === "case" || expr.kind === "coalesce") {
      refuseRows(expr);
      return mapChildren(expr, move);
    }
    if (!isRows(expr) || expr.args.some(containsRows)) {
      return expr.kind === "subQuery" ? expr : mapChildren(expr, move);
    }
    const { call, columns } = callColumns(
      expr,
      undefined,
      undefined,
      expr.function.name,
      scope,
    );
    const first = entry.columns.length;
    entry.columns = [...entry.columns, ...columns];
    calls.push(call);
    widths.push(columns.length);
    const refs = columns.map((_, index) => columnRef(entry, first + index));
    const [only] = refs;
    const made: Expr = refs.length === 1 && only !== undefined ? only : {
      kind: "row",
      type: oid.record,
      typmod: -1,
      fields: refs,
      names: columns.map(({ name }) => name),
    };
    replaced.set(expr, made);
    return made;
  };
  const targets = mapTargets(select.targets, move);
  const orderBy = mapSort(select.orderBy, move);
  const distinct = typeof select.distinct === "string"
    ? select.distinct
    : { on: select.distinct.on.map(move) };
  if (calls.length === 0) return select;
  items.push({ kind: "entry", entry });
  return moveLevel({ ...select, targets, orderBy, distinct }, items, scope);
}

/** Where rows may or may not be asked for, they cannot be. */
function refuseRows(expr: Expr): void {
  visitExpr(expr, (each) => {
    if (isRows(each)) {
      throw errorAt(
        "0A000",
        `set-returning functions are not allowed in ${expr.kind.toUpperCase()}`,
        locationOf(each),
        {
          hint:
            "You might be able to move the set-returning function into a LATERAL FROM item.",
        },
      );
    }
    return each.kind !== "subQuery";
  });
}

function containsRows(expr: Expr): boolean {
  let found = false;
  visitExpr(expr, (each) => {
    if (isRows(each)) found = true;
    return !found && each.kind !== "subQuery";
  });
  return found;
}
