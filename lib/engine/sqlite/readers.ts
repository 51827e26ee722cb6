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
import type { ConnectionPool } from "./connection_pool.ts";
import { toEngineError } from "./errors.ts";

/** A read that was not quick so often in a row is no more tried on this thread, until it is. */
const triesInline = 2;

/** What {@linkcode Readers} is made of. */
export interface ReadersOptions {
  /** Runs the quick reads. */
  readonly inline: Connection;
  /** Connections for long reads. */
  readonly pool: ConnectionPool;
  /** Source of the time. */
  readonly clock: Clock;
  /** Stops every long read when it fires. */
  readonly stopping: AbortSignal;
}

/** See the top of the file. */
export class Readers {
  readonly #inline: Connection;
  readonly #pool: ConnectionPool;
  readonly #clock: Clock;
  readonly #stopping: AbortSignal;
  /** How often in a row a statement was not quick. */
  readonly #slow = new WeakMap<Statement, number>();

  /**
   * @param options Its parts.
   */
  constructor(
    { inline, pool, clock, stopping }: ReadersOptions,
  ) {
    this.#inline = inline;
    this.#pool = pool;
    this.#clock = clock;
    this.#stopping = stopping;
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

  /** Closes the inline connection; no read may be under way. */
  async close(): Promise<void> {
    await this.#inline.database.close();
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
    const connection = await this.#pool.take({ signal, timeoutMs: left() });
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
      this.#pool.giveBack(connection);
    }
  }
}

/**
 * @param reason Why a read does not get its turn.
 * @returns The error.
 */
export function stoppedWaiting(reason: "cancelled" | "timeout"): EngineError {
  return stopped(
    reason === "cancelled"
      ? "it was cancelled"
      : "it ran longer than its time limit",
  );
}

function stopped(reason: string): EngineError {
  return new EngineError("57014", `Cannot run statement: ${reason}`);
}
