/**
 * A cursor on a connection that only reads: an open statement.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { resultCode } from "../../sqlite/error.ts";
import {
  type Interruption,
  interruptOn,
  type Limits,
} from "../../sqlite/interruption.ts";
import { readRowInto } from "../../sqlite/row.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { RowSink } from "../client_session.ts";
import { type Connection, sliceMs } from "./connection.ts";
import { nextTurn } from "./pace.ts";
import { canceled, planError, type PlanValues } from "./plan_run.ts";
import type { Cursor, RunContext, RunResult } from "./plan_runner.ts";
import { bindDatum, realSlots } from "./plan_values.ts";

/** What a {@linkcode SnapshotCursor} needs. */
export interface SnapshotCursorOptions {
  readonly connection: Connection;
  readonly plan: QueryPlan;
  readonly values: PlanValues;
  readonly context: RunContext;
  /** When to stop a fetch. */
  readonly limits: () => Limits;
  /** Keeps others from the connection meanwhile. */
  readonly use: <T>(body: () => Promise<T>) => Promise<T>;
  readonly closed: (cursor: SnapshotCursor) => void;
}

/** Steps that took longer are followed by steps on another thread. */
const slowStepMs = 1;
/** What may take long before it gives its first row. */
const slowPlan = /^(?:SCAN (?!CONSTANT ROW)|USE TEMP B-TREE|MATERIALIZE)/;
/** Rows between two looks at the clock. */
const rowsPerLook = 64;

/** See the top of the file. */
export class SnapshotCursor implements Cursor {
  readonly #options: SnapshotCursorOptions;
  #statement: Statement | undefined;
  #row: Datum[] = [];
  #slow = false;
  #done = false;
  #given = 0;
  /** Whether a fetch goes on in later turns of the event loop. */
  #busy = false;
  #closed = false;

  /**
   * @param options The plan and its connection.
   */
  constructor(options: SnapshotCursorOptions) {
    this.#options = options;
  }

  fetch(maxRows: number, sink: RowSink): RunResult | Promise<RunResult> {
    if (this.#done) return { done: true, count: this.#given };
    const { context, connection, use } = this.#options;
    if (context.signal?.aborted) throw canceled();
    const wanted = maxRows === 0 ? Infinity : maxRows;
    try {
      this.#open();
      if (!this.#slow) {
        const given = this.#fetchInline(wanted, sink);
        if (given === wanted || this.#done) {
          return { done: this.#done, count: this.#given };
        }
        return use(() => this.#fetchSlices(wanted - given, sink));
      }
    } catch (error) {
      throw planError(connection, error);
    }
    return use(() => this.#fetchSlices(wanted, sink));
  }

  close(): void {
    this.#done = true;
    this.#closed = true;
    this.#options.closed(this);
    // Whoever is inside a step finalizes it afterwards.
    if (this.#busy) return;
    this.#statement?.finalize();
    this.#statement = undefined;
  }

  /** Runs what comes before the answer and makes its statement ready. */
  #open(): void {
    const { connection, plan, values, context } = this.#options;
    const { database } = connection;
    if (database.functions !== undefined) database.functions.context = context;
    if (this.#statement !== undefined) return;
    for (const [at, step] of plan.steps.entries()) {
      const statement = database.prepareOwn(step.sql);
      const real = realSlots(plan, step);
      const count = Math.min(statement.parameterCount, step.slots.length);
      for (let i = 0; i < count; i++) {
        const value = values[at]?.[i] ?? null;
        bindDatum(database.symbols, statement, i, value, real[i] as boolean);
      }
      if (step.answers) {
        this.#statement = statement;
        this.#row = new Array<Datum>(plan.columns?.length ?? 0).fill(null);
        this.#slow = database.plan(step.sql).some((line) =>
          slowPlan.test(line)
        );
        return;
      }
      let code = resultCode.row as number;
      while (code === resultCode.row) code = statement.step();
      const error = code === resultCode.done ? undefined : database.error(code);
      statement.finalize();
      if (error !== undefined) throw error;
    }
    this.#done = true;
  }

  #fetchInline(wanted: number, sink: RowSink): number {
    const { connection: { clock } } = this.#options;
    const end = clock.monotonic() + sliceMs;
    let given = 0;
    while (given < wanted) {
      const code = (this.#statement as Statement).step();
      if (!this.#take(code, sink)) return given;
      given++;
      if (given % rowsPerLook !== 0) continue;
      if (clock.monotonic() >= end) return given;
    }
    return given;
  }

  async #fetchSlices(wanted: number, sink: RowSink): Promise<RunResult> {
    const { connection, limits } = this.#options;
    const { database } = connection;
    let interruption: Interruption | undefined;
    let left = wanted;
    this.#busy = true;
    try {
      interruption = interruptOn(database, limits());
      while (left > 0 && !this.#done) {
        if (this.#slow) {
          if (!this.#take(await this.#stepOffThread(), sink)) break;
          left--;
        } else left -= this.#fetchInline(Math.min(left, 4096), sink);
        interruption.check();
        const full = sink.full();
        if (full !== undefined) await full;
        else if (!this.#slow) await nextTurn();
        interruption.check();
      }
      return { done: this.#done, count: this.#given };
    } catch (error) {
      throw planError(connection, interruption?.explain(error) ?? error);
    } finally {
      interruption?.stop();
      this.#busy = false;
      if (this.#closed) this.close();
    }
  }

  async #stepOffThread(): Promise<number> {
    const { connection } = this.#options;
    const { clock, database, counters } = connection;
    counters.offThread++;
    connection.leave(true);
    const started = clock.monotonic();
    try {
      if (database.functions !== undefined) {
        database.functions.context = this.#options.context;
      }
      return await (this.#statement as Statement).stepOffThread();
    } finally {
      connection.leave(false);
      this.#slow = clock.monotonic() - started > slowStepMs;
    }
  }

  /** Hands on the row of a step; tells whether there was one. */
  #take(code: number, sink: RowSink): boolean {
    const { connection: { database } } = this.#options;
    if (code === resultCode.row) {
      const { handle } = this.#statement as Statement;
      readRowInto(database.symbols, handle, this.#row);
      sink.row(this.#row);
      this.#given++;
      return true;
    }
    if (code !== resultCode.done) throw database.error(code);
    this.#done = true;
    this.#statement?.rewind();
    return false;
  }
}
