/**
 * Runs plans where the transaction wants them: on a reader, in a snapshot, or on the writer.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { RowSink } from "../client_session.ts";
import {
  type BulkResult,
  type BulkRows,
  type Cursor,
  type Lease,
  type RunContext,
  type RunResult,
  StalePlanError,
} from "../sqlite/plan_runner.ts";
import type { SessionCore } from "./session_core.ts";
import type { Compiled, Statement } from "./statement.ts";

/** See the top of the file. */
export class Executor {
  readonly #core: SessionCore;

  /**
   * @param core Session.
   */
  constructor(core: SessionCore) {
    this.#core = core;
  }

  /**
   * Runs a plan where the transaction wants it.
   *
   * @param statement A query.
   * @param params Values of `$n`.
   * @param sink Takes the rows.
   * @param alone Whether it is a transaction of its own.
   */
  run(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
    alone: boolean,
  ): RunResult | Promise<RunResult> {
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    const { plan } = compiled;
    const { transaction, instance } = this.#core;
    transaction.ranQuery = true;
    const { lease } = transaction;
    if (lease !== undefined) {
      if (!plan.readOnly) {
        this.checkPlan(plan);
        const wait = this.#core.cursors.beforeWrite();
        if (wait !== undefined) {
          return wait.then(() => this.#query(lease, compiled, params, sink));
        }
      }
      return this.#query(lease, compiled, params, sink);
    }
    if (plan.readOnly) {
      if (!alone && transaction.repeatable) {
        const snapshot = transaction.snapshot();
        return snapshot instanceof Promise
          ? snapshot.then((s) =>
            s.read(plan, params, sink, this.contextOf(compiled))
          )
          : snapshot.read(plan, params, sink, this.contextOf(compiled));
      }
      return instance.runner.read(
        plan,
        params,
        sink,
        this.contextOf(compiled),
      );
    }
    this.checkPlan(plan);
    return alone
      ? this.#write(statement, params, sink)
      : this.#writeInLease(statement, params, sink);
  }

  /**
   * Runs a statement once for each row, in the transaction's lease.
   *
   * @param statement An INSERT.
   * @param rows A few milliseconds' work at most.
   * @returns What came of it; nothing when it must be run for each row by itself.
   */
  async bulk(
    statement: Statement,
    rows: BulkRows,
  ): Promise<BulkResult | undefined> {
    const { transaction, preparer, cursors } = this.#core;
    transaction.ranQuery = true;
    this.checkWritable("COPY FROM");
    const lease = await transaction.acquire();
    // Somebody may have changed the schema while this one waited.
    preparer.refresh(statement);
    await cursors.beforeWrite();
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    return await lease.bulk?.(compiled.plan, rows, this.contextOf(compiled));
  }

  async #write(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
  ): Promise<RunResult> {
    for (;;) {
      const compiled = statement.compiled as Extract<
        Compiled,
        { kind: "query" }
      >;
      try {
        return await this.#core.instance.runner.write(
          compiled.plan,
          params,
          sink,
          this.contextOf(compiled),
        );
      } catch (error) {
        if (!(error instanceof StalePlanError)) throw error;
        this.#core.preparer.refresh(statement);
      }
    }
  }

  async #writeInLease(
    statement: Statement,
    params: readonly Datum[],
    sink: RowSink,
  ): Promise<RunResult> {
    const lease = await this.#core.transaction.acquire();
    // Somebody may have changed the schema while this one waited.
    this.#core.preparer.refresh(statement);
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    return await this.#query(lease, compiled, params, sink);
  }

  /** Four arguments, because an object for each statement would be felt. */
  #query(
    lease: Lease,
    compiled: Extract<Compiled, { kind: "query" }>,
    params: readonly Datum[],
    sink: RowSink,
  ): RunResult | Promise<RunResult> {
    const { plan } = compiled;
    const result = lease.query(plan, params, sink, this.contextOf(compiled));
    return plan.readOnly || !this.#core.constraintModes.active
      ? result
      : this.#checked(lease, result);
  }

  async #checked(
    lease: Lease,
    running: RunResult | Promise<RunResult>,
  ): Promise<RunResult> {
    const result = await running;
    await this.#core.constraintModes.check(lease);
    return result;
  }

  /** Opens a cursor where the transaction wants it. */
  open(
    statement: Statement,
    params: readonly Datum[],
  ): Cursor | Promise<Cursor> {
    const compiled = statement.compiled as Extract<
      Compiled,
      { kind: "query" }
    >;
    const { plan } = compiled;
    const { transaction } = this.#core;
    transaction.ranQuery = true;
    const context = this.contextOf(compiled);
    if (transaction.lease !== undefined) {
      return transaction.lease.cursor(plan, params, context);
    }
    if (transaction.repeatable && transaction.explicit) {
      const snapshot = transaction.snapshot();
      return snapshot instanceof Promise
        ? snapshot.then((s) => s.cursor(plan, params, context))
        : snapshot.cursor(plan, params, context);
    }
    const { runner } = this.#core.instance;
    return runner.openCursor(plan, params, context, this.#core);
  }

  /**
   * @param plan A plan that is about to run.
   * @throws {SqlError} 25006 when it writes in a read-only transaction. A query that calls what may write
   *   runs, and what it calls is judged when it does.
   */
  checkPlan({ readOnly, tag, steps }: QueryPlan): void {
    if (readOnly || (tag === "SELECT" && steps.length === 1)) return;
    this.checkWritable(tag);
  }

  /**
   * @param what What is about to write.
   * @throws {SqlError} 25006 in a read-only transaction.
   */
  checkWritable(what: string): void {
    if (!this.#core.transaction.modes.readOnly) return;
    throw new SqlError(
      "25006",
      `cannot execute ${what} in a read-only transaction`,
    );
  }

  /** @returns Limits and surroundings of one execution. */
  contextOf(compiled: Extract<Compiled, { kind: "query" }>): RunContext {
    return {
      eval: this.#core.eval,
      signal: this.#core.watch.signal,
      timeoutMs: this.#core.watch.limitMs,
      literals: compiled.literals,
      catalog: compiled.env.catalog,
      role: compiled.env.role,
    };
  }
}
