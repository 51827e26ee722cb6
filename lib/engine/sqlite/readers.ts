/**
 * Runs reads: a quick one at once on this thread, a long one on a connection of its own, off it.
 *
 * The inline reader never keeps a statement open beyond one turn of the event loop, so it is always
 * free. Long reads wait for one of a few connections.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { alsoStoppedBy, type Limits } from "../../sqlite/interruption.ts";
import type { Statement } from "../../sqlite/statement.ts";
import { EngineError, type Result, type SqlValue } from "../engine.ts";
import { checkAccepted } from "./accepted.ts";
import { type Connection, sliceMs } from "./connection.ts";
import { toEngineError } from "./errors.ts";

/** A read that was not quick so often in a row is no more tried on this thread, until it is. */
const triesInline = 2;

/** What {@linkcode Readers} is made of. */
export interface ReadersOptions {
  /** Runs the quick reads. */
  readonly inline: Connection;
  /** Opens a connection for long reads. */
  readonly open: () => Connection;
  /** Long reads that run at once. */
  readonly connections: number;
  /** Long reads that may wait for a connection. */
  readonly maxWaiting: number;
  /** Source of the time. */
  readonly clock: Clock;
  /** Stops every long read when it fires. */
  readonly stopping: AbortSignal;
}

/** See the top of the file. */
export class Readers {
  readonly #inline: Connection;
  readonly #open: () => Connection;
  readonly #connections: number;
  readonly #maxWaiting: number;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  readonly #all: Connection[] = [];
  readonly #idle: Connection[] = [];
  /** How often in a row a statement was not quick. */
  readonly #slow = new WeakMap<Statement, number>();
  readonly #waiting = new Set<(connection: Connection) => void>();

  /**
   * @param options Its parts.
   */
  constructor(
    { inline, open, connections, maxWaiting, clock, stopping }: ReadersOptions,
  ) {
    this.#inline = inline;
    this.#open = open;
    this.#connections = connections;
    this.#maxWaiting = maxWaiting;
    this.#clock = clock;
    this.#stopping = stopping;
  }

  /** Opens every connection now, for a file that cannot be opened later. */
  openAll(): void {
    while (this.#all.length < this.#connections) this.#idle.push(this.#add());
  }

  /**
   * Compiles a statement on the inline connection, which tells whether it is a read.
   *
   * @param sql One statement.
   * @returns The statement.
   * @throws {EngineError} When it cannot be compiled or is not accepted.
   */
  prepare(sql: string): Statement {
    try {
      return this.#inline.database.prepare(sql, checkAccepted);
    } catch (error) {
      throw toEngineError(error);
    }
  }

  /**
   * Gives back a statement that turned out to be no read.
   *
   * @param statement What {@linkcode Readers.prepare} gave.
   */
  release(statement: Statement): void {
    this.#inline.database.release(statement);
  }

  /**
   * Runs a read.
   *
   * @param statement What {@linkcode Readers.prepare} gave, in the same turn of the event loop.
   * @param params Its values.
   * @param limits When to stop it.
   * @returns Its rows; a promise of them when it had to leave this thread.
   */
  query(
    statement: Statement,
    params: readonly SqlValue[],
    limits: Limits,
  ): Result | Promise<Result> {
    const slow = this.#slow.get(statement) ?? 0;
    if (slow < triesInline) {
      const result = this.#inline.inline(statement, params, limits);
      if (result !== undefined) {
        if (slow > 0) this.#slow.delete(statement);
        return result;
      }
      this.#slow.set(statement, slow + 1);
    }
    return this.#long(
      statement,
      params,
      alsoStoppedBy(limits, this.#stopping),
    );
  }

  /** Closes every connection; no read may be under way. */
  async close(): Promise<void> {
    await Promise.all(
      [this.#inline, ...this.#all].map(({ database }) => database.close()),
    );
  }

  async #long(
    statement: Statement,
    params: readonly SqlValue[],
    { signal, timeoutMs }: Limits,
  ): Promise<Result> {
    const end = timeoutMs === undefined
      ? undefined
      : this.#clock.monotonic() + timeoutMs - Math.min(timeoutMs, sliceMs);
    const left = () =>
      end === undefined
        ? undefined
        : Math.max(0, end - this.#clock.monotonic());
    if (signal?.aborted) throw stopped("it was cancelled");
    const connection = await this.#take({ signal, timeoutMs: left() });
    try {
      const started = this.#clock.monotonic();
      const own = connection.database.prepare(statement.sql);
      const timeoutMs = left();
      const result = await connection.offThread(own, params, {
        signal,
        timeoutMs,
      });
      if (this.#clock.monotonic() - started < sliceMs) {
        this.#slow.delete(statement);
      }
      return result;
    } catch (error) {
      throw toEngineError(error);
    } finally {
      this.#giveBack(connection);
    }
  }

  #take(limits: Limits): Promise<Connection> | Connection {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#connections) return this.#add();
    if (this.#waiting.size >= this.#maxWaiting) {
      throw new EngineError(
        "53300",
        "Cannot run statement: too many long reads are waiting, try again later",
      );
    }
    return this.#wait(limits);
  }

  async #wait({ signal, timeoutMs }: Limits): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
    const stop = (reason: string) => {
      this.#waiting.delete(resolve);
      reject(stopped(reason));
    };
    const onAbort = () => stop("it was cancelled");
    const timer = timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop("it ran longer than its time limit"), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #giveBack(connection: Connection): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next(connection);
      return;
    }
    this.#idle.push(connection);
  }

  #add(): Connection {
    const connection = this.#open();
    this.#all.push(connection);
    return connection;
  }
}

function stopped(reason: string): EngineError {
  return new EngineError("57014", `Cannot run statement: ${reason}`);
}
