/**
 * Reads SHOW about tables, their columns and keys, and DESCRIBE (MySQL manual, 15.7.7 and 15.8.1).
 *
 * @module
 */

import type { MysqlStatement } from "./dialect.ts";
import { notSupportedYet } from "./error.ts";
import type { Node } from "@pgsql/types";
import { databases, maySee, tree } from "./information_schema.ts";
import { call, selectStmt, target, text } from "./nodes.ts";

import type { Parser } from "./parser.ts";
import {
  catalog,
  databaseOrCurrent,
  filtered,
  from,
  missing,
  place,
  quote,
  rowsOf,
} from "./show_rows.ts";
import { showCreateUser } from "./show_users.ts";

/** At the table of DESCRIBE. */
export function describe(p: Parser): MysqlStatement {
  const parts = p.qualifiedName();
  const like = p.token.kind === "string"
    ? p.string()
    : p.isName()
    ? p.name()
    : undefined;
  return columnsOf(p, parts, false, like);
}

/** After SHOW [FULL] TABLES. */
export function showTables(p: Parser, full: boolean): MysqlStatement {
  const database = databaseOrCurrent(p, from(p));
  const name = `Tables_in_${database}`;
  const quotedName = `"${name.replaceAll('"', '""')}"`;
  if (database.toLowerCase() === "information_schema") {
    return rowsOf([name], []);
  }
  return filtered(
    p,
    `SELECT t.table_name AS ${quotedName}${
      full ? ', t.table_type AS "Table_type"' : ""
    }
      FROM pg_mysql.schema_tables() t WHERE t.table_schema = ${
      quote(database)
    } AND ${maySee("t.oid")}`,
    name,
    name,
  );
}

/** After SHOW [FULL] COLUMNS. */
export function showColumns(p: Parser, full: boolean): MysqlStatement {
  if (p.acceptOne("from", "in") === undefined) throw p.error();
  const parts = p.qualifiedName();
  const database = from(p);
  return columnsOf(
    p,
    database === undefined ? parts : [database, parts.at(-1) as string],
    full,
  );
}

/** Fails inside the query when the table is not there. */
export function existing(database: string, table: string): string {
  return `(SELECT t.* FROM pg_mysql.schema_tables() t
    WHERE t.table_schema = ${quote(database)} AND t.table_name = ${
    quote(table)
  } AND ${maySee("t.oid")})`;
}

function columnsOf(
  p: Parser,
  parts: readonly string[],
  full: boolean,
  like?: string,
): MysqlStatement {
  const { database, table } = place(p, parts);
  const sql = `SELECT c.column_name AS "Field", c.column_type AS "Type"${
    full ? ', c.collation_name AS "Collation"' : ""
  },
      c.is_nullable AS "Null", c.column_key AS "Key", c.column_default AS "Default", c.extra AS "Extra"${
    full
      ? `, 'select,insert,update,references'::text AS "Privileges", c.column_comment AS "Comment"`
      : ""
  }
    FROM pg_mysql.schema_columns() c
    WHERE c.table_schema = ${quote(database)} AND c.table_name = ${
    quote(table)
  } AND ${maySee("c.oid")}
    ORDER BY c.ordinal_position`;
  if (p.over) {
    return catalog(
      like === undefined
        ? sql
        : `SELECT * FROM (${sql}) AS shown WHERE "Field" LIKE ${quote(like)}`,
      missing(database, table),
    );
  }
  return filtered(p, sql, "Field");
}

/** After SHOW INDEX. */
export function showIndex(p: Parser): MysqlStatement {
  if (p.acceptOne("from", "in") === undefined) throw p.error();
  const parts = p.qualifiedName();
  const other = from(p);
  const { database, table } = place(
    p,
    other === undefined ? parts : [other, parts.at(-1) as string],
  );
  const rows = filtered(
    p,
    `SELECT s.table_name AS "Table", s.non_unique AS "Non_unique", s.index_name AS "Key_name",
      s.seq_in_index AS "Seq_in_index", s.column_name AS "Column_name", s.direction AS "Collation",
      NULL::bigint AS "Cardinality", s.sub_part AS "Sub_part", NULL::text AS "Packed", s.nullable AS "Null",
      s.index_type AS "Index_type", ''::text AS "Comment", s.index_comment AS "Index_comment",
      'YES'::text AS "Visible", s.expression AS "Expression"
    FROM pg_mysql.schema_statistics() s
    WHERE s.table_schema = ${quote(database)} AND s.table_name = ${
      quote(table)
    } AND ${maySee("s.oid")}`,
    "Key_name",
  );
  return rows.kind !== "query" ? rows : {
    ...rows,
    // A table without keys has no rows; one that is not there is an error.
    nodes: [tableExists(database, table), ...rows.nodes],
    answer: 1,
  };
}

/** A query that fails with 1146 when the table is not there. */
export const tableExists = (database: string, table: string): Node =>
  selectStmt({
    targetList: [
      target(call(
        "require_table",
        text(`${database}.${table}`),
        {
          SubLink: {
            subLinkType: "EXISTS_SUBLINK",
            subselect: tree(`SELECT FROM ${existing(database, table)} AS t`),
          },
        },
      )),
    ],
  });

/** After SHOW CREATE. */
export function showCreate(p: Parser): MysqlStatement {
  const what = p.acceptOne("table", "view", "database", "schema", "user");
  if (what === "database" || what === "schema") {
    p.accept("if", "not", "exists");
    const name = p.name();
    return catalog(
      `SELECT d.name AS "Database", 'CREATE DATABASE \`' || d.name || '\` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci */' AS "Create Database"
        FROM ${databases} d WHERE d.name = ${quote(name)}`,
      { errno: 1049, sqlState: "42000", message: `Unknown database '${name}'` },
    );
  }
  if (what === "user") return showCreateUser(p);
  if (what !== "table" && what !== "view") {
    throw notSupportedYet("SHOW CREATE of that");
  }
  const { database, table } = place(p, p.qualifiedName());
  const source = existing(database, table);
  const tables = catalog(
    `SELECT t.table_name AS "Table", pg_mysql.create_table_text(t.oid) AS "Create Table"
      FROM ${source} t WHERE t.table_type <> 'VIEW'`,
  );
  const views = catalog(
    `SELECT t.table_name AS "View", pg_mysql.create_view_text(t.oid) AS "Create View",
        'utf8mb4'::text AS "character_set_client", 'utf8mb4_general_ci'::text AS "collation_connection"
      FROM ${source} t`,
    missing(database, table),
  );
  return what === "table" ? { ...tables, whenEmpty: views } : views;
}

/** After SHOW TABLE STATUS. */
export function tableStatus(p: Parser): MysqlStatement {
  const database = databaseOrCurrent(p, from(p));
  return filtered(
    p,
    `SELECT t.table_name AS "Name", t.engine AS "Engine", 10::bigint AS "Version",
      CASE WHEN t.engine IS NULL THEN NULL ELSE 'Dynamic' END AS "Row_format", NULL::bigint AS "Rows",
      NULL::bigint AS "Avg_row_length", NULL::bigint AS "Data_length", NULL::bigint AS "Max_data_length",
      NULL::bigint AS "Index_length", NULL::bigint AS "Data_free", t.auto_increment AS "Auto_increment",
      NULL::timestamp AS "Create_time", NULL::timestamp AS "Update_time", NULL::timestamp AS "Check_time",
      t.table_collation AS "Collation", NULL::bigint AS "Checksum", ''::text AS "Create_options",
      t.table_comment AS "Comment"
    FROM pg_mysql.schema_tables() t WHERE t.table_schema = ${
      quote(database)
    } AND ${maySee("t.oid")}`,
    "Name",
    "Name",
  );
}
