/**
 * Who and where the session is; its settings.
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import { type Definition, fn, rows } from "../define.ts";
import { ask, askRows, stable, volatile } from "./ask.ts";

/** See the top of the file. */
export const identityFunctions: readonly Definition[] = [
  fn("current_database() name", stable("current_database")),
  fn("current_schema() name", stable("current_schema")),
  fn("current_schemas(bool) name[]", stable("current_schemas")),
  fn("getpgusername() name", stable("current_user")),
  fn("current_query() text", { ...volatile("current_query"), strict: false }),
  fn("pg_backend_pid() int4", stable("backend_pid")),
  fn("inet_client_addr() text", stable("client_address")),
  fn("inet_client_port() int4", stable("client_port")),
  fn("inet_server_addr() text", { call: () => null, volatility: "s" }),
  fn("inet_server_port() int4", { call: () => null, volatility: "s" }),
  fn("version() text", {
    call: (_, context) =>
      `PostgreSQL ${context.setting("server_version")} on SQLite`,
    volatility: "s",
  }),
  fn("current_setting(text) text", stable("current_setting")),
  fn("current_setting(text, bool) text", stable("current_setting")),
  fn("set_config(text, text, bool) text", {
    ...volatile("set_config"),
    strict: false,
  }),
  fn("pg_client_encoding() name", { call: () => "UTF8", volatility: "s" }),
  fn("getdatabaseencoding() name", { call: () => "UTF8", volatility: "s" }),
  fn("pg_is_in_recovery() bool", { call: () => false, volatility: "v" }),
  fn("pg_postmaster_start_time() timestamptz", stable("start_time")),
  fn("pg_conf_load_time() timestamptz", stable("start_time")),
  fn("pg_jit_available() bool", { call: () => false, volatility: "v" }),
  fn("pg_reload_conf() bool", {
    volatility: "v",
    call(_, context) {
      // EXECUTE is granted to nobody there.
      if (context.setting("is_superuser") === "on") return true;
      throw new SqlError(
        "42501",
        "permission denied for function pg_reload_conf",
      );
    },
  }),
  rows(
    "pg_show_all_settings() (name text, setting text, unit text, category text, short_desc text, " +
      "extra_desc text, context text, vartype text, source text, min_val text, max_val text, " +
      "enumvals text[], boot_val text, reset_val text, sourcefile text, sourceline int4, " +
      "pending_restart bool)",
    askRows("all_settings"),
  ),
  fn("row_security_active(oid) bool", stable("row_security_active")),
  fn("row_security_active(text) bool", stable("row_security_active")),
  fn("pg_sleep(float8) void", volatile("sleep")),
  fn("pg_sleep_for(interval) void", {
    call: (_, context) => ask(context, "sleep", [1]),
    volatility: "v",
  }),
];
