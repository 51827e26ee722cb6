/**
 * Makes PostgreSQL's statement of an UPDATE over a join, which may change several tables (MySQL manual,
 * 15.2.17).
 *
 * The join is read once, before anything changes: for each of its rows it keeps which row of each changed
 * table took part (`ctid`) and the new values. Then every table is updated from what was kept, so that
 * each row changes once whatever its matches are, and no assignment sees another.
 *
 * @module
 */

import type { Node, RangeVar, UpdateStmt } from "@pgsql/types";
import { columnIndex } from "../../analyze/column_index.ts";
import { lookUpRelation } from "../../analyze/relation_name.ts";
import type { Environment } from "../../environment.ts";
import { SqlError } from "../../error.ts";
import { MysqlError, notSupportedYet } from "../error.ts";
import { joinedRows, nameOf, tablesOf, updateParts } from "../joined_rows.ts";
import { column, operator, rangeVar, selectStmt, target } from "../nodes.ts";

/** `SET table.name = value`. */
interface Assigned {
  readonly table: string | undefined;
  readonly name: string;
  readonly value: Node;
}

/** What changes of one table. */
interface Change {
  readonly table: RangeVar;
  readonly set: Assigned[];
}

const matched = "matched rows";

/**
 * @param stmt UPDATE without a target: all its tables are in FROM, and a column's table is its indirection.
 * @param env Where names are looked up.
 * @returns UPDATE; of the last table, if there are several, with those of the others in its WITH.
 * @throws {MysqlError} 1054, 1235, 1288.
 * @throws {SqlError} 42702, 42703, 42P01.
 */
export function updateOfTables(stmt: UpdateStmt, env: Environment): Node {
  // What else the statement says holds for each table.
  const { fromClause: from = [], targetList = [], whereClause, ...how } = stmt;
  const changes = changesOf(from, targetList.flatMap(assigned), env);
  const [only] = changes;
  if (only !== undefined && changes.length === 1) {
    const rows = joinedRows(from, only.table, whereClause);
    const set = only.set.map(({ name, value }) => target(value, name));
    return { UpdateStmt: { ...how, ...updateParts(rows, set) } };
  }
  const { rows, statements } = updates(changes, from, whereClause, env);
  // In this dialect the rows of all are counted.
  const last = statements.pop();
  const ctes = statements.map((each, at) =>
    cte(`updated ${at}`, { UpdateStmt: { ...how, ...each } })
  );
  return {
    UpdateStmt: {
      ...how,
      ...last,
      withClause: { ctes: [cte(matched, rows, true), ...ctes] },
    },
  };
}

function assigned(item: Node): Assigned[] {
  if (!("ResTarget" in item)) return [];
  const { name = "", indirection = [], val } = item.ResTarget;
  const [table] = indirection;
  return val === undefined ? [] : [{
    table: table !== undefined && "String" in table
      ? table.String.sval
      : undefined,
    name,
    value: val,
  }];
}

/** Sorts assignments by table, in the order of FROM. */
function changesOf(
  from: readonly Node[],
  list: readonly Assigned[],
  env: Environment,
): Change[] {
  const tables = from.flatMap(tablesOf);
  const changes = tables.map((table): Change => ({ table, set: [] }));
  for (const each of list) {
    const found = changes.filter(({ table }) =>
      each.table === undefined
        ? hasColumn(table, each.name, env)
        : nameOf(table) === each.table
    );
    if (found.length > 1) {
      throw new SqlError(
        "42702",
        `column reference "${each.name}" is ambiguous`,
      );
    }
    const [change] = found;
    if (change === undefined) throw unknown(each, from);
    change.set.push(each);
  }
  return changes.filter(({ set }) => set.length > 0);
}

function hasColumn(table: RangeVar, name: string, env: Environment): boolean {
  const relation = lookUpRelation(table, env);
  if (relation === undefined) {
    throw new SqlError("42P01", `relation "${table.relname}" does not exist`);
  }
  return columnIndex(relation.columns, name, env) >= 0;
}

function unknown(
  { table, name }: Assigned,
  from: readonly Node[],
): MysqlError {
  const derived = table !== undefined &&
    from.flatMap(queriesOf).includes(table);
  return derived
    ? new MysqlError(
      1288,
      "HY000",
      `The target table ${table} of the UPDATE is not updatable`,
    )
    : new MysqlError(
      1054,
      "42S22",
      `Unknown column '${
        table === undefined ? name : `${table}.${name}`
      }' in 'field list'`,
    );
}

/** Names of derived tables. */
function queriesOf(item: Node): string[] {
  if ("RangeSubselect" in item) {
    return [item.RangeSubselect.alias?.aliasname ?? ""];
  }
  if ("JoinExpr" in item) {
    const { larg, rarg } = item.JoinExpr;
    return [...queriesOf(larg as Node), ...queriesOf(rarg as Node)];
  }
  return [];
}

/** What means the same wherever it stands, and may take its type from the column. */
const isFixed = (node: Node) =>
  "A_Const" in node || "ParamRef" in node || "SetToDefault" in node;

/** A query that keeps what the join gives, and an UPDATE of each table from it. */
function updates(
  changes: readonly Change[],
  fromClause: Node[],
  whereClause: Node | undefined,
  env: Environment,
): { readonly rows: Node; readonly statements: UpdateStmt[] } {
  const targetList: Node[] = [];
  const statements = changes.map(({ table, set }, at): UpdateStmt => {
    if (lookUpRelation(table, env)?.kind === "v") {
      throw notSupportedYet("UPDATE of a view and another table at once");
    }
    const name = nameOf(table);
    targetList.push(target(column(name, "ctid"), `row ${at}`));
    const assignments = set.map((each, i) => {
      if (isFixed(each.value)) return target(each.value, each.name);
      const kept = `value ${at}.${i}`;
      targetList.push(target(each.value, kept));
      return target(column(matched, kept), each.name);
    });
    return {
      relation: table,
      targetList: assignments,
      fromClause: [{ RangeVar: rangeVar([matched]) }],
      whereClause: operator(
        "=",
        column(name, "ctid"),
        column(matched, `row ${at}`),
      ),
    };
  });
  const rows = selectStmt({
    targetList,
    fromClause,
    ...(whereClause === undefined ? {} : { whereClause }),
  });
  return { rows, statements };
}

const cte = (ctename: string, ctequery: Node, kept = false): Node => ({
  CommonTableExpr: {
    ctename,
    ctequery,
    ctematerialized: kept ? "CTEMaterializeAlways" : "CTEMaterializeDefault",
  },
});
