/**
 * The embedded engine at work: sends each statement to the readers or to the writer.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { InlineGuard } from "../../sqlite/inline_guard.ts";
import type { SqliteLibrary } from "../../sqlite/library.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import {
  type Engine,
  EngineError,
  type EngineStats,
  type Identity,
  type Queryable,
  type QueryOptions,
  type Result,
  type Session,
  type SqlValue,
} from "../engine.ts";
import type { FunctionHost } from "../../sqlite/functions.ts";
import { ChangeCollector } from "./change_collector.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Connection } from "./connection.ts";
import { closeConnections, type ConnectionPool } from "./connection_pool.ts";
import type { Counters } from "./counters.ts";
import { closing, storageFailed } from "./errors.ts";
import { rewriteHeader } from "./file_format.ts";
import type { LogFile } from "./log_file.ts";
import { LogSync } from "./log_sync.ts";
import type { PlanReader } from "./plan_reader.ts";
import type { Place } from "./place.ts";
import type { Readers } from "./readers.ts";
import type { ReadThreads } from "./read_threads.ts";
import { SqlitePlanRunner } from "./sqlite_plan_runner.ts";
import { WriteHealth } from "./write_health.ts";
import { Writer } from "./writer.ts";

/** What a {@linkcode SqliteEngine} is made of. */
export interface SqliteEngineParts {
  /** For the banner. */
  readonly description: string;
  /** SQLite. */
  readonly library: SqliteLibrary;
  /** Where the file is. */
  readonly place: Place;
  /** The connection that writes. */
  readonly writer: Connection;
  /** Runs quick reads. */
  readonly readers: Readers;
  /** Runs reads of plans. */
  readonly reader: PlanReader;
  /** The connections for long reads. */
  readonly pool: ConnectionPool;
  /** Threads for long reads. */
  readonly threads: ReadThreads | undefined;
  /** The connections for snapshots. */
  readonly snapshots: ConnectionPool;
  /** Functions in JavaScript. */
  readonly functions: FunctionHost;
  /** The write-ahead log, where commits must be durable. */
  readonly logFile: LogFile | undefined;
  /** Looks after the write-ahead log. */
  readonly checkpoints: Checkpoints;
  /** Watches inline statements. */
  readonly guard: InlineGuard;
  /** Source of the time. */
  readonly clock: Clock;
  /** Receives what an operator should know. */
  readonly log: Log;
  /** Counts. */
  readonly counters: Counters;
  /** Limit of a statement that brings none; 0 for no limit. */
  readonly statementTimeoutMs: number;
  /** Transactions that may wait. */
  readonly maxWaiting: number;
  /** How long one may wait. */
  readonly maxWaitMs: number;
  /** How long a body may go without a statement. */
  readonly maxIdleMs: number;
  /** How long a client may go without a statement inside a transaction while others wait. */
  readonly maxLeaseIdleMs: number;
  /** How long such pauses of one transaction may be together. */
  readonly maxLeasePausesMs: number;
  /** How long what was accepted may go on after the close. */
  readonly closeGraceMs: number;
  /** Time between two attempts to write while the disk takes nothing. */
  readonly retryWriteMs: number;
  /** Average below which a sync of the log holds the event loop. */
  readonly instantSyncMs: number;
  /** Stops the long statements of readers and writer. */
  readonly stop: AbortController;
}

/** What `setTimeout` can count. */
const longestTimeoutMs = 2 ** 31 - 1;

/** See the top of the file. */
export class SqliteEngine
  implements Omit<Engine, "migrate" | "schemaVersion" | "follow"> {
  readonly description: string;
  readonly failed: Promise<Error>;
  /** Runs plans. */
  readonly runner: SqlitePlanRunner;
  readonly #collector: ChangeCollector;
  readonly #parts: SqliteEngineParts;
  readonly #log: LogSync | undefined;
  readonly #writer: Writer;
  readonly #health: WriteHealth;
  readonly #fail: (error: Error) => void;
  /** Why nothing may be asked any more. */
  #refusal: EngineError | undefined;
  #broken = false;
  #reads = 0;
  #readsDone: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param parts Open connections and settings.
   */
  constructor(parts: SqliteEngineParts) {
    const { promise, resolve } = Promise.withResolvers<Error>();
    this.description = parts.description;
    this.failed = promise;
    this.#fail = resolve;
    this.#parts = parts;
    this.#health = new WriteHealth({
      attempt: () => this.#attemptWrite(),
      log: parts.log,
      retryMs: parts.retryWriteMs,
    });
    this.#collector = new ChangeCollector(parts.writer.database);
    this.runner = new SqlitePlanRunner({
      reader: parts.reader,
      snapshots: parts.snapshots,
      connection: parts.writer,
      collector: this.#collector,
      functions: parts.functions,
      clock: parts.clock,
      log: parts.log,
      stopping: parts.stop.signal,
      checkOpen: () => {
        if (this.#refusal !== undefined) throw this.#refusal;
      },
    });
    parts.writer.collector = this.#collector;
    const { logFile: file, clock, counters } = parts;
    const broken = () => this.#break();
    this.#log = file && new LogSync({
      file,
      clock,
      counters,
      following: () => this.#writer.waiting,
      instantSyncMs: parts.instantSyncMs,
      broken,
    });
    this.#writer = new Writer({
      connection: parts.writer,
      limits: (options) => this.#limits(options),
      clock,
      counters,
      log: this.#log,
      maxWaiting: parts.maxWaiting,
      maxWaitMs: parts.maxWaitMs,
      maxIdleMs: parts.maxIdleMs,
      maxLeaseIdleMs: parts.maxLeaseIdleMs,
      maxLeasePausesMs: parts.maxLeasePausesMs,
      stopping: parts.stop.signal,
      health: this.#health,
      deferredViolation: (member) => this.runner.deferredViolation(member),
      beforeCommit: (group) => this.runner.prepareCommit(group),
      published: (members) => this.runner.published(members),
      durable: (members) => this.runner.durable(members),
      commitSyncs: () => parts.checkpoints.emptied,
      committed: (pages) => parts.checkpoints.committed(pages),
      broken,
    });
    this.runner.connect(this.#writer);
    parts.checkpoints.onBroken(broken);
  }

  session(identity: Identity): Session {
    return {
      identity,
      query: (sql, params = [], options = {}) =>
        this.#query(sql, params, options),
      transaction: (body) => this.#transaction(body),
    };
  }

  writable(): boolean {
    return !this.#broken && this.#health.writable;
  }

  stats(): EngineStats {
    return { ...this.#parts.counters, writeQueue: this.#writer.waiting };
  }

  close(): Promise<void> {
    this.#refusal ??= closing();
    return this.#closing ??= this.#close();
  }

  async #query(
    sql: string,
    params: readonly SqlValue[],
    options: QueryOptions,
  ): Promise<Result> {
    if (this.#refusal !== undefined) throw this.#refusal;
    const { readers } = this.#parts;
    const limits = this.#limits(options);
    const statement = readers.prepare(sql);
    if (!statement.readOnly) {
      readers.release(statement);
      return await this.#writer.submit(
        (tx) => tx.query(sql, params, options),
        limits,
      ) as Result;
    }
    const result = readers.query(statement, params, limits);
    if (!(result instanceof Promise)) return result;
    this.#reads++;
    try {
      return await result;
    } catch (error) {
      throw this.#parts.stop.signal.aborted ? closing() : error;
    } finally {
      if (--this.#reads === 0) this.#readsDone?.();
    }
  }

  async #transaction<T>(body: (tx: Queryable) => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) throw this.#refusal;
    return await this.#writer.submit(body) as T;
  }

  #limits({ signal, timeoutMs }: QueryOptions): Limits {
    const ms = timeoutMs ?? this.#parts.statementTimeoutMs;
    return {
      signal,
      timeoutMs: ms === 0 ? undefined : Math.min(ms, longestTimeoutMs),
    };
  }

  /** Lets the writer find out whether the disk takes a page. */
  #attemptWrite(): Promise<unknown> {
    const { database } = this.#parts.writer;
    return this.#writer.submit(() => {
      // Within its turn it may use the connection as the writer itself does.
      rewriteHeader(database);
      return Promise.resolve();
    });
  }

  #break(): void {
    if (this.#broken) return;
    const error = storageFailed();
    this.#broken = true;
    this.#health.close();
    this.#refusal = error;
    this.#writer.refuse(error);
    this.#parts.log.error("storage_failed");
    this.#fail(error);
  }

  /** Waits for what was accepted, and stops what takes long: nobody has been told anything of it. */
  async #finish(): Promise<void> {
    const { stop, closeGraceMs } = this.#parts;
    const timer = setTimeout(() => {
      this.#writer.refuse(closing());
      stop.abort();
    }, closeGraceMs);
    await this.#writer.drain();
    await this.runner.drain();
    if (this.#reads > 0) {
      await new Promise<void>((resolve) => this.#readsDone = resolve);
    }
    clearTimeout(timer);
  }

  async #close(): Promise<void> {
    const { readers, pool, threads, snapshots } = this.#parts;
    const { checkpoints, writer } = this.#parts;
    const { functions, guard, place, library } = this.#parts;
    this.#health.close();
    await this.#finish();
    this.#log?.close();
    if (this.#broken) {
      // Closing would write and sync again, and mean nothing. The program ends now.
      place.close(false);
      return;
    }
    await readers.close();
    await threads?.close();
    await closeConnections(pool);
    await closeConnections(snapshots);
    await checkpoints.close();
    await writer.database.close();
    this.#collector.close();
    functions.close();
    guard.close();
    library.close();
    place.close(true);
  }
}
