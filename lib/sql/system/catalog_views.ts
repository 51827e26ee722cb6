/**
 * Views of `pg_catalog` (manual, chapter 54).
 *
 * @module
 */

import type { SystemView } from "./system_view.ts";

const relationOf = `pg_catalog.pg_class c
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`;

const roleColumns =
  "usename name, usesysid oid, usecreatedb bool, usesuper bool, userepl bool, usebypassrls bool, passwd text?, valuntil timestamptz?, useconfig text[]?";

/** Counters that nobody keeps here are zero, moments that never were are NULL. */
const tableStatistics = {
  columns:
    "relid oid, schemaname name, relname name, seq_scan int8, seq_tup_read int8, idx_scan int8, idx_tup_fetch int8, n_tup_ins int8, n_tup_upd int8, n_tup_del int8, n_tup_hot_upd int8, n_live_tup int8, n_dead_tup int8, last_vacuum timestamptz?, last_autovacuum timestamptz?, last_analyze timestamptz?, last_autoanalyze timestamptz?",
  sql: (where: string) =>
    `SELECT c.oid, n.nspname, c.relname, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8, 0::int8,
       0::int8, 0::int8, 0::int8, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz, NULL::timestamptz
     FROM ${relationOf} WHERE c.relkind IN ('r', 'm') ${where}`,
};

const isUser =
  "AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'";

/** See the top of the file. */
export const catalogViews: readonly SystemView[] = [
  {
    name: "pg_roles",
    columns:
      "rolname name, rolsuper bool, rolinherit bool, rolcreaterole bool, rolcreatedb bool, rolcanlogin bool, rolreplication bool, rolconnlimit int4, rolpassword text?, rolvaliduntil timestamptz?, rolbypassrls bool, rolconfig text[]?, oid oid",
    sql:
      `SELECT a.rolname, a.rolsuper, a.rolinherit, a.rolcreaterole, a.rolcreatedb, a.rolcanlogin,
        a.rolreplication, a.rolconnlimit, '********'::text AS rolpassword, a.rolvaliduntil, a.rolbypassrls,
        s.setconfig AS rolconfig, a.oid
      FROM pg_catalog.pg_authid a
      LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setrole = a.oid AND s.setdatabase = 0`,
  },
  {
    name: "pg_user",
    columns: roleColumns,
    sql:
      `SELECT rolname AS usename, oid AS usesysid, rolcreatedb, rolsuper, rolreplication, rolbypassrls,
        '********'::text, rolvaliduntil, rolconfig
      FROM pg_catalog.pg_roles WHERE rolcanlogin`,
  },
  {
    name: "pg_shadow",
    open: false,
    columns: roleColumns,
    sql:
      `SELECT rolname AS usename, oid AS usesysid, rolcreatedb, rolsuper, rolreplication, rolbypassrls,
        rolpassword, rolvaliduntil, NULL::text[]
      FROM pg_catalog.pg_authid WHERE rolcanlogin`,
  },
  {
    name: "pg_group",
    columns: "groname name, grosysid oid, grolist oid[]?",
    sql: `SELECT r.rolname, r.oid,
        ARRAY(SELECT m.member FROM pg_catalog.pg_auth_members m WHERE m.roleid = r.oid)
      FROM pg_catalog.pg_authid r WHERE NOT r.rolcanlogin`,
  },
  {
    name: "pg_tables",
    columns:
      "schemaname name, tablename name, tableowner name, tablespace name?, hasindexes bool, hasrules bool, hastriggers bool, rowsecurity bool",
    sql: `SELECT n.nspname AS schemaname, c.relname AS tablename,
        pg_catalog.pg_get_userbyid(c.relowner) AS tableowner, NULL::name AS tablespace,
        c.relhasindex AS hasindexes, c.relhasrules AS hasrules, c.relhastriggers AS hastriggers,
        c.relrowsecurity AS rowsecurity
      FROM ${relationOf} WHERE c.relkind IN ('r', 'p')`,
  },
  {
    name: "pg_views",
    columns: "schemaname name, viewname name, viewowner name, definition text?",
    sql: `SELECT n.nspname AS schemaname, c.relname AS viewname,
        pg_catalog.pg_get_userbyid(c.relowner) AS viewowner, pg_catalog.pg_get_viewdef(c.oid) AS definition
      FROM ${relationOf} WHERE c.relkind = 'v'`,
  },
  {
    name: "pg_matviews",
    columns:
      "schemaname name, matviewname name, matviewowner name, tablespace name?, hasindexes bool, ispopulated bool, definition text?",
    sql: `SELECT n.nspname AS schemaname, c.relname AS matviewname,
        pg_catalog.pg_get_userbyid(c.relowner) AS matviewowner, NULL::name AS tablespace,
        c.relhasindex AS hasindexes, c.relispopulated AS ispopulated,
        pg_catalog.pg_get_viewdef(c.oid) AS definition
      FROM ${relationOf} WHERE c.relkind = 'm'`,
  },
  {
    name: "pg_indexes",
    columns:
      "schemaname name, tablename name, indexname name, tablespace name?, indexdef text",
    sql:
      `SELECT n.nspname AS schemaname, c.relname AS tablename, i.relname AS indexname,
        NULL::name AS tablespace, pg_catalog.pg_get_indexdef(i.oid) AS indexdef
      FROM pg_catalog.pg_index x
      JOIN pg_catalog.pg_class c ON c.oid = x.indrelid
      JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm', 'p') AND i.relkind IN ('i', 'I')`,
  },
  {
    name: "pg_sequences",
    columns:
      "schemaname name, sequencename name, sequenceowner name, data_type regtype, start_value int8, min_value int8, max_value int8, increment_by int8, cycle bool, cache_size int8, last_value int8?",
    sql: `SELECT n.nspname AS schemaname, c.relname AS sequencename,
        pg_catalog.pg_get_userbyid(c.relowner) AS sequenceowner, s.seqtypid::regtype AS data_type,
        s.seqstart AS start_value, s.seqmin AS min_value, s.seqmax AS max_value,
        s.seqincrement AS increment_by, s.seqcycle AS cycle, s.seqcache AS cache_size,
        pg_catalog.pg_sequence_last_value(c.oid::regclass) AS last_value
      FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`,
  },
  {
    name: "pg_policies",
    columns:
      "schemaname name, tablename name, policyname name, permissive text, roles name[], cmd text, qual text?, with_check text?",
    sql:
      `SELECT n.nspname AS schemaname, c.relname AS tablename, p.polname AS policyname,
        CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END AS permissive,
        CASE WHEN p.polroles = '{0}'::oid[] THEN '{public}'::name[]
          ELSE ARRAY(SELECT a.rolname FROM pg_catalog.pg_authid a WHERE a.oid = ANY (p.polroles) ORDER BY a.rolname)
        END AS roles,
        CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
          WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS cmd,
        pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS qual,
        pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
      FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace`,
  },
  {
    name: "pg_rules",
    columns: "schemaname name, tablename name, rulename name, definition text",
    sql:
      `SELECT n.nspname, c.relname, r.rulename, pg_catalog.pg_get_ruledef(r.oid)
      FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
      LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE r.rulename <> '_RETURN'`,
  },
  {
    name: "pg_settings",
    columns:
      "name text, setting text?, unit text?, category text, short_desc text, extra_desc text?, context text, vartype text, source text, min_val text?, max_val text?, enumvals text[]?, boot_val text?, reset_val text?, sourcefile text?, sourceline int4?, pending_restart bool",
    sql: "SELECT * FROM pg_catalog.pg_show_all_settings()",
  },
  {
    name: "pg_stat_activity",
    columns:
      "datid oid, datname name, pid int4, leader_pid int4?, usesysid oid, usename name?, application_name text, client_addr text?, client_hostname text?, client_port int4?, backend_start timestamptz, xact_start timestamptz?, query_start timestamptz?, state_change timestamptz?, wait_event_type text?, wait_event text?, state text, query text, backend_type text",
    sql:
      `SELECT a.datid, 'postgres'::name AS datname, a.pid, NULL::int4 AS leader_pid, a.usesysid,
        pg_catalog.pg_get_userbyid(a.usesysid) AS usename, a.application_name, a.client_addr,
        NULL::text AS client_hostname, a.client_port, a.backend_start, a.xact_start, a.query_start,
        a.state_change, NULL::text AS wait_event_type, NULL::text AS wait_event, a.state, a.query,
        'client backend'::text AS backend_type
      FROM pg_catalog.pg_stat_get_activity(NULL) a`,
  },
  {
    name: "pg_prepared_statements",
    columns:
      "name text, statement text, prepare_time timestamptz, parameter_types regtype[], from_sql bool",
    sql: "SELECT * FROM pg_catalog.pg_prepared_statement()",
  },
  {
    name: "pg_cursors",
    columns:
      "name text, statement text, is_holdable bool, is_binary bool, is_scrollable bool, creation_time timestamptz",
    sql: "SELECT * FROM pg_catalog.pg_cursor()",
  },
  {
    name: "pg_stat_user_tables",
    columns: tableStatistics.columns,
    sql: tableStatistics.sql(isUser),
  },
  {
    name: "pg_stat_all_tables",
    columns: tableStatistics.columns,
    sql: tableStatistics.sql(""),
  },
  {
    name: "pg_available_extensions",
    columns:
      "name name, default_version text, installed_version text?, comment text?",
    sql: `SELECT v.name::name, v.version, e.extversion, v.comment
      FROM (VALUES ('plpgsql', '1.0', 'PL/pgSQL procedural language'),
        ('pgcrypto', '1.3', 'cryptographic functions'),
        ('uuid-ossp', '1.1', 'generate universally unique identifiers (UUIDs)')) v(name, version, comment)
      LEFT JOIN pg_catalog.pg_extension e ON e.extname = v.name`,
  },
  {
    name: "pg_prepared_xacts",
    columns:
      "transaction xid, gid text, prepared timestamptz, owner name, database name",
    sql:
      "SELECT NULL::xid, NULL::text, NULL::timestamptz, NULL::name, NULL::name WHERE false",
  },
  {
    name: "pg_seclabels",
    columns:
      "objoid oid, classoid oid, objsubid int4, objtype text, objnamespace oid, objname text, provider text, label text",
    sql:
      "SELECT NULL::oid, NULL::oid, NULL::int4, NULL::text, NULL::oid, NULL::text, NULL::text, NULL::text WHERE false",
  },
];
