/**
 * Views of `information_schema` about relations and their columns (manual, chapter 37).
 *
 * @module
 */

import {
  database,
  maySee,
  mayUse,
  relation,
  typeColumns,
  typeExpressions,
  yesNo,
} from "./information_schema_pieces.ts";
import type { SystemView } from "./system_view.ts";

/** See the top of the file. */
export const relationViews: readonly SystemView[] = [
  {
    name: "schemata",
    columns:
      "catalog_name name, schema_name name, schema_owner name, default_character_set_catalog name?, default_character_set_schema name?, default_character_set_name name?, sql_path varchar?",
    sql:
      `SELECT ${database}, n.nspname, pg_catalog.pg_get_userbyid(n.nspowner), NULL::name, NULL::name,
        NULL::name, NULL::varchar
      FROM pg_catalog.pg_namespace n
      WHERE ${
        mayUse("n.nspowner")
      } OR pg_catalog.has_schema_privilege(n.oid, 'CREATE, USAGE'::text)`,
  },
  {
    name: "tables",
    columns:
      "table_catalog name, table_schema name, table_name name, table_type varchar, self_referencing_column_name name?, reference_generation varchar?, user_defined_type_catalog name?, user_defined_type_schema name?, user_defined_type_name name?, is_insertable_into varchar, is_typed varchar, commit_action varchar?",
    sql:
      `SELECT ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        CASE WHEN n.nspname LIKE 'pg_temp%' THEN 'LOCAL TEMPORARY' WHEN c.relkind = 'v' THEN 'VIEW'
          ELSE 'BASE TABLE' END::varchar AS table_type,
        NULL::name, NULL::varchar, NULL::name, NULL::name, NULL::name,
        ${
        yesNo(
          "c.relkind = 'r' OR (pg_catalog.pg_relation_is_updatable(c.oid::regclass, false) & 8) = 8",
        )
      }
          AS is_insertable_into,
        'NO'::varchar AS is_typed, NULL::varchar AS commit_action
      FROM ${relation}
      WHERE c.relkind IN ('r', 'v', 'f', 'p') AND ${maySee}`,
  },
  {
    name: "views",
    columns:
      "table_catalog name, table_schema name, table_name name, view_definition varchar?, check_option varchar, is_updatable varchar, is_insertable_into varchar, is_trigger_updatable varchar, is_trigger_deletable varchar, is_trigger_insertable_into varchar",
    sql:
      `SELECT ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        CASE WHEN ${
        mayUse("c.relowner")
      } THEN pg_catalog.pg_get_viewdef(c.oid) END::varchar AS view_definition,
        CASE WHEN 'check_option=cascaded' = ANY (c.reloptions) THEN 'CASCADED'
          WHEN 'check_option=local' = ANY (c.reloptions) THEN 'LOCAL' ELSE 'NONE' END::varchar AS check_option,
        ${
        yesNo(
          "(pg_catalog.pg_relation_is_updatable(c.oid::regclass, false) & 20) = 20",
        )
      },
        ${
        yesNo(
          "(pg_catalog.pg_relation_is_updatable(c.oid::regclass, false) & 8) = 8",
        )
      },
        'NO'::varchar, 'NO'::varchar, 'NO'::varchar
      FROM ${relation} WHERE c.relkind = 'v' AND ${maySee}`,
  },
  {
    name: "columns",
    columns:
      `table_catalog name, table_schema name, table_name name, column_name name, ordinal_position int4, column_default varchar?, is_nullable varchar, ${typeColumns}, character_set_catalog name?, character_set_schema name?, character_set_name name?, collation_catalog name?, collation_schema name?, collation_name name?, domain_catalog name?, domain_schema name?, domain_name name?, udt_catalog name, udt_schema name, udt_name name, scope_catalog name?, scope_schema name?, scope_name name?, maximum_cardinality int4?, dtd_identifier name, is_self_referencing varchar, is_identity varchar, identity_generation varchar?, identity_start varchar?, identity_increment varchar?, identity_maximum varchar?, identity_minimum varchar?, identity_cycle varchar, is_generated varchar, generation_expression varchar?, is_updatable varchar`,
    sql:
      `SELECT ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
        a.attname AS column_name, a.attnum::int4 AS ordinal_position,
        CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END::varchar
          AS column_default,
        ${
        yesNo("NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull))")
      } AS is_nullable,
        ${typeExpressions("t", "a.atttypmod")},
        NULL::name, NULL::name, NULL::name, NULL::name, NULL::name, NULL::name,
        CASE WHEN t.typtype = 'd' THEN ${database} END AS domain_catalog,
        CASE WHEN t.typtype = 'd' THEN tn.nspname END AS domain_schema,
        CASE WHEN t.typtype = 'd' THEN t.typname END AS domain_name,
        ${database} AS udt_catalog, coalesce(bn.nspname, tn.nspname) AS udt_schema,
        coalesce(bt.typname, t.typname) AS udt_name, NULL::name, NULL::name, NULL::name, NULL::int4,
        a.attnum::text::name AS dtd_identifier, 'NO'::varchar AS is_self_referencing,
        ${yesNo("a.attidentity IN ('a', 'd')")} AS is_identity,
        CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END::varchar
          AS identity_generation,
        s.seqstart::varchar AS identity_start, s.seqincrement::varchar AS identity_increment,
        s.seqmax::varchar AS identity_maximum, s.seqmin::varchar AS identity_minimum,
        ${yesNo("s.seqcycle")} AS identity_cycle,
        CASE WHEN a.attgenerated <> '' THEN 'ALWAYS' ELSE 'NEVER' END::varchar AS is_generated,
        CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END::varchar
          AS generation_expression,
        ${
        yesNo(
          "c.relkind = 'r' OR (c.relkind = 'v' AND pg_catalog.pg_column_is_updatable(c.oid::regclass, a.attnum, false))",
        )
      } AS is_updatable
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      LEFT JOIN pg_catalog.pg_type bt ON t.typtype = 'd' AND bt.oid = t.typbasetype
      LEFT JOIN pg_catalog.pg_namespace bn ON bn.oid = bt.typnamespace
      LEFT JOIN pg_catalog.pg_depend p ON p.refclassid = 1259 AND p.refobjid = a.attrelid
        AND p.refobjsubid = a.attnum AND p.deptype = 'i' AND p.classid = 1259
      LEFT JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
      WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'f', 'p')
        AND (${mayUse("c.relowner")}
          OR pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT, INSERT, UPDATE, REFERENCES'::text))`,
  },
  {
    name: "sequences",
    columns:
      "sequence_catalog name, sequence_schema name, sequence_name name, data_type varchar, numeric_precision int4, numeric_precision_radix int4, numeric_scale int4, start_value varchar, minimum_value varchar, maximum_value varchar, increment varchar, cycle_option varchar",
    sql:
      `SELECT ${database} AS sequence_catalog, n.nspname AS sequence_schema, c.relname AS sequence_name,
        pg_catalog.format_type(s.seqtypid, NULL)::varchar AS data_type,
        CASE s.seqtypid WHEN 21 THEN 16 WHEN 23 THEN 32 ELSE 64 END AS numeric_precision,
        2 AS numeric_precision_radix, 0 AS numeric_scale, s.seqstart::varchar AS start_value,
        s.seqmin::varchar AS minimum_value, s.seqmax::varchar AS maximum_value,
        s.seqincrement::varchar AS increment, ${
        yesNo("s.seqcycle")
      } AS cycle_option
      FROM ${relation} JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
      WHERE c.relkind = 'S' AND (${mayUse("c.relowner")}
          OR pg_catalog.has_sequence_privilege(c.oid, 'SELECT, UPDATE, USAGE'::text))
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
          WHERE d.classid = 1259 AND d.objid = c.oid AND d.deptype = 'i')`,
  },
  {
    name: "domains",
    columns:
      `domain_catalog name, domain_schema name, domain_name name, ${typeColumns}, domain_default varchar?, udt_catalog name, udt_schema name, udt_name name`,
    sql: `SELECT ${database}, n.nspname, t.typname, ${
      typeExpressions("t", "-1")
    },
        t.typdefault::varchar, ${database}, bn.nspname, bt.typname
      FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
      JOIN pg_catalog.pg_type bt ON bt.oid = t.typbasetype
      JOIN pg_catalog.pg_namespace bn ON bn.oid = bt.typnamespace
      WHERE t.typtype = 'd'`,
  },
  {
    name: "triggers",
    columns:
      "trigger_catalog name, trigger_schema name, trigger_name name, event_manipulation varchar, event_object_catalog name, event_object_schema name, event_object_table name, action_order int4, action_condition varchar?, action_statement varchar, action_orientation varchar, action_timing varchar",
    sql:
      `SELECT NULL::name, NULL::name, NULL::name, NULL::varchar, NULL::name, NULL::name, NULL::name, NULL::int4,
        NULL::varchar, NULL::varchar, NULL::varchar, NULL::varchar WHERE false`,
  },
];
