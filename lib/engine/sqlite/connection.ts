/**
 * A connection that runs statements on this thread while they are quick and can run the others off
 * it. One statement at a time.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../sqlite/database.ts";
import { SqliteError } from "../../sqlite/error.ts";
import {
  queryOffThread,
  runInline,
  runOffThread,
} from "../../sqlite/execute.ts";
import type { InlineGuard } from "../../sqlite/inline_guard.ts";
import { InterruptedError, type Limits } from "../../sqlite/interruption.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { Result, SqlValue } from "../engine.ts";
import type { ChangeCollector } from "./change_collector.ts";
import { CompiledPlans } from "./compiled_plan.ts";
import type { Counters } from "./counters.ts";
import { defaultEval } from "./default_eval.ts";
import { toEngineError } from "./errors.ts";
import type { RunContext } from "./plan_runner.ts";
import { readResult, writeResult } from "./result.ts";

/** How long a statement, or the reading of its rows, may hold the event loop. */
export const sliceMs = 4;

/** Words that a statement which only hands out rows begins with. */
const queries = new Set(["SELECT", "WITH", "VALUES"]);

/** What a {@linkcode Connection} is made of. */
export interface ConnectionOptions {
  /** The connection. */
  readonly database: Database;
  /** Watches its inline statements; none for a connection that never runs any. */
  readonly guard?: InlineGuard;
  /** Source of the time. */
  readonly clock: Clock;
  /** Counts statements. */
  readonly counters: Counters;
}

/** See the top of the file. */
export class Connection {
  /** The connection itself. */
  readonly database: Database;
  /** Watches its inline statements. */
  readonly guard: InlineGuard | undefined;
  /** Source of the time. */
  readonly clock: Clock;
  /** Counts statements. */
  readonly counters: Counters;
  /** Plans as its statements. */
  readonly plans: CompiledPlans;
  /** Whether what is too large for it may be tried elsewhere. */
  small = false;
  /** Watches the rows that it changes; the writer has one. */
  collector: ChangeCollector | undefined;

  /**
   * @param options Its parts.
   */
  constructor({ database, guard, clock, counters }: ConnectionOptions) {
    this.database = database;
    this.plans = new CompiledPlans(database);
    this.guard = guard;
    this.clock = clock;
    this.counters = counters;
    guard?.watch(database);
    if (database.functions !== undefined) database.functions.owner = this;
  }

  /**
   * Runs a statement on this thread.
   *
   * @param statement A statement of this connection.
   * @param params Its values.
   * @param limits When to stop it.
   * @param unstoppable Whether it must go on to its end, however long that takes.
   * @returns Its result; nothing when it was not quick, and nothing came of it then.
   * @throws {EngineError} When it fails.
   */
  inline(
    statement: Statement,
    params: readonly SqlValue[],
    { signal, timeoutMs }: Limits,
    unstoppable = false,
  ): Result | undefined {
    const guard = this.guard;
    if (guard === undefined) throw new Error("Cannot run inline: no guard");
    try {
      if (signal?.aborted) throw new InterruptedError("cancelled");
      statement.bind(params);
      if (!unstoppable) guard.begin(timeoutMs);
      const result = runInline(this.database, statement, guard);
      if (result === undefined) return undefined;
      this.counters.statements++;
      return this.#result(result, statement);
    } catch (error) {
      throw this.explain(error);
    } finally {
      guard.end();
      this.database.release(statement);
    }
  }

  /**
   * Runs a statement on another thread; nothing else may be asked of the connection meanwhile.
   *
   * @param statement A statement of this connection.
   * @param params Its values.
   * @param limits When to stop it.
   * @returns Its result.
   * @throws {EngineError} When it fails or was stopped.
   */
  async offThread(
    statement: Statement,
    params: readonly SqlValue[],
    { signal, timeoutMs }: Limits,
  ): Promise<Result> {
    this.counters.statements++;
    this.counters.offThread++;
    this.leave(true);
    try {
      const options = { signal, timeoutMs, clock: this.clock, sliceMs };
      if (queries.has(statement.word) && statement.readOnly) {
        const { sql } = statement;
        return readResult(
          await queryOffThread(this.database, sql, { ...options, params }),
        );
      }
      statement.bind(params);
      return this.#result(
        await runOffThread(this.database, statement, options),
        statement,
      );
    } catch (error) {
      throw this.explain(error);
    } finally {
      this.database.release(statement);
      this.leave(false);
    }
  }

  /**
   * Steps a statement of our own, such as COMMIT, on another thread, without any limit.
   *
   * @param statement A statement of this connection.
   * @returns Extended result code.
   */
  async stepOffThread(statement: Statement): Promise<number> {
    this.leave(true);
    try {
      return await statement.stepOffThread();
    } finally {
      this.leave(false);
    }
  }

  /**
   * Makes the connection ready for statements on another thread, or on this one again.
   *
   * @param off Whether the next statement runs on another thread.
   */
  leave(off: boolean): void {
    if (off) this.guard?.unwatch(this.database);
    else this.guard?.watch(this.database);
    this.database.functions?.offThread(off);
    this.collector?.offThread(off);
  }

  /** @returns What functions see that statements of the engine's own call. */
  ownContext(): RunContext {
    return { eval: defaultEval(this.clock), timeoutMs: 0 };
  }

  /**
   * @param error What a statement threw.
   * @returns What a function that it called threw, if that was the reason; else the same in
   *   PostgreSQL's terms.
   */
  explain(error: unknown): unknown {
    const thrown = this.database.functions?.takeError();
    if (thrown !== undefined && error instanceof SqliteError) {
      return toEngineError(thrown.error);
    }
    return toEngineError(error);
  }

  #result(
    result: Parameters<typeof readResult>[0],
    statement: Statement,
  ): Result {
    return statement.readOnly
      ? readResult(result)
      : writeResult(result, statement, this.database);
  }
}
