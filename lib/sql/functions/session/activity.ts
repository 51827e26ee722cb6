/**
 * What sessions do: `pg_stat_activity`, prepared statements, cursors, cancelling.
 *
 * @module
 */

import { type Definition, fn, rows } from "../define.ts";
import { askRows, volatile } from "./ask.ts";

const activityColumns =
  "(datid oid, pid int4, usesysid oid, application_name text, state text, query text, " +
  "xact_start timestamptz, query_start timestamptz, backend_start timestamptz, " +
  "state_change timestamptz, client_addr text, client_port int4, backend_type text)";

/** See the top of the file. */
export const activityFunctions: readonly Definition[] = [
  rows(
    `pg_stat_get_activity(int4) ${activityColumns}`,
    askRows("stat_activity"),
  ),
  rows(
    "pg_prepared_statement() (name text, statement text, prepare_time timestamptz, " +
      "parameter_types regtype[], from_sql bool)",
    askRows("prepared_statements"),
  ),
  rows(
    "pg_cursor() (name text, statement text, is_holdable bool, is_binary bool, is_scrollable bool, " +
      "creation_time timestamptz)",
    askRows("cursors"),
  ),
  rows(
    "heliosdb_advisory_locks() (key text, pid int4, mode text)",
    askRows("advisory_locks"),
  ),
  fn("pg_cancel_backend(int4) bool", volatile("cancel_backend")),
  fn("pg_terminate_backend(int4) bool", volatile("terminate_backend")),
  fn("pg_terminate_backend(int4, int8) bool", volatile("terminate_backend")),
  fn("pg_blocking_pids(int4) int4[]", { call: () => "[]", volatility: "v" }),
];
