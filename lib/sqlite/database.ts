/**
 * One connection to one database file.
 *
 * It is used by one caller at a time. While a step is under way on another thread nothing but
 * {@linkcode Database.interrupt} may be called; `lib/engine/sqlite` sees to that.
 *
 * @module
 */

import { resultCode, SqliteError } from "./error.ts";
import { firstWord } from "./first_word.ts";
import type { ConnectionFunctions } from "./function_types.ts";
import type { SqliteLibrary } from "./library.ts";
import {
  type DatabaseOptions,
  limitLength,
  openHandle,
} from "./open_handle.ts";
import { Statement } from "./statement.ts";
import { StatementCache } from "./statement_cache.ts";
import { ownText, type SqliteSymbols } from "./symbols.ts";
import type { SqliteValue } from "./value.ts";

/** `SQLITE_PREPARE_PERSISTENT`: the statement will be kept. */
const preparePersistent = 1;
// https://sqlite.org/c3ref/c_dbstatus_options.html
const cacheWrites = 9;
const deferredForeignKeys = 10;
// https://sqlite.org/c3ref/c_dbconfig_defensive.html
const configDefensive = 1010;
/** Longer texts are prepared each time: they are rarely sent twice and would hold much memory. */
const longestCachedSql = 32_768;

const encoder = new TextEncoder();
const out = new BigUint64Array(1);
const current = new Int32Array(1);
const highest = new Int32Array(1);

/** An open connection. */
export class Database {
  /** SQLite's own handle. */
  readonly handle: Deno.PointerObject;
  /** The library. */
  readonly symbols: SqliteSymbols;
  /** Functions in JavaScript that its statements may call; set by `FunctionHost.attach`. */
  functions: ConnectionFunctions | undefined;
  readonly #cache: StatementCache;
  #open = true;

  /**
   * Opens a connection.
   *
   * @param library The loaded library.
   * @param options File and settings, or the address of an open one.
   * @throws {SqliteError} When SQLite cannot open it or refuses a setting.
   */
  constructor(
    { symbols }: SqliteLibrary,
    options: DatabaseOptions | { readonly adopt: bigint },
  ) {
    this.symbols = symbols;
    if ("adopt" in options) {
      this.#cache = new StatementCache(64);
      const handle = Deno.UnsafePointer.create(options.adopt);
      if (handle === null) throw new SqliteError(resultCode.error, "no handle");
      this.handle = handle;
      return;
    }
    this.#cache = new StatementCache(options.cachedStatements ?? 256);
    const { code, handle } = openHandle(symbols, options);
    this.handle = handle;
    try {
      this.check(code);
      for (
        const pragma of ["foreign_keys=ON", ...options.pragmas ?? []]
      ) {
        this.run(`PRAGMA ${pragma}`);
      }
    } catch (error) {
      this.#cache.clear();
      symbols.sqlite3_close_v2(handle);
      throw error;
    }
  }

  /**
   * Takes over a connection that another thread has opened and does not use meanwhile.
   *
   * @param library The same library, loaded on this thread.
   * @param address Address of its handle.
   * @returns The connection; give it up with {@linkcode Database.abandon}.
   */
  static adopt(library: SqliteLibrary, address: bigint): Database {
    return new Database(library, { adopt: address });
  }

  /** Gives up what this thread made on a connection that another one opened. */
  abandon(): void {
    this.#open = false;
    this.#cache.clear();
    this.functions?.unregister();
    this.functions?.detach();
  }

  /** Refuses whatever could write to SQLite's own tables behind its back, where the system lets us. */
  defend(): void {
    // The function has a variable number of arguments, which are passed in another way there.
    if (Deno.build.os === "darwin") return;
    this.symbols.sqlite3_db_config(this.handle, configDefensive, 1, null);
  }

  /**
   * @param bytes Longest value and row from now on; more is refused (`tooBig`).
   * @returns The limit before.
   */
  limitLength(bytes: number): number {
    return this.symbols.sqlite3_limit(this.handle, limitLength, bytes);
  }

  /** Whether no transaction is open. */
  get autocommit(): boolean {
    return this.symbols.sqlite3_get_autocommit(this.handle) !== 0;
  }

  /** Whether a deferred foreign key is violated now, which would make COMMIT fail. */
  get violatesForeignKey(): boolean {
    return this.#status(deferredForeignKeys) !== 0;
  }

  /** @returns Pages written to the write-ahead log since this was last asked. */
  takePagesWritten(): number {
    return this.#status(cacheWrites, 1);
  }

  /** @returns Rows that the last INSERT, UPDATE or DELETE changed. */
  changes(): number {
    return Number(this.symbols.sqlite3_changes64(this.handle));
  }

  /**
   * @param ms How long to wait for another connection's lock; the waiting blocks the thread.
   */
  setBusyTimeout(ms: number): void {
    this.symbols.sqlite3_busy_timeout(this.handle, ms);
  }

  /** Stops the step that is under way, on whichever thread; may be called at any time. */
  interrupt(): void {
    if (this.#open) this.symbols.sqlite3_interrupt(this.handle);
  }

  /**
   * Compiles one statement, or finds it compiled. Give it back with {@linkcode Database.release}.
   *
   * @param sql One statement.
   * @param accept Throws when statements that begin with such a word are not wanted; asked first,
   *   because some pragmas take effect while they are compiled.
   * @returns The statement, reset.
   * @throws {SqliteError} When it is not exactly one valid statement.
   */
  prepare(sql: string, accept?: (word: string) => void): Statement {
    return this.#prepare(sql, false, accept);
  }

  /**
   * As {@linkcode Database.prepare}, for a text whose parameters are written `?1`, `?2`, ….
   *
   * @param sql One statement.
   * @returns The statement, reset.
   * @throws {SqliteError} When it is not exactly one valid statement.
   */
  prepareNumbered(sql: string): Statement {
    return this.#prepare(sql, true);
  }

  #prepare(
    sql: string,
    numbered: boolean,
    accept?: (word: string) => void,
  ): Statement {
    const cached = this.#cache.get(sql);
    if (cached !== undefined) {
      accept?.(cached.word);
      return cached;
    }
    accept?.(firstWord(sql));
    const keep = sql.length <= longestCachedSql;
    const bytes = encoder.encode(sql);
    // SQLite would take NUL for the end of the text.
    if (bytes.includes(0)) {
      throw new SqliteError(resultCode.error, "syntax error: NUL in the text");
    }
    this.#compile(bytes, keep ? preparePersistent : 0);
    const handle = Deno.UnsafePointer.create(out[0] as bigint);
    if (handle === null) {
      throw new SqliteError(resultCode.error, "syntax error: no statement");
    }
    try {
      const compiled = ownText(this.symbols.sqlite3_sql(handle)) ?? "";
      this.#checkRest(sql.slice(compiled.length));
      const statement = new Statement(this.symbols, handle, sql, numbered);
      if (keep) this.#cache.add(statement);
      return statement;
    } catch (error) {
      this.symbols.sqlite3_finalize(handle);
      throw error;
    }
  }

  /**
   * Compiles a statement that nobody else gets, for one that stays open; its user finalizes it.
   *
   * @param sql One statement, its parameters written `?1`, `?2`, ….
   * @returns The statement.
   */
  prepareOwn(sql: string): Statement {
    this.#compile(encoder.encode(sql), 0);
    const handle = Deno.UnsafePointer.create(out[0] as bigint);
    if (handle === null) {
      throw new SqliteError(resultCode.error, "syntax error: no statement");
    }
    return new Statement(this.symbols, handle, sql, true);
  }

  /**
   * Gives back a statement after use.
   *
   * @param statement What {@linkcode Database.prepare} gave.
   */
  release(statement: Statement): void {
    statement.reset();
    if (statement.sql.length > longestCachedSql) statement.finalize();
  }

  /**
   * Runs a short statement of our own to its end, on this thread and without any limit.
   *
   * @param sql One statement.
   * @param params Values of its parameters.
   * @returns Its rows.
   */
  run(sql: string, params: readonly SqliteValue[] = []): SqliteValue[][] {
    const statement = this.prepare(sql);
    try {
      statement.bind(params);
      const rows: SqliteValue[][] = [];
      for (;;) {
        const code = statement.step();
        if (code === resultCode.done) return rows;
        if (code !== resultCode.row) throw this.error(code);
        rows.push(statement.row());
      }
    } finally {
      this.release(statement);
    }
  }

  /**
   * Runs a statement of our own that has no parameters and gives no rows, such as SAVEPOINT.
   *
   * @param sql One statement.
   */
  command(sql: string): void {
    const statement = this.prepare(sql);
    const code = statement.step();
    const failed = code === resultCode.done ? undefined : this.error(code);
    statement.rewind();
    if (failed !== undefined) throw failed;
  }

  /**
   * Asks how SQLite would run a statement, without running it.
   *
   * @param sql One statement.
   * @returns One line for each loop, for example `SCAN items`.
   */
  plan(sql: string): string[] {
    this.#compile(encoder.encode(`EXPLAIN QUERY PLAN ${sql}`), 0);
    const handle = Deno.UnsafePointer.create(out[0] as bigint);
    if (handle === null) return [];
    const statement = new Statement(this.symbols, handle, sql, true);
    try {
      const lines: string[] = [];
      // Columns: id, parent, unused, detail.
      while (statement.step() === resultCode.row) {
        lines.push(String(statement.row()[3]));
      }
      return lines;
    } finally {
      statement.finalize();
    }
  }

  /**
   * Asks which b-trees of the main database a statement may write, without running it: those of its
   * tables and their indexes, and those that triggers and foreign keys bring in.
   *
   * @param sql One statement.
   * @returns Their root pages.
   */
  writtenRoots(sql: string): number[] {
    this.#compile(encoder.encode(`EXPLAIN ${sql}`), 0);
    const handle = Deno.UnsafePointer.create(out[0] as bigint);
    if (handle === null) return [];
    const statement = new Statement(this.symbols, handle, sql, true);
    try {
      const roots: number[] = [];
      // Columns: addr, opcode, p1, p2, p3, …
      while (statement.step() === resultCode.row) {
        const [, operation, p1, p2, p3] = statement.row();
        if (operation === "OpenWrite" && p3 === 0) roots.push(Number(p2));
        if (operation === "Clear" && p2 === 0) roots.push(Number(p1));
      }
      return roots;
    } finally {
      statement.finalize();
    }
  }

  /**
   * @param code Result of a call on this connection.
   * @throws {SqliteError} When it is not success.
   */
  check(code: number): void {
    if (code !== resultCode.ok) throw this.error(code);
  }

  /**
   * @param code Result of the last call on this connection.
   * @returns The error with SQLite's words.
   */
  error(code: number): SqliteError {
    const message = ownText(this.symbols.sqlite3_errmsg(this.handle));
    return new SqliteError(code, message ?? "unknown error");
  }

  /** Finalizes everything and closes, off the thread because that may write. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#cache.clear();
    this.functions?.detach();
    await this.symbols.sqlite3_close_v2OffThread(this.handle);
  }

  /** Compiles a text into `out`, registering the functions that it names. */
  #compile(bytes: Uint8Array<ArrayBuffer>, flags: number): void {
    for (;;) {
      const code = this.symbols.sqlite3_prepare_v3(
        this.handle,
        bytes,
        bytes.length,
        flags,
        out,
        null,
      );
      if (code === resultCode.ok) return;
      const error = this.error(code);
      if (!this.functions?.supply(error)) throw error;
    }
  }

  #status(what: number, reset = 0): number {
    this.symbols.sqlite3_db_status(this.handle, what, current, highest, reset);
    return current[0] as number;
  }

  /** Refuses a second statement; SQLite itself would ignore it. */
  #checkRest(rest: string): void {
    if (rest === "") return;
    const bytes = encoder.encode(rest);
    // White space, semicolons and comments compile to no statement.
    const code = this.symbols.sqlite3_prepare_v3(
      this.handle,
      bytes,
      bytes.length,
      0,
      out,
      null,
    );
    const second = Deno.UnsafePointer.create(out[0] as bigint);
    if (second !== null) this.symbols.sqlite3_finalize(second);
    if (code !== resultCode.ok || second !== null) {
      throw new SqliteError(
        resultCode.error,
        "syntax error: more than one statement",
      );
    }
  }
}
