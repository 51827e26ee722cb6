/**
 * Reads SHOW and DESCRIBE (MySQL manual, 15.7.7 and 15.8.1): queries over the catalog, with MySQL's names of
 * columns.
 *
 * @module
 */

import { roleOf } from "./access.ts";
import { charsetRows, collationRows } from "./collation.ts";
import { account } from "./definitions.ts";
import type {
  CatalogStatement,
  MysqlStatement,
  RowsStatement,
} from "./dialect.ts";
import { MysqlError, notSupportedYet } from "./error.ts";
import { conditionOf } from "./expression.ts";
import { databases, engineRows, maySee, tree } from "./information_schema.ts";
import { call, column, selectStmt, star, target, text } from "./nodes.ts";
import { statement } from "./parse.ts";
import type { Parser } from "./parser.ts";
import { variableRows } from "./system_variables.ts";

/** At SHOW. */
export function show(p: Parser): MysqlStatement {
  p.expect("show");
  const full = p.acceptOne("full", "extended") === "full" || p.accept("full");
  const scope = p.acceptOne("global", "session", "local");
  const { token } = p;
  const word = p.anyName().toLowerCase();
  switch (word) {
    case "databases":
    case "schemas":
      return filtered(
        p,
        `SELECT d.name AS "Database" FROM ${databases} d`,
        "Database",
        "Database",
      );
    case "tables":
      return showTables(p, full);
    case "columns":
    case "fields":
      return showColumns(p, full);
    case "index":
    case "indexes":
    case "keys":
      return showIndex(p);
    case "create":
      return showCreate(p);
    case "variables":
      return fixedFiltered(
        p,
        ["Variable_name", "Value"],
        variableRows(p.options, scope === "global"),
        "Variable_name",
      );
    case "status":
      return fixedFiltered(
        p,
        ["Variable_name", "Value"],
        statusRows,
        "Variable_name",
      );
    case "table":
      p.expect("status");
      return tableStatus(p);
    case "open":
      p.expect("tables");
      return fixedFiltered(
        p,
        ["Database", "Table", "In_use", "Name_locked"],
        [],
        "Table",
      );
    case "processlist":
      return { kind: "processlist", full };
    case "warnings":
    case "errors":
      return warnings(p, word === "errors", false);
    case "count": {
      p.expect("(", "*", ")");
      const which = p.acceptOne("warnings", "errors");
      if (which === undefined) throw p.error();
      return {
        kind: "warnings",
        errorsOnly: which === "errors",
        count: true,
        offset: 0,
        limit: undefined,
      };
    }
    case "grants":
      return showGrants(p);
    case "engines":
      return fixedFiltered(
        p,
        ["Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"],
        engineRows,
        "Engine",
      );
    case "storage":
      p.expect("engines");
      return fixedFiltered(
        p,
        ["Engine", "Support", "Comment", "Transactions", "XA", "Savepoints"],
        engineRows,
        "Engine",
      );
    case "engine":
      p.name();
      p.acceptOne("status", "mutex", "logs");
      return fixedFiltered(p, ["Type", "Name", "Status"], [], "Name");
    case "collation":
      return fixedFiltered(
        p,
        [
          "Collation",
          "Charset",
          "Id",
          "Default",
          "Compiled",
          "Sortlen",
          "Pad_attribute",
        ],
        collationRows.map((
          [name, charset, id, isDefault],
        ) => [
          name,
          charset,
          id,
          isDefault ? "Yes" : "",
          "Yes",
          1,
          name.includes("0900") ? "NO PAD" : "PAD SPACE",
        ]),
        "Collation",
      );
    case "charset":
      return charsets(p);
    case "character":
      p.expect("set");
      return charsets(p);
    case "triggers":
      from(p);
      return fixedFiltered(
        p,
        [
          "Trigger",
          "Event",
          "Table",
          "Statement",
          "Timing",
          "Created",
          "sql_mode",
          "Definer",
          "character_set_client",
          "collation_connection",
          "Database Collation",
        ],
        [],
        "Trigger",
      );
    case "plugins":
      return rowsOf(["Name", "Status", "Type", "Library", "License"], [
        ["mysql_native_password", "ACTIVE", "AUTHENTICATION", null, "GPL"],
        ["caching_sha2_password", "ACTIVE", "AUTHENTICATION", null, "GPL"],
        ["InnoDB", "ACTIVE", "STORAGE ENGINE", null, "GPL"],
      ]);
    case "events":
      from(p);
      return fixedFiltered(
        p,
        [
          "Db",
          "Name",
          "Definer",
          "Time zone",
          "Type",
          "Execute at",
          "Interval value",
          "Interval field",
          "Starts",
          "Ends",
          "Status",
          "Originator",
          "character_set_client",
          "collation_connection",
          "Database Collation",
        ],
        [],
        "Name",
      );
    case "function":
    case "procedure":
      p.expect("status");
      return fixedFiltered(
        p,
        [
          "Db",
          "Name",
          "Type",
          "Definer",
          "Modified",
          "Created",
          "Security_type",
          "Comment",
          "character_set_client",
          "collation_connection",
          "Database Collation",
        ],
        [],
        "Name",
      );
    case "privileges":
      return rowsOf(["Privilege", "Context", "Comment"], [
        ["Select", "Tables", "To retrieve rows from table"],
        ["Insert", "Tables", "To insert data into tables"],
        ["Update", "Tables", "To update existing rows"],
        ["Delete", "Tables", "To delete existing rows"],
        ["References", "Databases,Tables", "To have references on tables"],
        [
          "Create",
          "Databases,Tables,Indexes",
          "To create new databases and tables",
        ],
      ]);
    case "master":
    case "binary":
    case "replica":
    case "slave":
    case "replicas":
      while (!p.over) p.take();
      return rowsOf(["Log_name", "File_size"], []);
    case "profiles":
      return rowsOf(["Query_ID", "Duration", "Query"], []);
    default:
      throw p.error(token);
  }
}

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

function rowsOf(
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
function filtered(
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

const quote = (value: string | number | null): string =>
  value === null
    ? "NULL"
    : typeof value === "number"
    ? String(value)
    : `'${value.replaceAll("'", "''")}'`;

/** The same over rows that are known. */
function fixedFiltered(
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
function from(p: Parser): string | undefined {
  return p.acceptOne("from", "in") === undefined ? undefined : p.nameOrString();
}

function databaseOrCurrent(p: Parser, given: string | undefined): string {
  const found = given ?? p.options.database;
  if (found === undefined) {
    throw new MysqlError(1046, "3D000", "No database selected");
  }
  return found;
}

function showTables(p: Parser, full: boolean): MysqlStatement {
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

function showColumns(p: Parser, full: boolean): MysqlStatement {
  if (p.acceptOne("from", "in") === undefined) throw p.error();
  const parts = p.qualifiedName();
  const database = from(p);
  return columnsOf(
    p,
    database === undefined ? parts : [database, parts.at(-1) as string],
    full,
  );
}

function place(
  p: Parser,
  parts: readonly string[],
): { database: string; table: string } {
  return {
    database: databaseOrCurrent(p, parts.length > 1 ? parts[0] : undefined),
    table: parts.at(-1) as string,
  };
}

/** Fails inside the query when the table is not there. */
function existing(database: string, table: string): string {
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

const missing = (database: string, table: string) => ({
  errno: 1146,
  sqlState: "42S02",
  message: `Table '${database}.${table}' doesn't exist`,
});

function catalog(
  sql: string,
  whenEmpty?: CatalogStatement["whenEmpty"],
): CatalogStatement {
  return { kind: "catalog", sql, values: [], whenEmpty };
}

function showIndex(p: Parser): MysqlStatement {
  if (p.acceptOne("from", "in") === undefined) throw p.error();
  const parts = p.qualifiedName();
  const other = from(p);
  const { database, table } = place(
    p,
    other === undefined ? parts : [other, parts.at(-1) as string],
  );
  return filtered(
    p,
    `SELECT s.table_name AS "Table", s.non_unique AS "Non_unique", s.index_name AS "Key_name",
      s.seq_in_index AS "Seq_in_index", s.column_name AS "Column_name", s.direction AS "Collation",
      NULL::bigint AS "Cardinality", NULL::bigint AS "Sub_part", NULL::text AS "Packed", s.nullable AS "Null",
      s.index_type AS "Index_type", ''::text AS "Comment", s.index_comment AS "Index_comment",
      'YES'::text AS "Visible", s.expression AS "Expression"
    FROM pg_mysql.schema_statistics() s
    WHERE s.table_schema = ${quote(database)} AND s.table_name = ${
      quote(table)
    } AND ${maySee("s.oid")}`,
    "Key_name",
  );
}

function showCreate(p: Parser): MysqlStatement {
  const what = p.acceptOne("table", "view", "database", "schema", "user");
  if (what === "database" || what === "schema") {
    p.accept("if", "not", "exists");
    const name = p.name();
    return catalog(
      `SELECT d.name AS "Database", 'CREATE DATABASE \`' || d.name || '\` /*!40100 DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci */' AS "Create Database"
        FROM ${databases} d WHERE d.name = ${quote(name)}`,
      { errno: 1049, sqlState: "42000", message: `Unknown database '${name}'` },
    );
  }
  if (what !== "table" && what !== "view") {
    throw notSupportedYet("SHOW CREATE of that");
  }
  const { database, table } = place(p, p.qualifiedName());
  const source = existing(database, table);
  const view = (text: string) =>
    `'CREATE VIEW \`' || ${text}.table_name || '\` AS ' || ${text}.view_definition`;
  return catalog(
    what === "view"
      ? `SELECT t.table_name AS "View", ${
        view("t")
      } AS "Create View", 'utf8mb4'::text AS "character_set_client",
          'utf8mb4_0900_ai_ci'::text AS "collation_connection" FROM ${source} t WHERE t.table_type = 'VIEW'`
      : `SELECT t.table_name AS "Table", CASE WHEN t.table_type = 'VIEW' THEN ${
        view("t")
      }
          ELSE pg_mysql.create_table_text(t.oid) END AS "Create Table" FROM ${source} t`,
    missing(database, table),
  );
}

function tableStatus(p: Parser): MysqlStatement {
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

function charsets(p: Parser): MysqlStatement {
  return fixedFiltered(
    p,
    ["Charset", "Description", "Default collation", "Maxlen"],
    charsetRows,
    "Charset",
  );
}

function warnings(
  p: Parser,
  errorsOnly: boolean,
  count: boolean,
): MysqlStatement {
  let offset = 0;
  let limit: number | undefined;
  if (p.accept("limit")) {
    limit = p.whole();
    if (p.accept(",")) {
      offset = limit;
      limit = p.whole();
    }
  }
  return { kind: "warnings", errorsOnly, count, offset, limit };
}

/** Rights on tables, as GRANT would give them; a superuser has all. */
function showGrants(p: Parser): MysqlStatement {
  const name = p.accept("for") ? roleOf(account(p)) : "";
  const who = name === "" ? "current_user::text" : quote(name);
  const title = name === ""
    ? "Grants for current user"
    : `Grants for ${name}@%`;
  return catalog(
    `SELECT g.line AS "${title.replaceAll('"', '""')}" FROM (
      SELECT 0 AS part, 'GRANT ' || CASE WHEN r.rolsuper THEN 'ALL PRIVILEGES' ELSE 'USAGE' END || ' ON *.* TO \`'
        || r.rolname || '\`@\`%\`' || CASE WHEN r.rolsuper THEN ' WITH GRANT OPTION' ELSE '' END AS line
        FROM pg_catalog.pg_roles r WHERE r.rolname = ${who}
      UNION ALL
      SELECT 1, 'GRANT ' || string_agg(p.privilege_type, ', ' ORDER BY p.privilege_type) || ' ON \`'
        || CASE p.table_schema WHEN 'public' THEN 'postgres' ELSE p.table_schema END || '\`.\`' || p.table_name
        || '\` TO \`' || p.grantee || '\`@\`%\`'
        FROM information_schema.role_table_grants p
        WHERE p.grantee = ${who} AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = ${who} AND r.rolsuper)
        GROUP BY p.table_schema, p.table_name, p.grantee) g
      ORDER BY g.part, g.line`,
    {
      errno: 1141,
      sqlState: "42000",
      message: `There is no such grant defined for user '${name}' on host '%'`,
    },
  );
}

const statusRows: readonly (readonly string[])[] = [
  ["Ssl_cipher", ""],
  ["Ssl_version", ""],
];
