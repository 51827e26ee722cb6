/**
 * Views of `information_schema` about routines, roles and rights (manual, chapter 37).
 *
 * @module
 */

import {
  database,
  mayUse,
  relation,
  yesNo,
} from "./information_schema_pieces.ts";
import type { SystemView } from "./system_view.ts";

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
export const rightViews: readonly SystemView[] = [
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
];
