/**
 * Runs plans that only read: a quick one at once on this thread, a long one elsewhere.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Datum } from "../../sql/datum.ts";
import { catalogFunctionNames } from "../../sql/functions/catalog_functions.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { alsoStoppedBy } from "../../sqlite/interruption.ts";
import type { RowSink } from "../client_session.ts";
import type { CompiledPlan } from "./compiled_plan.ts";
import { type Connection, sliceMs } from "./connection.ts";
import type { ConnectionPool } from "./connection_pool.ts";
import type { Counters } from "./counters.ts";
import { closing } from "./errors.ts";
import { limitsFrom } from "./plan_limits.ts";
import { runPlanOffThread } from "./plan_off_thread.ts";
import { canceled, planError, runPlanInline } from "./plan_run.ts";
import type { RunContext, RunResult } from "./plan_runner.ts";
import { slotValues } from "./plan_values.ts";
import type { ReadThreads } from "./read_threads.ts";
import { RowBuffer } from "./row_buffer.ts";

/** A read that was not quick so often in a row is no more tried on this thread, until it is. */
const triesInline = 2;
/** Bytes of a value or row that is worked on where everybody waits. */
const longestInline = 4 * 1024 * 1024;

/** What a {@linkcode PlanReader} is made of. */
export interface PlanReaderOptions {
  /** Runs the quick reads. */
  readonly inline: Connection;
  /** Threads for long reads; `pool` is used if there are none. */
  readonly threads: ReadThreads | undefined;
  /** Connections for long reads. */
  readonly pool: ConnectionPool;
  readonly counters: Counters;
  /** Source of the time. */
  readonly clock: Clock;
  /** Stops every long read when it fires. */
  readonly stopping: AbortSignal;
}

/** See the top of the file. */
export class PlanReader {
  readonly #options: PlanReaderOptions;
  readonly #buffer = new RowBuffer();
  /** Throws when a plan was made for another catalog than the present one. */
  checkFresh: (context: RunContext) => void = () => {};
  /** Long reads under way. */
  #running = 0;
  #idle: (() => void) | undefined;

  /**
   * @param options Its parts.
   */
  constructor(options: PlanReaderOptions) {
    this.#options = options;
    const { inline, threads } = options;
    const { database, guard } = inline;
    if (threads === undefined || database.functions === undefined) return;
    // What takes long, or is large, is done on a thread where nobody waits for it.
    database.functions.guard = guard;
    database.limitLength(longestInline);
    inline.small = true;
  }

  /** Runs the quick reads. */
  get inline(): Connection {
    return this.#options.inline;
  }

  /**
   * Runs a read.
   *
   * @param plan The plan.
   * @param params Its values.
   * @param sink Takes the rows.
   * @param context Limits and session.
   * @returns What came of it; a promise when it had to leave this thread.
   */
  read(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult> {
    const { inline } = this.#options;
    let compiled: CompiledPlan;
    try {
      compiled = inline.plans.get(plan);
    } catch (error) {
      throw planError(inline, error);
    }
    if (compiled.slow < triesInline) {
      const run = { compiled, params, context };
      const count = runPlanInline(inline, run, this.#buffer, false);
      if (count >= 0) {
        compiled.slow = 0;
        this.#buffer.flush(sink);
        return { done: true, count };
      }
      compiled.slow++;
    }
    return this.#long(compiled, params, sink, context);
  }

  /** Resolves when no long read is under way. */
  async drain(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => this.#idle = resolve);
  }

  async #long(
    quick: CompiledPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): Promise<RunResult> {
    const { clock, pool, threads, counters, stopping } = this.#options;
    if (context.signal?.aborted) throw canceled();
    const limits = limitsFrom(context, clock);
    // What was told before it was found to be long is told again.
    context.eval.notes?.run(false);
    this.#running++;
    let connection: Connection | undefined;
    try {
      const { plan } = quick;
      // Now: the session may be another by the time there is a connection.
      const values = plan.steps.map((step) =>
        slotValues(step, params, context)
      );
      const started = clock.monotonic();
      if (threads !== undefined && !readsCatalog(plan)) {
        counters.statements++;
        counters.offThread++;
        const count = await threads.run(
          { plan, values, context, sink },
          () => alsoStoppedBy(limits(), stopping),
          () => this.checkFresh(context),
        );
        if (clock.monotonic() - started < sliceMs) quick.slow = 0;
        return { done: true, count };
      }
      connection = await pool.take(alsoStoppedBy(limits(), stopping));
      this.checkFresh(context);
      const count = await runPlanOffThread(connection, {
        compiled: connection.plans.get(plan),
        values,
        context,
        limits: alsoStoppedBy(limits(), stopping),
        sink,
      });
      if (clock.monotonic() - started < sliceMs) quick.slow = 0;
      return { done: true, count };
    } catch (error) {
      if (stopping.aborted) throw closing();
      throw planError(connection ?? this.#options.inline, error);
    } finally {
      if (connection !== undefined) pool.giveBack(connection);
      if (--this.#running === 0) this.#idle?.();
    }
  }
}

/**
 * Tells whether a plan calls what reads the session's picture of the catalog, which is on this thread only. Asked
 * for long reads alone.
 */
function readsCatalog({ steps }: QueryPlan): boolean {
  const names = catalogFunctionNames();
  return steps.some(({ sql }) => names.some((name) => sql.includes(name)));
}
