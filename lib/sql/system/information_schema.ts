/**
 * Views of `information_schema` (manual, chapter 37). Names are of type `name`, words of type `varchar`, numbers
 * of type `int4`, where PostgreSQL has domains over them.
 *
 * @module
 */

import type { SystemView } from "./system_view.ts";

const database = "'postgres'::name";

/** Roles whose objects the present role may see: those it can act as. */
const mayUse = (owner: string) =>
  `pg_catalog.pg_has_role(${owner}, 'USAGE'::text)`;

const maySee = `(${mayUse("c.relowner")}
  OR pg_catalog.has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER'::text)
  OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'::text))`;

const yesNo = (condition: string) =>
  `CASE WHEN ${condition} THEN 'YES' ELSE 'NO' END::varchar`;

const relation = `pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const constraintTypes =
  `CASE k.contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY'
  WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' END::varchar`;

const rules = (column: string) =>
  `CASE ${column} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
  WHEN 'r' THEN 'RESTRICT' WHEN 'a' THEN 'NO ACTION' END::varchar`;

/** Lengths and precisions of a type `t` with modifier `m`, as several views have them. */
const typeColumns =
  "data_type varchar?, character_maximum_length int4?, character_octet_length int4?, numeric_precision int4?, numeric_precision_radix int4?, numeric_scale int4?, datetime_precision int4?, interval_type varchar?, interval_precision int4?";

function typeExpressions(type: string, typmod: string): string {
  const base =
    `CASE WHEN ${type}.typtype = 'd' THEN ${type}.typbasetype ELSE ${type}.oid END`;
  const modifier =
    `CASE WHEN ${type}.typtype = 'd' THEN ${type}.typtypmod ELSE ${typmod} END`;
  return `CASE WHEN ${type}.typtype = 'd' THEN
        CASE WHEN bt.typelem <> 0 AND bt.typlen = -1 THEN 'ARRAY'
          WHEN bt.typnamespace = 11 THEN pg_catalog.format_type(${type}.typbasetype, NULL)
          ELSE 'USER-DEFINED' END
      WHEN ${type}.typelem <> 0 AND ${type}.typlen = -1 THEN 'ARRAY'
      WHEN ${type}.typnamespace = 11 THEN pg_catalog.format_type(${type}.oid, NULL)
      ELSE 'USER-DEFINED' END::varchar AS data_type,
    CASE WHEN (${base}) IN (1042, 1043) AND (${modifier}) <> -1 THEN (${modifier}) - 4 END
      AS character_maximum_length,
    CASE WHEN (${base}) IN (25, 1042, 1043) THEN
      CASE WHEN (${modifier}) = -1 THEN 1073741824 ELSE 4 * ((${modifier}) - 4) END END
      AS character_octet_length,
    CASE (${base}) WHEN 21 THEN 16 WHEN 23 THEN 32 WHEN 20 THEN 64 WHEN 700 THEN 24 WHEN 701 THEN 53
      WHEN 1700 THEN CASE WHEN (${modifier}) = -1 THEN NULL ELSE (((${modifier}) - 4) >> 16) & 65535 END
      END AS numeric_precision,
    CASE WHEN (${base}) IN (21, 23, 20, 700, 701) THEN 2 WHEN (${base}) = 1700 THEN 10 END
      AS numeric_precision_radix,
    CASE WHEN (${base}) IN (21, 23, 20) THEN 0 WHEN (${base}) = 1700 AND (${modifier}) <> -1
      THEN ((${modifier}) - 4) & 65535 END AS numeric_scale,
    CASE WHEN (${base}) = 1082 THEN 0
      WHEN (${base}) IN (1083, 1114, 1184, 1266) THEN CASE WHEN (${modifier}) < 0 THEN 6 ELSE (${modifier}) END
      WHEN (${base}) = 1186 THEN
        CASE WHEN (${modifier}) < 0 OR ((${modifier}) & 65535) = 65535 THEN 6 ELSE (${modifier}) & 65535 END
      END AS datetime_precision,
    NULL::varchar AS interval_type, NULL::int4 AS interval_precision`;
}

const tableGrants = {
  columns:
    "grantor name, grantee name, table_catalog name, table_schema name, table_name name, privilege_type varchar, is_grantable varchar, with_hierarchy varchar",
  sql:
    `SELECT u.rolname AS grantor, coalesce(g.rolname, 'PUBLIC'::name) AS grantee,
      ${database} AS table_catalog, n.nspname AS table_schema, c.relname AS table_name,
      a.privilege_type::varchar,
      ${
      yesNo(
        "a.is_grantable OR pg_catalog.pg_has_role(a.grantee, c.relowner, 'USAGE'::text)",
      )
    } AS is_grantable,
      ${yesNo("a.privilege_type = 'SELECT'")} AS with_hierarchy
    FROM ${relation}
    CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner))) a
    JOIN pg_catalog.pg_authid u ON u.oid = a.grantor
    LEFT JOIN pg_catalog.pg_authid g ON g.oid = a.grantee
    WHERE c.relkind IN ('r', 'v', 'f', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND (a.grantee = 0 OR ${mayUse("a.grantee")} OR ${mayUse("a.grantor")})`,
};

/** See the top of the file. */
export const informationSchemaViews: readonly SystemView[] = [
  {
    name: "information_schema_catalog_name",
    columns: "catalog_name name",
    sql: `SELECT ${database} AS catalog_name`,
  },
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
    name: "routines",
    columns:
      "specific_catalog name, specific_schema name, specific_name name, routine_catalog name, routine_schema name, routine_name name, routine_type varchar?, data_type varchar?, type_udt_catalog name?, type_udt_schema name?, type_udt_name name?, routine_body varchar, routine_definition varchar?, external_language varchar, is_deterministic varchar, security_type varchar",
    sql:
      `SELECT ${database}, n.nspname, (p.proname::text || '_' || p.oid::text)::name, ${database}, n.nspname,
        p.proname, CASE p.prokind WHEN 'f' THEN 'FUNCTION' WHEN 'p' THEN 'PROCEDURE' END::varchar,
        CASE WHEN p.prokind = 'p' THEN NULL WHEN t.typelem <> 0 AND t.typlen = -1 THEN 'ARRAY'
          WHEN t.typnamespace = 11 THEN pg_catalog.format_type(t.oid, NULL) ELSE 'USER-DEFINED' END::varchar,
        ${database}, tn.nspname, t.typname,
        CASE WHEN l.lanname = 'sql' THEN 'SQL' ELSE 'EXTERNAL' END::varchar,
        CASE WHEN ${
        mayUse("p.proowner")
      } THEN p.prosrc END::varchar, upper(l.lanname::text)::varchar,
        ${yesNo("p.provolatile = 'i'")},
        CASE WHEN p.prosecdef THEN 'DEFINER' ELSE 'INVOKER' END::varchar
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      JOIN pg_catalog.pg_language l ON l.oid = p.prolang
      LEFT JOIN pg_catalog.pg_type t ON t.oid = p.prorettype AND p.prokind <> 'p'
      LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
      WHERE ${
        mayUse("p.proowner")
      } OR pg_catalog.has_function_privilege(p.oid, 'EXECUTE'::text)`,
  },
  {
    name: "parameters",
    columns:
      "specific_catalog name, specific_schema name, specific_name name, ordinal_position int4, parameter_mode varchar, parameter_name name?, data_type varchar, udt_schema name, udt_name name, parameter_default varchar?",
    sql:
      `SELECT ${database}, n.nspname, (p.proname::text || '_' || p.oid::text)::name, x.ord::int4,
        CASE coalesce(p.proargmodes[x.ord::int4], 'i') WHEN 'o' THEN 'OUT' WHEN 't' THEN 'OUT' WHEN 'b' THEN 'INOUT' ELSE 'IN' END::varchar,
        nullif(p.proargnames[x.ord::int4], '')::name,
        CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN 'ARRAY'
          WHEN t.typnamespace = 11 THEN pg_catalog.format_type(t.oid, NULL) ELSE 'USER-DEFINED' END::varchar,
        tn.nspname, t.typname,
        pg_catalog.pg_get_function_arg_default(p.oid, x.ord::int4)::varchar
      FROM pg_catalog.pg_proc p
      JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
      CROSS JOIN LATERAL unnest(coalesce(p.proallargtypes, string_to_array(p.proargtypes::text, ' ')::oid[]))
        WITH ORDINALITY AS x(type, ord)
      JOIN pg_catalog.pg_type t ON t.oid = x.type
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
      WHERE ${
        mayUse("p.proowner")
      } OR pg_catalog.has_function_privilege(p.oid, 'EXECUTE'::text)`,
  },
  {
    name: "role_table_grants",
    columns: tableGrants.columns,
    sql: `${tableGrants.sql} AND a.grantee <> 0`,
  },
  { name: "table_privileges", ...tableGrants },
  {
    name: "column_privileges",
    columns:
      "grantor name, grantee name, table_catalog name, table_schema name, table_name name, column_name name, privilege_type varchar, is_grantable varchar",
    sql:
      `SELECT u.rolname, coalesce(g.rolname, 'PUBLIC'::name), ${database}, n.nspname, c.relname, a.attname,
        x.privilege_type::varchar, ${yesNo("x.is_grantable")}
      FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      CROSS JOIN LATERAL (
        SELECT * FROM pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault('r', c.relowner)))
        UNION SELECT * FROM pg_catalog.aclexplode(a.attacl)) x
      JOIN pg_catalog.pg_authid u ON u.oid = x.grantor
      LEFT JOIN pg_catalog.pg_authid g ON g.oid = x.grantee
      WHERE a.attnum > 0 AND c.relkind IN ('r', 'v', 'p')
        AND x.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (x.grantee = 0 OR ${mayUse("x.grantee")} OR ${
        mayUse("x.grantor")
      })`,
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
    name: "enabled_roles",
    columns: "role_name name",
    sql: `SELECT a.rolname FROM pg_catalog.pg_authid a WHERE ${
      mayUse("a.oid")
    }`,
  },
  {
    name: "applicable_roles",
    columns: "grantee name, role_name name, is_grantable varchar",
    sql: `SELECT m.rolname, r.rolname, ${yesNo("x.admin_option")}
      FROM pg_catalog.pg_auth_members x JOIN pg_catalog.pg_authid m ON m.oid = x.member
      JOIN pg_catalog.pg_authid r ON r.oid = x.roleid WHERE ${mayUse("m.oid")}`,
  },
  {
    name: "triggers",
    columns:
      "trigger_catalog name, trigger_schema name, trigger_name name, event_manipulation varchar, event_object_catalog name, event_object_schema name, event_object_table name, action_order int4, action_condition varchar?, action_statement varchar, action_orientation varchar, action_timing varchar",
    sql:
      `SELECT NULL::name, NULL::name, NULL::name, NULL::varchar, NULL::name, NULL::name, NULL::name, NULL::int4,
        NULL::varchar, NULL::varchar, NULL::varchar, NULL::varchar WHERE false`,
  },
  {
    name: "character_sets",
    columns:
      "character_set_catalog name?, character_set_schema name?, character_set_name name, character_repertoire name, form_of_use name, default_collate_catalog name, default_collate_schema name, default_collate_name name",
    sql:
      `SELECT NULL::name, NULL::name, 'UTF8'::name, 'UCS'::name, 'UTF8'::name, ${database}, 'pg_catalog'::name,
        'C'::name`,
  },
];
