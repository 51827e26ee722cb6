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
  type Migration,
  type Queryable,
  type QueryOptions,
  type Result,
  type Session,
  type SqlValue,
} from "../engine.ts";
import type { Checkpoints } from "./checkpoints.ts";
import type { Connection } from "./connection.ts";
import type { Counters } from "./counters.ts";
import { storageFailed } from "./errors.ts";
import { migrate } from "./migrate.ts";
import type { Place } from "./place.ts";
import type { Readers } from "./readers.ts";
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
  /** The connections that read. */
  readonly readers: Readers;
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
}

/** What `setTimeout` can count. */
const longestTimeoutMs = 2 ** 31 - 1;

/** See the top of the file. */
export class SqliteEngine implements Engine {
  readonly description: string;
  readonly failed: Promise<Error>;
  readonly #parts: SqliteEngineParts;
  readonly #writer: Writer;
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
    this.#writer = new Writer({
      connection: parts.writer,
      limits: (options) => this.#limits(options),
      clock: parts.clock,
      counters: parts.counters,
      syncs: parts.place.durable,
      maxWaiting: parts.maxWaiting,
      maxWaitMs: parts.maxWaitMs,
      maxIdleMs: parts.maxIdleMs,
      committed: () =>
        parts.checkpoints.committed(parts.writer.database.takePagesWritten()),
      broken: () => this.#break(),
    });
    parts.checkpoints.onBroken(() => this.#break());
  }

  session(identity: Identity): Session {
    return {
      identity,
      query: (sql, params = [], options = {}) =>
        this.#query(sql, params, options),
      transaction: (body) => this.#transaction(body),
    };
  }

  migrate(migrations: readonly Migration[]): Promise<void> {
    const session = this.session({ role: "postgres" });
    return migrate(session, migrations, this.#parts.clock);
  }

  stats(): EngineStats {
    return { ...this.#parts.counters, writeQueue: this.#writer.waiting };
  }

  close(): Promise<void> {
    this.#refusal ??= new EngineError(
      "57P01",
      "Cannot run statement: the database is closing",
    );
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

  #break(): void {
    const error = storageFailed();
    this.#broken = true;
    this.#refusal = error;
    this.#writer.refuse(error);
    this.#parts.log.error("storage_failed");
    this.#fail(error);
  }

  async #close(): Promise<void> {
    const { readers, checkpoints, writer, guard, place, library } = this.#parts;
    await this.#writer.drain();
    if (this.#reads > 0) {
      await new Promise<void>((resolve) => this.#readsDone = resolve);
    }
    if (this.#broken) {
      // Closing would write and sync again, and mean nothing. The program ends now.
      place.close(false);
      return;
    }
    await readers.close();
    await checkpoints.close();
    await writer.database.close();
    guard.close();
    library.close();
    place.close(true);
  }
}
