/**
 * `information_schema` as MySQL's clients read it (manual, 28): queries over the rows of
 * `lib/sql/functions/mysql/schema.ts`, filtered by the rights of who asks.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- tables are named as MySQL names them

import type { Node } from "@pgsql/types";
import { parse } from "../parse.ts";
import { charsetRows, collationRows } from "./collation.ts";
import { MysqlError } from "./error.ts";
import type { Parser } from "./parser.ts";

/** Whether the present role may do anything with the relation of that oid. */
export const maySee = (oid: string): string =>
  `(pg_catalog.has_table_privilege(${oid}, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    OR pg_catalog.has_any_column_privilege(${oid}, 'SELECT, INSERT, UPDATE, REFERENCES'))`;

/** Schemas that are databases, and their names in MySQL. */
export const databases =
  `(SELECT CASE n.nspname WHEN 'public' THEN 'postgres' ELSE n.nspname::text END AS name
    FROM pg_catalog.pg_namespace n
    WHERE n.nspname NOT IN ('pg_catalog', 'pg_toast') AND n.nspname NOT LIKE 'pg\\_temp%'
      AND (n.nspname = 'information_schema' OR pg_catalog.has_schema_privilege(n.oid, 'USAGE')))`;

const quote = (text: string | number | null | boolean): string =>
  text === null
    ? "NULL"
    : typeof text === "number"
    ? String(text)
    : `'${String(text).replaceAll("'", "''")}'`;

/** Rows that never change. */
function fixed(
  columns: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  return `SELECT * FROM (VALUES ${
    rows.map((row) => `(${row.map(quote).join(", ")})`).join(", ")
  }) AS fixed(${columns.map((name) => `"${name}"`).join(", ")})`;
}

/** No rows, but their columns. */
const empty = (...columns: readonly string[]): string =>
  `SELECT ${
    columns.map((name) => `NULL::text AS "${name}"`).join(", ")
  } WHERE false`;

/** The engines that are listed. */
export const engineRows: readonly (readonly (string | null)[])[] = [
  [
    "InnoDB",
    "DEFAULT",
    "Supports transactions, row-level locking, and foreign keys",
    "YES",
    "NO",
    "YES",
  ],
];

const tables: Readonly<Record<string, string>> = {
  schemata: `SELECT 'def'::text AS "CATALOG_NAME", d.name AS "SCHEMA_NAME",
      'utf8mb4'::text AS "DEFAULT_CHARACTER_SET_NAME", 'utf8mb4_general_ci'::text AS "DEFAULT_COLLATION_NAME",
      NULL::text AS "SQL_PATH", 'NO'::text AS "DEFAULT_ENCRYPTION" FROM ${databases} d`,
  tables:
    `SELECT 'def'::text AS "TABLE_CATALOG", t.table_schema AS "TABLE_SCHEMA", t.table_name AS "TABLE_NAME",
      t.table_type AS "TABLE_TYPE", t.engine AS "ENGINE", 10::bigint AS "VERSION",
      CASE WHEN t.engine IS NULL THEN NULL ELSE 'Dynamic' END AS "ROW_FORMAT", NULL::bigint AS "TABLE_ROWS",
      NULL::bigint AS "AVG_ROW_LENGTH", NULL::bigint AS "DATA_LENGTH", NULL::bigint AS "MAX_DATA_LENGTH",
      NULL::bigint AS "INDEX_LENGTH", NULL::bigint AS "DATA_FREE", t.auto_increment AS "AUTO_INCREMENT",
      NULL::timestamp AS "CREATE_TIME", NULL::timestamp AS "UPDATE_TIME", NULL::timestamp AS "CHECK_TIME",
      t.table_collation AS "TABLE_COLLATION", NULL::bigint AS "CHECKSUM", ''::text AS "CREATE_OPTIONS",
      t.table_comment AS "TABLE_COMMENT"
    FROM pg_mysql.schema_tables() t WHERE ${maySee("t.oid")}`,
  columns:
    `SELECT 'def'::text AS "TABLE_CATALOG", c.table_schema AS "TABLE_SCHEMA", c.table_name AS "TABLE_NAME",
      c.column_name AS "COLUMN_NAME", c.ordinal_position AS "ORDINAL_POSITION",
      c.column_default AS "COLUMN_DEFAULT", c.is_nullable AS "IS_NULLABLE", c.data_type AS "DATA_TYPE",
      c.character_maximum_length AS "CHARACTER_MAXIMUM_LENGTH",
      c.character_octet_length AS "CHARACTER_OCTET_LENGTH", c.numeric_precision AS "NUMERIC_PRECISION",
      c.numeric_scale AS "NUMERIC_SCALE", c.datetime_precision AS "DATETIME_PRECISION",
      c.character_set_name AS "CHARACTER_SET_NAME", c.collation_name AS "COLLATION_NAME",
      c.column_type AS "COLUMN_TYPE", c.column_key AS "COLUMN_KEY", c.extra AS "EXTRA",
      'select,insert,update,references'::text AS "PRIVILEGES", c.column_comment AS "COLUMN_COMMENT",
      c.generation_expression AS "GENERATION_EXPRESSION", NULL::bigint AS "SRS_ID"
    FROM pg_mysql.schema_columns() c WHERE ${maySee("c.oid")}`,
  statistics:
    `SELECT 'def'::text AS "TABLE_CATALOG", s.table_schema AS "TABLE_SCHEMA", s.table_name AS "TABLE_NAME",
      s.non_unique AS "NON_UNIQUE", s.table_schema AS "INDEX_SCHEMA", s.index_name AS "INDEX_NAME",
      s.seq_in_index AS "SEQ_IN_INDEX", s.column_name AS "COLUMN_NAME", s.direction AS "COLLATION",
      NULL::bigint AS "CARDINALITY", s.sub_part AS "SUB_PART", NULL::text AS "PACKED", s.nullable AS "NULLABLE",
      s.index_type AS "INDEX_TYPE", ''::text AS "COMMENT", s.index_comment AS "INDEX_COMMENT",
      'YES'::text AS "IS_VISIBLE", s.expression AS "EXPRESSION"
    FROM pg_mysql.schema_statistics() s WHERE ${maySee("s.oid")}`,
  key_column_usage:
    `SELECT 'def'::text AS "CONSTRAINT_CATALOG", k.table_schema AS "CONSTRAINT_SCHEMA",
      k.constraint_name AS "CONSTRAINT_NAME", 'def'::text AS "TABLE_CATALOG", k.table_schema AS "TABLE_SCHEMA",
      k.table_name AS "TABLE_NAME", k.column_name AS "COLUMN_NAME", k.ordinal_position AS "ORDINAL_POSITION",
      k.position_in_unique_constraint AS "POSITION_IN_UNIQUE_CONSTRAINT",
      k.referenced_table_schema AS "REFERENCED_TABLE_SCHEMA", k.referenced_table_name AS "REFERENCED_TABLE_NAME",
      k.referenced_column_name AS "REFERENCED_COLUMN_NAME"
    FROM pg_mysql.schema_keys() k WHERE k.ordinal_position IS NOT NULL AND ${
      maySee("k.oid")
    }`,
  referential_constraints:
    `SELECT 'def'::text AS "CONSTRAINT_CATALOG", k.table_schema AS "CONSTRAINT_SCHEMA",
      k.constraint_name AS "CONSTRAINT_NAME", 'def'::text AS "UNIQUE_CONSTRAINT_CATALOG",
      k.referenced_table_schema AS "UNIQUE_CONSTRAINT_SCHEMA", k.unique_constraint_name AS "UNIQUE_CONSTRAINT_NAME",
      'NONE'::text AS "MATCH_OPTION", k.update_rule AS "UPDATE_RULE", k.delete_rule AS "DELETE_RULE",
      k.table_name AS "TABLE_NAME", k.referenced_table_name AS "REFERENCED_TABLE_NAME"
    FROM pg_mysql.schema_keys() k
    WHERE k.constraint_type = 'FOREIGN KEY' AND k.ordinal_position = 1 AND ${
      maySee("k.oid")
    }`,
  table_constraints:
    `SELECT 'def'::text AS "CONSTRAINT_CATALOG", k.table_schema AS "CONSTRAINT_SCHEMA",
      k.constraint_name AS "CONSTRAINT_NAME", k.table_schema AS "TABLE_SCHEMA", k.table_name AS "TABLE_NAME",
      k.constraint_type AS "CONSTRAINT_TYPE", 'YES'::text AS "ENFORCED"
    FROM pg_mysql.schema_keys() k
    WHERE (k.ordinal_position = 1 OR k.ordinal_position IS NULL) AND ${
      maySee("k.oid")
    }`,
  check_constraints:
    `SELECT 'def'::text AS "CONSTRAINT_CATALOG", k.table_schema AS "CONSTRAINT_SCHEMA",
      k.constraint_name AS "CONSTRAINT_NAME", k.check_clause AS "CHECK_CLAUSE"
    FROM pg_mysql.schema_keys() k WHERE k.constraint_type = 'CHECK' AND ${
      maySee("k.oid")
    }`,
  views:
    `SELECT 'def'::text AS "TABLE_CATALOG", t.table_schema AS "TABLE_SCHEMA", t.table_name AS "TABLE_NAME",
      pg_mysql.view_text(t.oid) AS "VIEW_DEFINITION", t.check_option AS "CHECK_OPTION", 'YES'::text AS "IS_UPDATABLE",
      CASE t.owner WHEN 'postgres' THEN 'root@localhost' ELSE t.owner || '@%' END AS "DEFINER", t.security_type AS "SECURITY_TYPE", 'utf8mb4'::text AS "CHARACTER_SET_CLIENT",
      'utf8mb4_general_ci'::text AS "COLLATION_CONNECTION"
    FROM pg_mysql.schema_tables() t WHERE t.table_type = 'VIEW' AND ${
      maySee("t.oid")
    }`,
  engines: fixed([
    "ENGINE",
    "SUPPORT",
    "COMMENT",
    "TRANSACTIONS",
    "XA",
    "SAVEPOINTS",
  ], engineRows),
  character_sets: fixed(
    ["CHARACTER_SET_NAME", "DEFAULT_COLLATE_NAME", "DESCRIPTION", "MAXLEN"],
    charsetRows.map((
      [name, description, collation, length],
    ) => [name, collation, description, length]),
  ),
  collations: fixed(
    [
      "COLLATION_NAME",
      "CHARACTER_SET_NAME",
      "ID",
      "IS_DEFAULT",
      "IS_COMPILED",
      "SORTLEN",
      "PAD_ATTRIBUTE",
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
  ),
  collation_character_set_applicability: fixed([
    "COLLATION_NAME",
    "CHARACTER_SET_NAME",
  ], collationRows.map(([name, charset]) => [name, charset])),
  routines: empty(
    "SPECIFIC_NAME",
    "ROUTINE_CATALOG",
    "ROUTINE_SCHEMA",
    "ROUTINE_NAME",
    "ROUTINE_TYPE",
    "DATA_TYPE",
    "CHARACTER_MAXIMUM_LENGTH",
    "NUMERIC_PRECISION",
    "NUMERIC_SCALE",
    "DTD_IDENTIFIER",
    "ROUTINE_BODY",
    "ROUTINE_DEFINITION",
    "IS_DETERMINISTIC",
    "SQL_DATA_ACCESS",
    "SECURITY_TYPE",
    "CREATED",
    "LAST_ALTERED",
    "SQL_MODE",
    "ROUTINE_COMMENT",
    "DEFINER",
  ),
  parameters: empty(
    "SPECIFIC_CATALOG",
    "SPECIFIC_SCHEMA",
    "SPECIFIC_NAME",
    "ORDINAL_POSITION",
    "PARAMETER_MODE",
    "PARAMETER_NAME",
    "DATA_TYPE",
    "DTD_IDENTIFIER",
    "ROUTINE_TYPE",
  ),
  triggers: empty(
    "TRIGGER_CATALOG",
    "TRIGGER_SCHEMA",
    "TRIGGER_NAME",
    "EVENT_MANIPULATION",
    "EVENT_OBJECT_CATALOG",
    "EVENT_OBJECT_SCHEMA",
    "EVENT_OBJECT_TABLE",
    "ACTION_ORDER",
    "ACTION_CONDITION",
    "ACTION_STATEMENT",
    "ACTION_ORIENTATION",
    "ACTION_TIMING",
    "CREATED",
    "SQL_MODE",
    "DEFINER",
  ),
  events: empty(
    "EVENT_CATALOG",
    "EVENT_SCHEMA",
    "EVENT_NAME",
    "DEFINER",
    "STATUS",
    "EVENT_TYPE",
  ),
  partitions: empty(
    "TABLE_CATALOG",
    "TABLE_SCHEMA",
    "TABLE_NAME",
    "PARTITION_NAME",
    "SUBPARTITION_NAME",
    "PARTITION_ORDINAL_POSITION",
    "SUBPARTITION_ORDINAL_POSITION",
    "PARTITION_METHOD",
    "SUBPARTITION_METHOD",
    "PARTITION_EXPRESSION",
    "SUBPARTITION_EXPRESSION",
    "PARTITION_DESCRIPTION",
    "TABLE_ROWS",
    "PARTITION_COMMENT",
    "NODEGROUP",
    "TABLESPACE_NAME",
  ),
  plugins: empty(
    "PLUGIN_NAME",
    "PLUGIN_VERSION",
    "PLUGIN_STATUS",
    "PLUGIN_TYPE",
  ),
  files: empty(
    "FILE_ID",
    "FILE_NAME",
    "FILE_TYPE",
    "TABLESPACE_NAME",
    "TABLE_CATALOG",
    "TABLE_SCHEMA",
    "TABLE_NAME",
    "LOGFILE_GROUP_NAME",
    "LOGFILE_GROUP_NUMBER",
    "ENGINE",
    "FULLTEXT_KEYS",
    "DELETED_ROWS",
    "UPDATE_COUNT",
    "FREE_EXTENTS",
    "TOTAL_EXTENTS",
    "EXTENT_SIZE",
    "INITIAL_SIZE",
    "MAXIMUM_SIZE",
    "AUTOEXTEND_SIZE",
    "CREATION_TIME",
    "LAST_UPDATE_TIME",
    "LAST_ACCESS_TIME",
    "STATUS",
    "EXTRA",
  ),
  user_privileges:
    `SELECT DISTINCT '''' || r.rolname || '''@''%''' AS "GRANTEE", 'def'::text AS "TABLE_CATALOG",
      CASE WHEN r.rolsuper THEN 'SUPER' ELSE 'USAGE' END AS "PRIVILEGE_TYPE",
      CASE WHEN r.rolsuper THEN 'YES' ELSE 'NO' END AS "IS_GRANTABLE"
    FROM pg_catalog.pg_roles r WHERE r.rolname = current_user`,
};

const trees = new Map<string, Node>();
const mostTrees = 200;

/** A query of ours as a tree. */
export function tree(sql: string): Node {
  const known = trees.get(sql);
  if (known !== undefined) return known;
  const [statement] = parse(sql);
  if (statement === undefined) {
    throw new TypeError("Cannot parse a query of ours");
  }
  // Offsets mean nothing in a statement of the client's.
  const node = JSON.parse(
    JSON.stringify(
      statement.node,
      (key, value) => key === "location" ? undefined : value,
    ),
  ) as Node;
  if (trees.size >= mostTrees) trees.clear();
  trees.set(sql, node);
  return node;
}

/**
 * @param p Parser.
 * @param parts Name of a table.
 * @param alias Its alias.
 * @returns The query that stands for it, if it is one of information_schema.
 * @throws {MysqlError} 1109 for an unknown table of it.
 */
export function informationTable(
  p: Parser,
  parts: readonly string[],
  alias?: string,
): Node | undefined {
  const schema = (parts.length > 1 ? parts[0] : p.options.database)
    ?.toLowerCase();
  if (schema !== "information_schema") return undefined;
  const name = parts.at(-1) as string;
  const sql = tables[name.toLowerCase()];
  if (sql === undefined) {
    throw new MysqlError(
      1109,
      "42S02",
      `Unknown table '${name.toUpperCase()}' in information_schema`,
    );
  }
  return {
    RangeSubselect: {
      subquery: tree(sql),
      alias: { aliasname: alias ?? name },
    },
  };
}
