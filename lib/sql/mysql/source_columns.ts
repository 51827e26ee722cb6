/**
 * Columns of the query of `INSERT … SELECT … ON DUPLICATE KEY UPDATE`, which its assignments may name
 * (MySQL manual, 15.2.7.2): each stands for the value that was to be inserted from it.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { notSupportedYet } from "./error.ts";
import { nameOf, tablesOf } from "./joined_rows.ts";
import { column } from "./nodes.ts";
import { replaceColumns } from "./replace_columns.ts";

/** A name that no column has: the place of a column in the list of those that are inserted. */
const placeName = /^\0(\d+)$/;

/**
 * @param select Query of an INSERT.
 * @param parts Name of a column in an assignment, with its table.
 * @returns The row that was to be inserted, at the column's place; nothing for a table that is not the query's.
 * @throws {MysqlError} 1235 for a column of the query that is not inserted.
 */
export function insertedFrom(
  select: Node | undefined,
  [table = "", name = ""]: readonly string[],
): Node | undefined {
  if (select === undefined || !("SelectStmt" in select)) return undefined;
  const { targetList = [], fromClause = [] } = select.SelectStmt;
  if (!fromClause.flatMap(tablesOf).some((each) => nameOf(each) === table)) {
    return undefined;
  }
  const at = targetList.findIndex((item) => {
    const val = "ResTarget" in item ? item.ResTarget.val : undefined;
    if (val === undefined || !("ColumnRef" in val)) return false;
    const fields = (val.ColumnRef.fields ?? []).map((field) =>
      "String" in field ? field.String.sval ?? "" : "*"
    );
    return fields.at(-1)?.toLowerCase() === name.toLowerCase() &&
      (fields.length === 1 || fields.at(-2) === table);
  });
  if (at < 0) {
    throw notSupportedYet(
      "ON DUPLICATE KEY UPDATE with a column of the SELECT that is not inserted by its name",
    );
  }
  return column("excluded", `\0${at}`);
}

/**
 * @param list Assignments, as they were read.
 * @param columns Names of the columns that are inserted, in order.
 * @returns The assignments with the names of the columns in those places.
 */
export function withInsertedNames(
  list: readonly Node[],
  columns: readonly string[],
): Node[] {
  return list.map((item) =>
    replaceColumns(item, ([table, name = ""]) => {
      const place = table === "excluded" ? placeName.exec(name) : null;
      if (place === null) return undefined;
      return column("excluded", columns[Number(place[1])] ?? name);
    })
  );
}
