/**
 * Finds the rows of one table that a join leads to, as PostgreSQL's UPDATE and DELETE do.
 *
 * The tables besides the one that is changed go to FROM or USING; where an outer join or USING makes that
 * impossible, the whole join goes there and `ctid` leads back to the row.
 *
 * @module
 */

import type { JoinExpr, Node, RangeVar, UpdateStmt } from "@pgsql/types";
import { column, logic, operator, rangeVar } from "./nodes.ts";

/** See the top of the file. */
export interface JoinedRows {
  readonly relation: RangeVar;
  readonly others: Node[];
  readonly where: Node | undefined;
}

/**
 * @param from Items of FROM.
 * @param table One of their tables.
 * @param where Condition over all of them.
 * @returns How its rows are found.
 */
export function joinedRows(
  from: readonly Node[],
  table: RangeVar,
  where: Node | undefined,
): JoinedRows {
  const flat = flatten(from);
  if (flat !== undefined) {
    const conditions = [
      ...flat.conditions,
      ...(where === undefined ? [] : [where]),
    ];
    return {
      relation: table,
      others: flat.items.filter((item) =>
        !("RangeVar" in item) || item.RangeVar !== table
      ),
      where: conditions.length === 0
        ? undefined
        : conditions.length === 1
        ? conditions[0]
        : logic("AND_EXPR", ...conditions),
    };
  }
  // The whole join finds rows of the table; the table itself goes by another name.
  const hidden = "changed row";
  const back = operator(
    "=",
    column(hidden, "ctid"),
    column(nameOf(table), "ctid"),
  );
  return {
    relation: { ...rangeVar(partsOf(table), hidden) },
    others: [...from],
    where: where === undefined ? back : logic("AND_EXPR", back, where),
  };
}

/**
 * @param rows Which rows.
 * @param targetList Assignments.
 * @returns UPDATE.
 */
export function updateParts(
  { relation, others, where }: JoinedRows,
  targetList: Node[],
): UpdateStmt {
  return {
    relation,
    targetList,
    ...(others.length === 0 ? {} : { fromClause: others }),
    ...(where === undefined ? {} : { whereClause: where }),
  };
}

/**
 * @param table Table in FROM.
 * @returns Parts of its own name.
 */
export const partsOf = (
  { schemaname, relname = "" }: RangeVar,
): readonly string[] =>
  schemaname === undefined ? [relname] : [schemaname, relname];

/**
 * @param table Table in FROM.
 * @returns The name that columns stand after.
 */
export const nameOf = ({ alias, relname }: RangeVar): string =>
  alias?.aliasname ?? relname ?? "";

/**
 * @param item Item of FROM.
 * @returns Its tables, those of joins too.
 */
export function tablesOf(item: Node): RangeVar[] {
  if ("RangeVar" in item) return [item.RangeVar];
  if ("JoinExpr" in item) {
    const { larg, rarg } = item.JoinExpr;
    return [...tablesOf(larg as Node), ...tablesOf(rarg as Node)];
  }
  return [];
}

/** Inner joins as a list of tables and conditions; nothing when there are other joins. */
function flatten(
  from: readonly Node[],
): { items: Node[]; conditions: Node[] } | undefined {
  const items: Node[] = [];
  const conditions: Node[] = [];
  for (const each of from) {
    if (!("JoinExpr" in each)) {
      items.push(each);
      continue;
    }
    const { jointype, larg, rarg, quals, usingClause, isNatural }: JoinExpr =
      each.JoinExpr;
    if (jointype !== "JOIN_INNER" || usingClause !== undefined || isNatural) {
      return undefined;
    }
    const inner = flatten([larg as Node, rarg as Node]);
    if (inner === undefined) return undefined;
    items.push(...inner.items);
    conditions.push(
      ...inner.conditions,
      ...(quals === undefined ? [] : [quals]),
    );
  }
  return { items, conditions };
}
