/**
 * The part of SQLite's C interface that is used, each entry with its prototype
 * (https://sqlite.org/c3ref/funclist.html).
 *
 * The `…OffThread` entries run the same function on another thread and answer a promise; while one
 * is under way nothing but `sqlite3_interrupt` may touch that connection.
 *
 * @module
 */

/** Functions to look up in the library, for `Deno.dlopen`. */
export const sqliteSymbols = {
  // int sqlite3_libversion_number(void);
  sqlite3_libversion_number: { parameters: [], result: "i32" },
  // const char *sqlite3_libversion(void);
  sqlite3_libversion: { parameters: [], result: "pointer" },
  // int sqlite3_threadsafe(void);
  sqlite3_threadsafe: { parameters: [], result: "i32" },

  // int sqlite3_open_v2(const char *filename, sqlite3 **ppDb, int flags, const char *zVfs);
  sqlite3_open_v2: {
    parameters: ["buffer", "buffer", "i32", "buffer"],
    result: "i32",
  },
  // int sqlite3_close_v2(sqlite3*);
  sqlite3_close_v2: { parameters: ["pointer"], result: "i32" },
  sqlite3_close_v2OffThread: {
    name: "sqlite3_close_v2",
    parameters: ["pointer"],
    result: "i32",
    nonblocking: true,
  },
  // int sqlite3_busy_timeout(sqlite3*, int ms);
  sqlite3_busy_timeout: { parameters: ["pointer", "i32"], result: "i32" },
  // const char *sqlite3_errmsg(sqlite3*);
  sqlite3_errmsg: { parameters: ["pointer"], result: "pointer" },
  // int sqlite3_get_autocommit(sqlite3*);
  sqlite3_get_autocommit: { parameters: ["pointer"], result: "i32" },
  // sqlite3_int64 sqlite3_changes64(sqlite3*);
  sqlite3_changes64: { parameters: ["pointer"], result: "i64" },
  // int sqlite3_db_status(sqlite3*, int op, int *pCur, int *pHiwtr, int resetFlg);
  sqlite3_db_status: {
    parameters: ["pointer", "i32", "buffer", "buffer", "i32"],
    result: "i32",
  },
  // void sqlite3_interrupt(sqlite3*);
  sqlite3_interrupt: { parameters: ["pointer"], result: "void" },
  // int sqlite3_is_interrupted(sqlite3*); from 3.41 on
  sqlite3_is_interrupted: {
    parameters: ["pointer"],
    result: "i32",
    optional: true,
  },
  // int sqlite3_limit(sqlite3*, int id, int newVal);
  sqlite3_limit: { parameters: ["pointer", "i32", "i32"], result: "i32" },
  // void sqlite3_progress_handler(sqlite3*, int nOps, int(*)(void*), void*);
  sqlite3_progress_handler: {
    parameters: ["pointer", "i32", "function", "pointer"],
    result: "void",
  },
  // int sqlite3_wal_checkpoint_v2(sqlite3 *db, const char *zDb, int eMode, int *pnLog, int *pnCkpt);
  sqlite3_wal_checkpoint_v2OffThread: {
    name: "sqlite3_wal_checkpoint_v2",
    parameters: ["pointer", "pointer", "i32", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },

  // int sqlite3_prepare_v3(sqlite3 *db, const char *zSql, int nByte, unsigned int prepFlags,
  //   sqlite3_stmt **ppStmt, const char **pzTail);
  sqlite3_prepare_v3: {
    parameters: ["pointer", "buffer", "i32", "u32", "buffer", "buffer"],
    result: "i32",
  },
  // const char *sqlite3_sql(sqlite3_stmt *pStmt);
  sqlite3_sql: { parameters: ["pointer"], result: "pointer" },
  // int sqlite3_finalize(sqlite3_stmt *pStmt);
  sqlite3_finalize: { parameters: ["pointer"], result: "i32" },
  // int sqlite3_stmt_readonly(sqlite3_stmt *pStmt);
  sqlite3_stmt_readonly: { parameters: ["pointer"], result: "i32" },
  // int sqlite3_stmt_status(sqlite3_stmt*, int op, int resetFlg);
  sqlite3_stmt_status: { parameters: ["pointer", "i32", "i32"], result: "i32" },
  // int sqlite3_step(sqlite3_stmt*);
  sqlite3_step: { parameters: ["pointer"], result: "i32" },
  sqlite3_stepOffThread: {
    name: "sqlite3_step",
    parameters: ["pointer"],
    result: "i32",
    nonblocking: true,
  },
  // int sqlite3_reset(sqlite3_stmt *pStmt);
  sqlite3_reset: { parameters: ["pointer"], result: "i32" },

  // int sqlite3_bind_parameter_count(sqlite3_stmt*);
  sqlite3_bind_parameter_count: { parameters: ["pointer"], result: "i32" },
  // const char *sqlite3_bind_parameter_name(sqlite3_stmt*, int);
  sqlite3_bind_parameter_name: {
    parameters: ["pointer", "i32"],
    result: "pointer",
  },
  // int sqlite3_bind_null(sqlite3_stmt*, int);
  sqlite3_bind_null: { parameters: ["pointer", "i32"], result: "i32" },
  // int sqlite3_bind_int(sqlite3_stmt*, int, int);
  sqlite3_bind_int: { parameters: ["pointer", "i32", "i32"], result: "i32" },
  // int sqlite3_bind_int64(sqlite3_stmt*, int, sqlite3_int64);
  sqlite3_bind_int64: { parameters: ["pointer", "i32", "i64"], result: "i32" },
  // int sqlite3_bind_double(sqlite3_stmt*, int, double);
  sqlite3_bind_double: { parameters: ["pointer", "i32", "f64"], result: "i32" },
  // int sqlite3_bind_text(sqlite3_stmt*, int, const char*, int bytes, void(*)(void*));
  sqlite3_bind_text: {
    parameters: ["pointer", "i32", "buffer", "i32", "pointer"],
    result: "i32",
  },
  // int sqlite3_bind_blob(sqlite3_stmt*, int, const void*, int bytes, void(*)(void*));
  sqlite3_bind_blob: {
    parameters: ["pointer", "i32", "buffer", "i32", "pointer"],
    result: "i32",
  },

  // int sqlite3_column_count(sqlite3_stmt *pStmt);
  sqlite3_column_count: { parameters: ["pointer"], result: "i32" },
  // const char *sqlite3_column_name(sqlite3_stmt*, int N);
  sqlite3_column_name: { parameters: ["pointer", "i32"], result: "pointer" },
  // const char *sqlite3_column_decltype(sqlite3_stmt*, int);
  sqlite3_column_decltype: {
    parameters: ["pointer", "i32"],
    result: "pointer",
  },
  // int sqlite3_column_type(sqlite3_stmt*, int iCol);
  sqlite3_column_type: { parameters: ["pointer", "i32"], result: "i32" },
  // double sqlite3_column_double(sqlite3_stmt*, int iCol);
  sqlite3_column_double: { parameters: ["pointer", "i32"], result: "f64" },
  // sqlite3_int64 sqlite3_column_int64(sqlite3_stmt*, int iCol);
  sqlite3_column_int64: { parameters: ["pointer", "i32"], result: "i64" },
  // const unsigned char *sqlite3_column_text(sqlite3_stmt*, int iCol);
  sqlite3_column_text: { parameters: ["pointer", "i32"], result: "pointer" },
  // const void *sqlite3_column_blob(sqlite3_stmt*, int iCol);
  sqlite3_column_blob: { parameters: ["pointer", "i32"], result: "pointer" },
  // int sqlite3_column_bytes(sqlite3_stmt*, int iCol);
  sqlite3_column_bytes: { parameters: ["pointer", "i32"], result: "i32" },

  // int sqlite3_create_function_v2(sqlite3 *db, const char *zFunctionName, int nArg, int eTextRep,
  //   void *pApp, void (*xFunc)(sqlite3_context*,int,sqlite3_value**),
  //   void (*xStep)(sqlite3_context*,int,sqlite3_value**), void (*xFinal)(sqlite3_context*),
  //   void(*xDestroy)(void*));
  sqlite3_create_function_v2: {
    parameters: [
      "pointer",
      "buffer",
      "i32",
      "i32",
      "usize",
      "function",
      "function",
      "function",
      "function",
    ],
    result: "i32",
  },
  // int sqlite3_create_window_function(sqlite3 *db, const char *zFunctionName, int nArg, int eTextRep,
  //   void *pApp, void (*xStep)(sqlite3_context*,int,sqlite3_value**),
  //   void (*xFinal)(sqlite3_context*), void (*xValue)(sqlite3_context*),
  //   void (*xInverse)(sqlite3_context*,int,sqlite3_value**), void(*xDestroy)(void*));
  sqlite3_create_window_function: {
    parameters: [
      "pointer",
      "buffer",
      "i32",
      "i32",
      "usize",
      "function",
      "function",
      "function",
      "function",
      "function",
    ],
    result: "i32",
  },
  // int sqlite3_create_collation_v2(sqlite3*, const char *zName, int eTextRep, void *pArg,
  //   int(*xCompare)(void*,int,const void*,int,const void*), void(*xDestroy)(void*));
  sqlite3_create_collation_v2: {
    parameters: [
      "pointer",
      "buffer",
      "i32",
      "usize",
      "function",
      "function",
    ],
    result: "i32",
  },
  // Addresses inside callbacks are numbers here: making pointer objects would cost more than the call.
  // void *sqlite3_user_data(sqlite3_context*);
  // What we give as user data fits 32 bits.
  sqlite3_user_data: { parameters: ["u64"], result: "u32" },
  // void *sqlite3_aggregate_context(sqlite3_context*, int nBytes);
  sqlite3_aggregate_context: { parameters: ["u64", "i32"], result: "u64" },
  // int sqlite3_value_type(sqlite3_value*);
  sqlite3_value_type: { parameters: ["u64"], result: "i32" },
  // double sqlite3_value_double(sqlite3_value*);
  sqlite3_value_double: { parameters: ["u64"], result: "f64" },
  // sqlite3_int64 sqlite3_value_int64(sqlite3_value*);
  sqlite3_value_int64: { parameters: ["u64"], result: "i64" },
  // const unsigned char *sqlite3_value_text(sqlite3_value*);
  sqlite3_value_text: { parameters: ["u64"], result: "u64" },
  // const void *sqlite3_value_blob(sqlite3_value*);
  sqlite3_value_blob: { parameters: ["u64"], result: "u64" },
  // int sqlite3_value_bytes(sqlite3_value*);
  sqlite3_value_bytes: { parameters: ["u64"], result: "i32" },
  // void sqlite3_result_null(sqlite3_context*);
  sqlite3_result_null: { parameters: ["u64"], result: "void" },
  // void sqlite3_result_int(sqlite3_context*, int);
  sqlite3_result_int: { parameters: ["u64", "i32"], result: "void" },
  // void sqlite3_result_int64(sqlite3_context*, sqlite3_int64);
  sqlite3_result_int64: { parameters: ["u64", "i64"], result: "void" },
  // void sqlite3_result_double(sqlite3_context*, double);
  sqlite3_result_double: { parameters: ["u64", "f64"], result: "void" },
  // void sqlite3_result_text(sqlite3_context*, const char*, int, void(*)(void*));
  sqlite3_result_text: {
    parameters: ["u64", "buffer", "i32", "pointer"],
    result: "void",
  },
  // void sqlite3_result_blob(sqlite3_context*, const void*, int, void(*)(void*));
  sqlite3_result_blob: {
    parameters: ["u64", "buffer", "i32", "pointer"],
    result: "void",
  },
  // void sqlite3_result_error_code(sqlite3_context*, int);
  sqlite3_result_error_code: { parameters: ["u64", "i32"], result: "void" },
  // void sqlite3_result_error(sqlite3_context*, const char*, int);
  sqlite3_result_error: {
    parameters: ["u64", "buffer", "i32"],
    result: "void",
  },

  // int sqlite3_db_config(sqlite3*, int op, ...);
  // With an int and an int* (SQLITE_DBCONFIG_DEFENSIVE and the like).
  sqlite3_db_config: {
    parameters: ["pointer", "i32", "i32", "pointer"],
    result: "i32",
  },

  // Compiled in by SQLITE_ENABLE_PREUPDATE_HOOK, which a system's library may lack.
  // void *sqlite3_preupdate_hook(sqlite3 *db, void(*xPreUpdate)(void *pCtx, sqlite3 *db, int op,
  //   char const *zDb, char const *zName, sqlite3_int64 iKey1, sqlite3_int64 iKey2), void*);
  sqlite3_preupdate_hook: {
    parameters: ["pointer", "function", "usize"],
    result: "pointer",
    optional: true,
  },
  // int sqlite3_preupdate_old(sqlite3 *, int, sqlite3_value **);
  sqlite3_preupdate_old: {
    parameters: ["u64", "i32", "buffer"],
    result: "i32",
    optional: true,
  },
  // int sqlite3_preupdate_new(sqlite3 *, int, sqlite3_value **);
  sqlite3_preupdate_new: {
    parameters: ["u64", "i32", "buffer"],
    result: "i32",
    optional: true,
  },
  // int sqlite3_preupdate_count(sqlite3 *);
  sqlite3_preupdate_count: {
    parameters: ["u64"],
    result: "i32",
    optional: true,
  },

  // void *memcpy(void *dest, const void *src, size_t n);
  // Of the C library, which SQLite links to: six times as fast as Deno's own copy.
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "void" },
  /** The same, from an address that a callback was given. */
  memcpyFrom: {
    name: "memcpy",
    parameters: ["buffer", "u64", "usize"],
    result: "void",
  },
} as const satisfies Deno.ForeignLibraryInterface;

/** The loaded functions. */
export type SqliteSymbols = Deno.DynamicLibrary<
  typeof sqliteSymbols
>["symbols"];

/** What bind functions take to mean "copy it now" (`SQLITE_TRANSIENT`). */
export const transient = Deno.UnsafePointer.create(0xffff_ffff_ffff_ffffn);

/**
 * Reads a text that SQLite itself wrote (a name, a message) and that therefore ends at a NUL.
 *
 * @param pointer Where it starts.
 * @returns The text; `undefined` for a null pointer.
 */
export function ownText(pointer: Deno.PointerValue): string | undefined {
  return pointer === null
    ? undefined
    : Deno.UnsafePointerView.getCString(pointer);
}
