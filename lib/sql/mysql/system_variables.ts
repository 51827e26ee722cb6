/**
 * System variables (MySQL manual, 7.1.8): those that clients ask for and set.
 *
 * @module
 */

import { defaultCollation } from "./collation.ts";
import type { ParseOptions } from "./dialect.ts";

/** Value of a variable. */
export type VariableValue = string | number | null;

/** Version that clients are told. */
export const serverVersion = "8.0.35-heliosdb-nano";

/** `sql_mode` of a new session. */
export const defaultMode =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

/** A variable: its default, whether it can be set, and what values it takes. */
export interface SystemVariable {
  readonly value: VariableValue;
  /** `fixed` cannot be set (1238). */
  readonly kind: "fixed" | "flag" | "number" | "text";
}

const flag = (value: 0 | 1): SystemVariable => ({ value, kind: "flag" });
const number = (value: number): SystemVariable => ({ value, kind: "number" });
const word = (value: VariableValue): SystemVariable => ({
  value,
  kind: "text",
});
const fixed = (value: VariableValue): SystemVariable => ({
  value,
  kind: "fixed",
});

/** All of them, by name. */
export const systemVariables: ReadonlyMap<string, SystemVariable> = new Map(
  Object.entries({
    auto_increment_increment: number(1),
    auto_increment_offset: number(1),
    autocommit: flag(1),
    big_tables: flag(0),
    bulk_insert_buffer_size: number(8_388_608),
    character_set_client: word("utf8mb4"),
    character_set_connection: word("utf8mb4"),
    character_set_database: word("utf8mb4"),
    character_set_filesystem: word("binary"),
    character_set_results: word("utf8mb4"),
    character_set_server: word("utf8mb4"),
    character_set_system: fixed("utf8mb3"),
    collation_connection: word(defaultCollation),
    collation_database: word(defaultCollation),
    collation_server: word(defaultCollation),
    connect_timeout: number(10),
    default_storage_engine: word("InnoDB"),
    default_tmp_storage_engine: word("InnoDB"),
    default_week_format: number(0),
    div_precision_increment: fixed(4),
    explicit_defaults_for_timestamp: flag(1),
    foreign_key_checks: flag(1),
    group_concat_max_len: number(1024),
    have_openssl: fixed("YES"),
    have_ssl: fixed("YES"),
    hostname: fixed("localhost"),
    init_connect: fixed(""),
    innodb_lock_wait_timeout: number(50),
    innodb_version: fixed("8.0.35"),
    innodb_strict_mode: flag(1),
    interactive_timeout: number(28_800),
    license: fixed("Apache-2.0"),
    lock_wait_timeout: number(31_536_000),
    low_priority_updates: flag(0),
    lower_case_file_system: fixed("OFF"),
    lower_case_table_names: fixed(0),
    max_allowed_packet: number(67_108_864),
    max_connections: fixed(151),
    max_error_count: number(1024),
    max_execution_time: number(0),
    max_join_size: number(18_446_744_073_709_551_615),
    max_length_for_sort_data: number(4096),
    max_sort_length: number(1024),
    net_buffer_length: number(16_384),
    net_read_timeout: number(30),
    net_write_timeout: number(60),
    optimizer_switch: word(""),
    performance_schema: fixed(0),
    port: fixed(3306),
    protocol_version: fixed(10),
    query_cache_size: fixed(0),
    query_cache_type: fixed("OFF"),
    read_only: fixed(0),
    session_track_schema: flag(1),
    session_track_system_variables: word(
      "time_zone,autocommit,character_set_client,character_set_results,character_set_connection",
    ),
    session_track_state_change: flag(0),
    session_track_gtids: word("OFF"),
    session_track_transaction_info: word("OFF"),
    show_create_table_verbosity: flag(0),
    socket: fixed(""),
    sql_auto_is_null: flag(0),
    sql_big_selects: flag(1),
    sql_log_bin: flag(1),
    sql_mode: word(defaultMode),
    sql_notes: flag(1),
    sql_quote_show_create: flag(1),
    sql_safe_updates: flag(0),
    sql_select_limit: number(18_446_744_073_709_551_615),
    sql_warnings: flag(0),
    ssl_ca: fixed(""),
    storage_engine: word("InnoDB"),
    system_time_zone: fixed("UTC"),
    time_zone: word("SYSTEM"),
    timestamp: number(0),
    tmp_table_size: number(16_777_216),
    transaction_isolation: word("READ-COMMITTED"),
    transaction_read_only: flag(0),
    tx_isolation: word("READ-COMMITTED"),
    tx_read_only: flag(0),
    unique_checks: flag(1),
    updatable_views_with_limit: flag(1),
    version: fixed(serverVersion),
    version_comment: fixed("heliosdb-nano"),
    version_compile_machine: fixed("any"),
    version_compile_os: fixed("any"),
    wait_timeout: number(28_800),
    warning_count: fixed(0),
    error_count: fixed(0),
    identity: number(0),
    insert_id: number(0),
    last_insert_id: number(0),
    pseudo_thread_id: number(0),
    rand_seed1: number(0),
    old_passwords: fixed(0),
    gtid_mode: fixed("OFF"),
    server_id: fixed(1),
    log_bin: fixed(0),
    secure_file_priv: fixed(null),
    default_authentication_plugin: fixed("caching_sha2_password"),
    information_schema_stats_expiry: number(86_400),
    net_retry_count: number(10),
  }),
);

/** Flags are shown as words. */
export function shownValue(name: string, value: VariableValue): string {
  if (value === null) return "";
  return systemVariables.get(name)?.kind === "flag"
    ? value === 0 ? "OFF" : "ON"
    : String(value);
}

/** Rows of SHOW VARIABLES. */
export function variableRows(
  options: Pick<ParseOptions, "systemVariable">,
  global: boolean,
): (readonly [string, string])[] {
  return [...systemVariables.keys()].toSorted().map((name) =>
    [
      name,
      shownValue(
        name,
        options.systemVariable(global ? "global" : "session", name) ?? null,
      ),
    ] as const
  );
}
