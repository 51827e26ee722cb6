/**
 * Reads SHOW and DESCRIBE (MySQL manual, 15.7.7 and 15.8.1): queries over the catalog, with MySQL's names of
 * columns.
 *
 * @module
 */

import { charsetRows, collationRows } from "./collation.ts";
import type { MysqlStatement } from "./dialect.ts";
import { databases, engineRows } from "./information_schema.ts";

import type { Parser } from "./parser.ts";
import { showGrants } from "./show_users.ts";
import { variableRows } from "./system_variables.ts";
import { filtered, fixedFiltered, from, rowsOf } from "./show_rows.ts";
import {
  showColumns,
  showCreate,
  showIndex,
  showTables,
  tableStatus,
} from "./show_tables.ts";

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

const statusRows: readonly (readonly string[])[] = [
  ["Ssl_cipher", ""],
  ["Ssl_version", ""],
];
