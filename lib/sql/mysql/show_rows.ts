/**
 * What the readers of SHOW share: answers that are known, queries over the catalog, LIKE and WHERE after them.
 *
 * @module
 */

import type {
  CatalogError,
  CatalogStatement,
  MysqlStatement,
  RowsStatement,
} from "./dialect.ts";
import { MysqlError } from "./error.ts";
import { conditionOf } from "./expression.ts";
import { tree } from "./information_schema.ts";
import { call, column, selectStmt, star, target, text } from "./nodes.ts";
import { statement } from "./parse.ts";
import type { Parser } from "./parser.ts";

/** An answer that is known. */
export function rowsOf(
  names: readonly string[],
  rows: RowsStatement["rows"],
): RowsStatement {
  return {
    kind: "rows",
    columns: names.map((name) => ({ name, type: "text" })),
    rows,
  };
}

/** LIKE or WHERE after a query over the catalog; the query's columns have MySQL's names. */
export function filtered(
  p: Parser,
  sql: string,
  name: string,
  order?: string,
): MysqlStatement {
  const sorted = order === undefined ? {} : {
    sortClause: [{
      SortBy: {
        node: column(order),
        sortby_dir: "SORTBY_DEFAULT" as const,
        sortby_nulls: "SORTBY_NULLS_DEFAULT" as const,
      },
    }],
  };
  const whereClause = p.accept("like")
    ? call("like", call("to_text", column(name)), text(p.string()))
    : p.accept("where")
    ? conditionOf(p)
    : undefined;
  const node = selectStmt({
    targetList: [target(star())],
    fromClause: [{
      RangeSubselect: { subquery: tree(sql), alias: { aliasname: "shown" } },
    }],
    ...(whereClause === undefined ? {} : { whereClause }),
    ...sorted,
  });
  return statement(p, [node], { verb: "show", returns: "rows" });
}

/** A value as a literal of PostgreSQL. */
export const quote = (value: string | number | null): string =>
  value === null
    ? "NULL"
    : typeof value === "number"
    ? String(value)
    : `'${value.replaceAll("'", "''").replaceAll("\0", "\ufffd")}'`;

/** The same over rows that are known. */
export function fixedFiltered(
  p: Parser,
  names: readonly string[],
  rows: RowsStatement["rows"],
  name: string,
): MysqlStatement {
  if (p.over) return rowsOf(names, rows);
  const list = names.map((each) => `"${each}"`).join(", ");
  return filtered(
    p,
    rows.length === 0
      ? `SELECT ${
        names.map((each) => `NULL::text AS "${each}"`).join(", ")
      } WHERE false`
      : `SELECT * FROM (VALUES ${
        rows.map((row) => `(${row.map(quote).join(", ")})`).join(", ")
      }) AS fixed(${list})`,
    name,
  );
}

/** FROM or IN a database. */
export function from(p: Parser): string | undefined {
  return p.acceptOne("from", "in") === undefined ? undefined : p.nameOrString();
}

/** The database that was named, or that of USE. */
export function databaseOrCurrent(
  p: Parser,
  given: string | undefined,
): string {
  const found = given ?? p.options.database;
  if (found === undefined) {
    throw new MysqlError(1046, "3D000", "No database selected");
  }
  return found;
}

/** Database and table of a name. */
export function place(
  p: Parser,
  parts: readonly string[],
): { database: string; table: string } {
  return {
    database: databaseOrCurrent(p, parts.length > 1 ? parts[0] : undefined),
    table: parts.at(-1) as string,
  };
}

/** What is said of a table that is not there. */
export const missing = (
  database: string,
  table: string,
): CatalogError => ({
  errno: 1146,
  sqlState: "42S02",
  message: `Table '${database}.${table}' doesn't exist`,
});

/** A question to the catalog. */
export function catalog(
  sql: string,
  whenEmpty?: CatalogStatement["whenEmpty"],
): CatalogStatement {
  return { kind: "catalog", sql, values: [], whenEmpty };
}
