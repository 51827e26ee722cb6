/**
 * Views of `information_schema` about constraints (manual, chapter 37).
 *
 * @module
 */

import {
  database,
  maySee,
  mayUse,
  yesNo,
} from "./information_schema_pieces.ts";
import type { SystemView } from "./system_view.ts";

const constraintTypes =
  `CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY'
  WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END::varchar`;

const rules = (column: string) =>
  `CASE ${column} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
  WHEN 'r' THEN 'RESTRICT' WHEN 'a' THEN 'NO ACTION' END::varchar`;

/** See the top of the file. */
export const constraintViews: readonly SystemView[] = [
  {
    name: "table_constraints",
    columns:
      "constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, table_schema name, table_name name, constraint_type varchar, is_deferrable varchar, initially_deferred varchar, enforced varchar, nulls_distinct varchar?",
    sql:
      `SELECT ${database} AS constraint_catalog, kn.nspname AS constraint_schema, k.conname AS constraint_name,
        ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        ${constraintTypes} AS constraint_type, ${
        yesNo("k.condeferrable")
      } AS is_deferrable,
        ${
        yesNo("k.condeferred")
      } AS initially_deferred, 'YES'::varchar AS enforced,
        CASE WHEN k.contype = 'u' THEN 'YES' END::varchar AS nulls_distinct
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype IN ('c', 'f', 'p', 'u') AND c.relkind IN ('r', 'p') AND ${maySee}
      UNION ALL
      SELECT ${database}, n.nspname, (n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null')::name,
        ${database}, n.nspname, c.relname, 'CHECK'::varchar, 'NO'::varchar, 'NO'::varchar, 'YES'::varchar,
        NULL::varchar
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND ${maySee}`,
  },
  {
    name: "key_column_usage",
    columns:
      "constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, table_schema name, table_name name, column_name name, ordinal_position int4, position_in_unique_constraint int4?",
    sql:
      `SELECT ${database} AS constraint_catalog, kn.nspname AS constraint_schema, k.conname AS constraint_name,
        ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        a.attname AS column_name, u.ord::int4 AS ordinal_position,
        CASE WHEN k.contype = 'f' THEN (
          SELECT x.ord::int4 FROM pg_catalog.pg_constraint pk,
            unnest(pk.conkey) WITH ORDINALITY AS x(num, ord)
          WHERE pk.conrelid = k.confrelid AND pk.contype IN ('p', 'u') AND pk.conindid = k.conindid
            AND x.num = k.confkey[u.ord::int4]) END AS position_in_unique_constraint
      FROM pg_catalog.pg_constraint k
      CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u(num, ord)
      JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num
      WHERE k.contype IN ('p', 'u', 'f') AND ${maySee}`,
  },
  {
    name: "referential_constraints",
    columns:
      "constraint_catalog name, constraint_schema name, constraint_name name, unique_constraint_catalog name?, unique_constraint_schema name?, unique_constraint_name name?, match_option varchar, update_rule varchar, delete_rule varchar",
    sql:
      `SELECT ${database} AS constraint_catalog, n.nspname AS constraint_schema, k.conname AS constraint_name,
        CASE WHEN pk.oid IS NOT NULL THEN ${database} END AS unique_constraint_catalog,
        pn.nspname AS unique_constraint_schema, pk.conname AS unique_constraint_name,
        CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' ELSE 'NONE' END::varchar
          AS match_option,
        ${rules("k.confupdtype")} AS update_rule, ${
        rules("k.confdeltype")
      } AS delete_rule
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
      JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
      LEFT JOIN pg_catalog.pg_constraint pk ON pk.conrelid = k.confrelid AND pk.conindid = k.conindid
        AND pk.contype IN ('p', 'u')
      LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = pk.connamespace
      WHERE k.contype = 'f' AND ${maySee}`,
  },
  {
    name: "constraint_column_usage",
    columns:
      "table_catalog name, table_schema name, table_name name, column_name name, constraint_catalog name, constraint_schema name, constraint_name name",
    sql:
      `SELECT ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        a.attname AS column_name, ${database} AS constraint_catalog, kn.nspname AS constraint_schema,
        k.conname AS constraint_name
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace
      JOIN pg_catalog.pg_class c ON c.oid = CASE WHEN k.contype = 'f' THEN k.confrelid ELSE k.conrelid END
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
        AND a.attnum = ANY (CASE WHEN k.contype = 'f' THEN k.confkey ELSE k.conkey END)
      WHERE k.contype IN ('p', 'u', 'f', 'c') AND ${mayUse("c.relowner")}`,
  },
  {
    name: "constraint_table_usage",
    columns:
      "table_catalog name, table_schema name, table_name name, constraint_catalog name, constraint_schema name, constraint_name name",
    sql:
      `SELECT ${database}, n.nspname, c.relname, ${database}, kn.nspname, k.conname
      FROM pg_catalog.pg_constraint k
      JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace
      JOIN pg_catalog.pg_class c ON c.oid = CASE WHEN k.contype = 'f' THEN k.confrelid ELSE k.conrelid END
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype IN ('p', 'u', 'f') AND ${mayUse("c.relowner")}`,
  },
  {
    name: "check_constraints",
    columns:
      "constraint_catalog name, constraint_schema name, constraint_name name, check_clause varchar?",
    sql:
      `SELECT ${database} AS constraint_catalog, n.nspname AS constraint_schema, k.conname AS constraint_name,
        substring(pg_catalog.pg_get_constraintdef(k.oid) from 7)::varchar AS check_clause
      FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace
      WHERE k.contype = 'c'
      UNION ALL
      SELECT ${database}, n.nspname,
        (n.oid::text || '_' || c.oid::text || '_' || a.attnum::text || '_not_null')::name,
        (a.attname::text || ' IS NOT NULL')::varchar
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p')
        AND ${mayUse("c.relowner")}`,
  },
];
