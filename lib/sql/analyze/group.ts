/**
 * Resolves GROUP BY, and checks that what is selected follows from it (42803).
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { ColumnRef, Expr, RangeEntry, Select, Target } from "../tree.ts";
import { equalExpr, hasLiteral } from "./equal.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { entriesOf } from "./range.ts";
import { isGrouping } from "./grouping.ts";
import type { Scope } from "./scope.ts";
import { resolveItem } from "./sort.ts";
import { mapChildren } from "./walk.ts";

/** What GROUP BY says. */
export interface Grouping {
  readonly groupBy: readonly Expr[];
  /** Sets of indexes into `groupBy`; nothing for plain GROUP BY. */
  readonly sets: readonly (readonly number[])[] | undefined;
}

/** CUBE doubles with each item. */
const mostSets = 4096;

/**
 * @param nodes Items.
 * @param targets Output columns.
 * @param scope Scope of the query.
 * @param distinct Whether equal sets count once.
 * @returns The expressions and sets.
 */
export function resolveGroupBy(
  nodes: readonly Node[],
  targets: readonly Target[],
  scope: Scope,
  distinct: boolean,
): Grouping {
  const groupBy: Expr[] = [];
  const add = (node: Node): number[] => {
    if ("RowExpr" in node) return (node.RowExpr.args ?? []).flatMap(add);
    const expr = resolveItem(node, targets, scope, "GROUP BY");
    if (expr.kind === "constant") return [];
    if (hasLiteral(expr)) scope.statement.exactText = true;
    const known = groupBy.findIndex((each) => equalExpr(each, expr));
    if (known >= 0) return [known];
    groupBy.push(expr);
    return [groupBy.length - 1];
  };
  const parts = nodes.map((node) =>
    "GroupingSet" in node ? groupingSet(node.GroupingSet, add) : [add(node)]
  );
  const plain = !nodes.some((node) => "GroupingSet" in node);
  if (plain && nodes.length > 0) {
    // Constants were left out, which must not undo the grouping itself.
    return groupBy.length > 0
      ? { groupBy, sets: undefined }
      : { groupBy, sets: [[]] };
  }
  if (nodes.length === 0) return { groupBy, sets: undefined };
  let sets: number[][] = [[]];
  for (const part of parts) {
    sets = sets.flatMap((set) =>
      part.map((more) => [...new Set([...set, ...more])])
    );
    if (sets.length > mostSets) {
      throw errorAt("54001", "too many grouping sets present (maximum 4096)");
    }
  }
  if (!distinct) return { groupBy, sets };
  const seen = new Set<string>();
  return {
    groupBy,
    sets: sets.filter((set) => {
      const key = set.toSorted((a, b) => a - b).join();
      return !seen.has(key) && Boolean(seen.add(key));
    }),
  };
}

function groupingSet(
  set: Extract<Node, { GroupingSet: unknown }>["GroupingSet"],
  add: (node: Node) => number[],
): number[][] {
  const content = set.content ?? [];
  switch (set.kind) {
    case "GROUPING_SET_EMPTY":
      return [[]];
    case "GROUPING_SET_SIMPLE":
      return [content.flatMap(add)];
    case "GROUPING_SET_ROLLUP": {
      const items = content.map(add);
      return Array.from(
        { length: items.length + 1 },
        (_, index) => items.slice(0, items.length - index).flat(),
      );
    }
    case "GROUPING_SET_CUBE": {
      const items = content.map(add);
      if (items.length > 12) {
        throw errorAt("54001", "CUBE is limited to 12 elements", set.location);
      }
      const sets: number[][] = [];
      for (let mask = 2 ** items.length - 1; mask >= 0; mask--) {
        sets.push(
          items.flatMap((item, index) =>
            (mask >> (items.length - 1 - index)) & 1 ? item : []
          ),
        );
      }
      return sets;
    }
    case "GROUPING_SET_SETS":
      return content.flatMap((node) =>
        "GroupingSet" in node ? groupingSet(node.GroupingSet, add) : [add(node)]
      );
    default:
      throw notSupportedAt("grouping set", set.location);
  }
}

/**
 * @param select A query that aggregates.
 * @throws {SqlError} 42803 when a column is neither grouped nor aggregated.
 */
export function checkGrouping(select: Select): void {
  const own = new Set(entriesOf(select.from));
  // With several sets only what is in all of them can be relied on for keys.
  const always = select.groupingSets === undefined
    ? select.groupBy
    : select.groupBy.filter((_, index) =>
      select.groupingSets?.every((set) => set.includes(index))
    );
  const keyed = new Set(
    [...own].filter((entry) => hasKey(entry, always)),
  );
  const check = (expr: Expr, inner: boolean): void => {
    if (select.groupBy.some((group) => equalExpr(group, expr))) return;
    if (expr.kind === "aggregate" && !usesOnlyOuter(expr, own)) return;
    if (isGrouping(expr)) return;
    if (expr.kind === "column" && own.has(expr.entry)) {
      if (keyed.has(expr.entry)) return;
      throw ungrouped(expr, inner);
    }
    const below = (each: Expr): Expr => {
      check(each, inner || expr.kind === "subQuery");
      return each;
    };
    mapChildren(expr, below);
  };
  for (const { expr } of select.targets) check(expr, false);
  if (select.having !== undefined) check(select.having, false);
  for (const { expr } of select.orderBy) check(expr, false);
  if (typeof select.distinct !== "string") {
    for (const expr of select.distinct.on) check(expr, false);
  }
}

/** Whether an aggregate belongs to a level outside, all its columns being from there. */
function usesOnlyOuter(expr: Expr, own: ReadonlySet<RangeEntry>): boolean {
  let columns = 0;
  let mine = 0;
  const look = (each: Expr): Expr => {
    if (each.kind === "column") {
      columns += 1;
      if (own.has(each.entry)) mine += 1;
    }
    return mapChildren(each, look);
  };
  mapChildren(expr, look);
  return columns > 0 && mine === 0;
}

function ungrouped(column: ColumnRef, inner: boolean) {
  const { entry, index } = column;
  const name = `${entry.alias}.${entry.columns[index]?.name}`;
  const label = entry.alias === "" ? entry.columns[index]?.name : name;
  return errorAt(
    "42803",
    inner
      ? `subquery uses ungrouped column "${label}" from outer query`
      : `column "${label}" must appear in the GROUP BY clause or be used in an aggregate function`,
    locationOf(column),
  );
}

/** Whether the columns of an entry's primary key are among the grouped ones, so that the others follow. */
function hasKey(entry: RangeEntry, groupBy: readonly Expr[]): boolean {
  if (entry.source.kind !== "table") return false;
  const { relation } = entry.source;
  const key = relation.constraints.find(({ kind, deferrable }) =>
    kind === "p" && !deferrable
  );
  return key !== undefined &&
    key.columns.every((number) =>
      groupBy.some((expr) =>
        expr.kind === "column" && expr.entry === entry &&
        entry.columns[expr.index]?.number === number
      )
    );
}
