/**
 * Settings that `SHOW`, `SET` and `pg_settings` know, with PostgreSQL's names, ranges and defaults.
 *
 * Those that steer nothing here are accepted and kept, because clients set them.
 *
 * @module
 */

/** A known setting. */
export interface KnownSetting {
  /** As `SHOW ALL` writes it. */
  readonly name: string;
  readonly type: "bool" | "int" | "real" | "enum" | "string";
  /** Unit of a bare number: `ms`, `s`, `kB`, `8kB`, …; empty for none. */
  readonly unit: string;
  /** Who may change it: nobody (`internal`, `postmaster`, `sighup`), a superuser, anybody. */
  readonly context:
    | "internal"
    | "postmaster"
    | "sighup"
    | "superuser"
    | "superuser-backend"
    | "backend"
    | "user";
  readonly min: number;
  readonly max: number;
  /** Values of an enum. */
  readonly values: readonly string[];
  /** Value when nobody set it. */
  readonly default: string;
}

/** name | type | unit | context | least | most | values of an enum | default */
const table = String.raw`
allow_in_place_tablespaces|bool||superuser||||off
application_name|string||user||||
archive_mode|enum||postmaster|||always,on,off|off
array_nulls|bool||user||||on
autovacuum|bool||sighup||||on
backend_flush_after|int|8kB|user|0|256||0
backslash_quote|enum||user|||safe_encoding,on,off|safe_encoding
backtrace_functions|string||superuser||||
block_size|int||internal|8192|8192||8192
bytea_output|enum||user|||escape,hex|hex
check_function_bodies|bool||user||||on
client_connection_check_interval|int|ms|user|0|2147483647||0
client_encoding|string||user||||UTF8
client_min_messages|enum||user|||debug5,debug4,debug3,debug2,debug1,log,notice,warning,error|notice
cluster_name|string||postmaster||||
commit_delay|int||superuser|0|100000||0
commit_siblings|int||user|0|1000||5
compute_query_id|enum||superuser|||auto,regress,on,off|auto
config_file|string||postmaster||||
constraint_exclusion|enum||user|||partition,on,off|partition
cpu_index_tuple_cost|real||user|0|1.79769e+308||0.005
cpu_operator_cost|real||user|0|1.79769e+308||0.0025
cpu_tuple_cost|real||user|0|1.79769e+308||0.01
cursor_tuple_fraction|real||user|0|1||0.1
data_checksums|bool||internal||||off
data_directory|string||postmaster||||
DateStyle|string||user||||ISO, MDY
deadlock_timeout|int|ms|superuser|1|2147483647||1000
default_statistics_target|int||user|1|10000||100
default_table_access_method|string||user||||heap
default_tablespace|string||user||||
default_text_search_config|string||user||||pg_catalog.english
default_toast_compression|enum||user|||pglz,lz4|pglz
default_transaction_deferrable|bool||user||||off
default_transaction_isolation|enum||user|||serializable,repeatable read,read committed,read uncommitted|read committed
default_transaction_read_only|bool||user||||off
dynamic_library_path|string||superuser||||$libdir
effective_cache_size|int|8kB|user|1|2147483647||524288
effective_io_concurrency|int||user|0|1000||1
enable_async_append|bool||user||||on
enable_bitmapscan|bool||user||||on
enable_gathermerge|bool||user||||on
enable_hashagg|bool||user||||on
enable_hashjoin|bool||user||||on
enable_incremental_sort|bool||user||||on
enable_indexonlyscan|bool||user||||on
enable_indexscan|bool||user||||on
enable_material|bool||user||||on
enable_memoize|bool||user||||on
enable_mergejoin|bool||user||||on
enable_nestloop|bool||user||||on
enable_parallel_append|bool||user||||on
enable_parallel_hash|bool||user||||on
enable_partition_pruning|bool||user||||on
enable_partitionwise_aggregate|bool||user||||off
enable_partitionwise_join|bool||user||||off
enable_seqscan|bool||user||||on
enable_sort|bool||user||||on
enable_tidscan|bool||user||||on
escape_string_warning|bool||user||||on
exit_on_error|bool||user||||off
extra_float_digits|int||user|-15|3||1
force_parallel_mode|enum||user|||off,on,regress|off
from_collapse_limit|int||user|1|2147483647||8
fsync|bool||sighup||||on
full_page_writes|bool||sighup||||on
geqo|bool||user||||on
geqo_effort|int||user|1|10||5
geqo_generations|int||user|0|2147483647||0
geqo_pool_size|int||user|0|2147483647||0
geqo_seed|real||user|0|1||0
geqo_selection_bias|real||user|1.5|2||2
geqo_threshold|int||user|2|2147483647||12
gin_fuzzy_search_limit|int||user|0|2147483647||0
gin_pending_list_limit|int|kB|user|64|2147483647||4096
hash_mem_multiplier|real||user|1|1000||2
hba_file|string||postmaster||||
hot_standby|bool||postmaster||||on
idle_in_transaction_session_timeout|int|ms|user|0|2147483647||0
idle_session_timeout|int|ms|user|0|2147483647||0
ignore_checksum_failure|bool||superuser||||off
ignore_system_indexes|bool||backend||||off
in_hot_standby|bool||internal||||off
integer_datetimes|bool||internal||||on
IntervalStyle|enum||user|||postgres,postgres_verbose,sql_standard,iso_8601|postgres
is_superuser|bool||internal||||off
jit|bool||user||||on
jit_above_cost|real||user|-1|1.79769e+308||100000
jit_debugging_support|bool||superuser-backend||||off
jit_dump_bitcode|bool||superuser||||off
jit_expressions|bool||user||||on
jit_inline_above_cost|real||user|-1|1.79769e+308||500000
jit_optimize_above_cost|real||user|-1|1.79769e+308||500000
jit_profiling_support|bool||superuser-backend||||off
jit_tuple_deforming|bool||user||||on
join_collapse_limit|int||user|1|2147483647||8
lc_collate|string||internal||||C
lc_ctype|string||internal||||C
lc_messages|string||superuser||||C
lc_monetary|string||user||||C
lc_numeric|string||user||||C
lc_time|string||user||||C
listen_addresses|string||postmaster||||
lo_compat_privileges|bool||superuser||||off
local_preload_libraries|string||user||||
lock_timeout|int|ms|user|0|2147483647||0
log_connections|bool||superuser-backend||||off
log_disconnections|bool||superuser-backend||||off
log_duration|bool||superuser||||off
log_error_verbosity|enum||superuser|||terse,default,verbose|default
log_executor_stats|bool||superuser||||off
log_lock_waits|bool||superuser||||off
log_min_duration_sample|int|ms|superuser|-1|2147483647||-1
log_min_duration_statement|int|ms|superuser|-1|2147483647||-1
log_min_error_statement|enum||superuser|||debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic|error
log_min_messages|enum||superuser|||debug5,debug4,debug3,debug2,debug1,info,notice,warning,error,log,fatal,panic|warning
log_parameter_max_length|int|B|superuser|-1|1073741823||-1
log_parameter_max_length_on_error|int|B|user|-1|1073741823||0
log_parser_stats|bool||superuser||||off
log_planner_stats|bool||superuser||||off
log_replication_commands|bool||superuser||||off
log_statement|enum||superuser|||none,ddl,mod,all|none
log_statement_sample_rate|real||superuser|0|1||1
log_statement_stats|bool||superuser||||off
log_temp_files|int|kB|superuser|-1|2147483647||-1
log_transaction_sample_rate|real||superuser|0|1||0
logical_decoding_work_mem|int|kB|user|64|2147483647||65536
maintenance_io_concurrency|int||user|0|1000||10
maintenance_work_mem|int|kB|user|1024|2147483647||65536
max_connections|int||postmaster|1|262143||1000
max_function_args|int||internal|100|100||100
max_identifier_length|int||internal|63|63||63
max_index_keys|int||internal|32|32||32
max_locks_per_transaction|int||postmaster|10|2147483647||64
max_parallel_maintenance_workers|int||user|0|1024||2
max_parallel_workers|int||user|0|1024||8
max_parallel_workers_per_gather|int||user|0|1024||2
max_prepared_transactions|int||postmaster|0|262143||0
max_replication_slots|int||postmaster|0|262143||10
max_stack_depth|int|kB|superuser|100|2147483647||2048
max_wal_senders|int||postmaster|0|262143||10
max_worker_processes|int||postmaster|0|262143||8
min_parallel_index_scan_size|int|8kB|user|0|715827882||64
min_parallel_table_scan_size|int|8kB|user|0|715827882||1024
parallel_leader_participation|bool||user||||on
parallel_setup_cost|real||user|0|1.79769e+308||1000
parallel_tuple_cost|real||user|0|1.79769e+308||0.1
password_encryption|enum||user|||md5,scram-sha-256|scram-sha-256
plan_cache_mode|enum||user|||auto,force_generic_plan,force_custom_plan|auto
port|int||postmaster|1|65535||5432
post_auth_delay|int|s|backend|0|2147||0
quote_all_identifiers|bool||user||||off
random_page_cost|real||user|0|1.79769e+308||4
recursive_worktable_factor|real||user|0.001|1e+06||10
role|string||user||||none
row_security|bool||user||||on
search_path|string||user||||"$user", public, auth
seed|real||user|-1|1||0
segment_size|int|8kB|internal|131072|131072||131072
seq_page_cost|real||user|0|1.79769e+308||1
server_encoding|string||internal||||UTF8
server_version|string||internal||||
server_version_num|int||internal|150018|150018||150015
session_authorization|string||user||||
session_preload_libraries|string||superuser||||
session_replication_role|enum||superuser|||origin,replica,local|origin
shared_buffers|int|8kB|postmaster|16|1073741823||16384
shared_preload_libraries|string||postmaster||||
ssl|bool||sighup||||off
standard_conforming_strings|bool||user||||on
statement_timeout|int|ms|user|0|2147483647||0
stats_fetch_consistency|enum||user|||none,cache,snapshot|cache
superuser_reserved_connections|int||postmaster|0|262143||3
synchronize_seqscans|bool||user||||on
synchronous_commit|enum||user|||local,remote_write,remote_apply,on,off|on
tcp_keepalives_count|int||user|0|2147483647||0
tcp_keepalives_idle|int|s|user|0|2147483647||0
tcp_keepalives_interval|int|s|user|0|2147483647||0
tcp_user_timeout|int|ms|user|0|2147483647||0
temp_buffers|int|8kB|user|100|1073741823||1024
temp_file_limit|int|kB|superuser|-1|2147483647||-1
temp_tablespaces|string||user||||
TimeZone|string||user||||UTC
timezone_abbreviations|string||user||||
track_activities|bool||superuser||||on
track_counts|bool||superuser||||on
track_functions|enum||superuser|||none,pl,all|none
track_io_timing|bool||superuser||||off
track_wal_io_timing|bool||superuser||||off
transaction_deferrable|bool||user||||off
transaction_isolation|enum||user|||serializable,repeatable read,read committed,read uncommitted|read committed
transaction_read_only|bool||user||||off
transaction_timeout|int|ms|user|0|2147483647||0
transform_null_equals|bool||user||||off
unix_socket_directories|string||postmaster||||
update_process_title|bool||superuser||||on
vacuum_cost_delay|real|ms|user|0|100||0
vacuum_cost_limit|int||user|1|10000||200
vacuum_cost_page_dirty|int||user|0|10000||20
vacuum_cost_page_hit|int||user|0|10000||1
vacuum_cost_page_miss|int||user|0|10000||2
vacuum_failsafe_age|int||user|0|2100000000||1600000000
vacuum_freeze_min_age|int||user|0|1000000000||50000000
vacuum_freeze_table_age|int||user|0|2000000000||150000000
vacuum_multixact_failsafe_age|int||user|0|2100000000||1600000000
vacuum_multixact_freeze_min_age|int||user|0|1000000000||5000000
vacuum_multixact_freeze_table_age|int||user|0|2000000000||150000000
wal_block_size|int||internal|8192|8192||8192
wal_compression|enum||superuser|||pglz,lz4,zstd,on,off|off
wal_consistency_checking|string||superuser||||
wal_init_zero|bool||superuser||||on
wal_level|enum||postmaster|||minimal,replica,logical|replica
wal_recycle|bool||superuser||||on
wal_sender_timeout|int|ms|user|0|2147483647||60000
wal_skip_threshold|int|kB|user|0|2147483647||2048
work_mem|int|kB|user|64|2147483647||4096
xmlbinary|enum||user|||base64,hex|base64
xmloption|enum||user|||content,document|content
zero_damaged_pages|bool||superuser||||off
`;

function read(line: string): KnownSetting {
  const [
    name = "",
    type = "string",
    unit = "",
    context = "user",
    min = "",
    max = "",
    values = "",
    value = "",
  ] = line.split("|");
  return {
    name,
    type: type as KnownSetting["type"],
    unit,
    context: context as KnownSetting["context"],
    min: min === "" ? -Infinity : Number(min),
    max: max === "" ? Infinity : Number(max),
    values: values === "" ? [] : values.split(","),
    default: value,
  };
}

/** Settings by name in lower case; names are compared without regard to case. */
export const knownSettings: ReadonlyMap<string, KnownSetting> = new Map(
  table.trim().split("\n").map(read).map((setting) => [
    setting.name.toLowerCase(),
    setting,
  ]),
);

/** Settings that are told to the client when they change (ParameterStatus). */
export const reportedSettings: readonly string[] = [
  "application_name",
  "client_encoding",
  "DateStyle",
  "default_transaction_read_only",
  "in_hot_standby",
  "integer_datetimes",
  "IntervalStyle",
  "is_superuser",
  "server_encoding",
  "server_version",
  "session_authorization",
  "standard_conforming_strings",
  "TimeZone",
];

/**
 * `server_version`: psql reads the number before the blank, drivers compare `15.0` with their own; the
 * name in brackets tells people what it is.
 */
export const serverVersion = "15.15 (heliosdb-nano)";
