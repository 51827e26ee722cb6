/**
 * Reads that see one moment: a read transaction on a connection of its own.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { alsoStoppedBy } from "../../sqlite/interruption.ts";
import type { RowSink } from "../client_session.ts";
import type { Connection } from "./connection.ts";
import { runPlanOffThread } from "./plan_off_thread.ts";
import { planError, runPlanInline } from "./plan_run.ts";
import { limitsFrom } from "./plan_limits.ts";
import type { Cursor, RunContext, RunResult, Snapshot } from "./plan_runner.ts";
import { slotValues } from "./plan_values.ts";
import { RowBuffer } from "./row_buffer.ts";
import { SnapshotCursor } from "./snapshot_cursor.ts";

/** What a {@linkcode ReadSnapshot} is made of. */
export interface ReadSnapshotOptions {
  /** A connection that nobody else uses. */
  readonly connection: Connection;
  /** What is committed now. */
  readonly catalog: Catalog;
  /** Number of the last commit. */
  readonly version: number;
  readonly clock: Clock;
  /** Stops every read when it fires. */
  readonly stopping: AbortSignal;
  /** Is told when nothing uses the connection any more. */
  readonly closed: (connection: Connection) => void;
}

/** See the top of the file. */
export class ReadSnapshot implements Snapshot {
  readonly catalog: Catalog;
  /** Number of the last commit that it sees. */
  readonly version: number;
  readonly #options: ReadSnapshotOptions;
  readonly #buffer = new RowBuffer();
  readonly #cursors = new Set<SnapshotCursor>();
  #running: Promise<unknown> | undefined;
  #open = true;

  /**
   * Takes the snapshot.
   *
   * @param options Connection and surroundings.
   */
  constructor(options: ReadSnapshotOptions) {
    this.#options = options;
    this.catalog = options.catalog;
    this.version = options.version;
    const { database } = options.connection;
    database.run("BEGIN");
    // BEGIN alone sees nothing yet.
    database.run("SELECT 1 FROM main.sqlite_schema LIMIT 1");
  }

  read(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult> {
    if (this.#running !== undefined) {
      return this.#running.then(() => this.read(plan, params, sink, context));
    }
    const { connection } = this.#connected();
    try {
      const compiled = connection.plans.get(plan);
      const count = runPlanInline(
        connection,
        { compiled, params, context },
        this.#buffer,
        false,
      );
      if (count < 0) return this.#long(plan, params, sink, context);
      this.#buffer.flush(sink);
      return { done: true, count };
    } catch (error) {
      throw planError(connection, error);
    }
  }

  cursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
  ): Cursor {
    const { connection, clock, stopping } = this.#connected();
    const cursor = new SnapshotCursor({
      connection,
      plan,
      values: plan.steps.map((step) => slotValues(step, params, context)),
      context,
      limits: () => alsoStoppedBy(limitsFrom(context, clock)(), stopping),
      use: (body) => this.#use(body),
      closed: (cursor) => this.#cursors.delete(cursor),
    });
    this.#cursors.add(cursor);
    return cursor;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    const { connection, closed } = this.#options;
    const end = () => {
      for (const cursor of this.#cursors) cursor.close();
      connection.database.run("ROLLBACK");
      closed(connection);
    };
    if (this.#running === undefined) end();
    else this.#running.then(end);
  }

  #long(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): Promise<RunResult> {
    const { connection, clock, stopping } = this.#options;
    return this.#use(async () => {
      const count = await runPlanOffThread(connection, {
        compiled: connection.plans.get(plan),
        values: plan.steps.map((step) => slotValues(step, params, context)),
        context,
        limits: alsoStoppedBy(limitsFrom(context, clock)(), stopping),
        sink,
      });
      return { done: true, count };
    });
  }

  /** Keeps others from the connection while something runs off the thread. */
  #use<T>(body: () => Promise<T>): Promise<T> {
    const result = body();
    const running = result.then(() => {}, () => {}).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return result;
  }

  #connected(): ReadSnapshotOptions {
    if (this.#open) return this.#options;
    throw new SqlError("25P01", "there is no transaction in progress");
  }
}
