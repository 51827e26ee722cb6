/**
 * A plan as work of a transaction on the writer.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { SqliteError } from "../../sqlite/error.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import type { RowChange } from "../change_feed.ts";
import type { RowSink } from "../client_session.ts";
import type { ChangeCollector } from "./change_collector.ts";
import type { CompiledPlan } from "./compiled_plan.ts";
import type { Connection } from "./connection.ts";
import { ConstraintProbe } from "./constraint_probe.ts";
import type { FollowedTables } from "./followed_tables.ts";
import type { LongWrites } from "./long_write.ts";
import { runPlanOffThread } from "./plan_off_thread.ts";
import { planError, type PlanValues, runPlanInline } from "./plan_run.ts";
import type { RunContext } from "./plan_runner.ts";
import { slotValues } from "./plan_values.ts";
import { RowBuffer } from "./row_buffer.ts";
import { noRows, RowDigest } from "./row_sinks.ts";
import type { Work } from "./work.ts";

/** What a {@linkcode PlanWork} needs. */
export interface PlanWorkOptions {
  /** The writer's connection. */
  readonly connection: Connection;
  /** Guesses which writes are long. */
  readonly longWrites: LongWrites;
  readonly plan: QueryPlan;
  readonly params: readonly Datum[];
  readonly context: RunContext;
  /** Takes the rows, as soon as they are there. */
  readonly sink: RowSink;
  /** When to stop it. */
  readonly limits: Limits;
  /**
   * Savepoint that its failure goes back to: one that is there already, or one of its own.
   */
  readonly savepoint: "member" | "statement";
  /** What the tables are, to say which row violates what. */
  readonly catalog: () => Catalog;
  /** Shows which rows it changes. */
  readonly collector: ChangeCollector;
  /** Changes of its transaction. */
  readonly changes: RowChange[];
  /** Values found before. */
  readonly values?: PlanValues;
}

/** What came of a plan. */
export interface PlanOutcome {
  /** Rows changed or given. */
  readonly count: number;
  /** Stands for the rows that a write gave. */
  readonly digest: string;
}

const buffer = new RowBuffer();

/** See the top of the file. */
export class PlanWork implements Work<PlanOutcome> {
  readonly limits: Limits;
  readonly #options: PlanWorkOptions;
  #compiled: CompiledPlan | undefined;
  #values: PlanValues | undefined;
  /** Changes there were before it. */
  #mark = 0;

  /**
   * @param options The plan and its surroundings.
   */
  constructor(options: PlanWorkOptions) {
    const { context, catalog } = options;
    this.#options = context.catalog !== undefined
      ? options
      // Violated constraints are looked up by functions.
      : { ...options, context: { ...context, catalog: catalog() } };
    this.limits = options.limits;
    this.#values = options.values;
  }

  prepare(): void {
    const { connection, plan, params, context } = this.#options;
    try {
      this.#compiled = connection.plans.get(plan);
    } catch (error) {
      throw planError(connection, error);
    }
    this.#values ??= plan.steps.map((step) =>
      slotValues(step, params, context)
    );
  }

  writes(): boolean {
    return !this.#options.plan.readOnly;
  }

  expectsLong(): boolean {
    const { connection, longWrites } = this.#options;
    return connection.plans.expectsLong(this.#present, longWrites, this.#size);
  }

  learn(): void {
    for (const { statement } of this.#present.steps) {
      if (!statement.readOnly) {
        this.#options.longWrites.learn(statement, this.#size);
      }
    }
  }

  inline(unstoppable: boolean): PlanOutcome | undefined {
    const { connection, context, sink, params } = this.#options;
    const digest = this.#begin();
    try {
      const count = runPlanInline(
        connection,
        {
          compiled: this.#present,
          params,
          context,
          values: this.#values,
        },
        buffer,
        unstoppable,
      );
      if (count < 0) {
        // A step that reads gave up, after others had written: nothing must have come of those.
        if (this.writes()) {
          this.#options.changes.length = this.#mark;
          this.#undo();
        }
        return undefined;
      }
      this.#release();
      buffer.flush(digest ?? sink);
      return { count, digest: digest?.text ?? "" };
    } catch (error) {
      const probe = this.#fail(error);
      if (probe === undefined) throw error;
      try {
        if (probe.begin()) {
          try {
            runPlanInline(
              connection,
              {
                compiled: this.#present,
                params,
                context,
                values: this.#values,
              },
              buffer,
              true,
            );
          } catch {
            // It fails again, as it should.
          }
          buffer.clear();
        }
        throw probe.end();
      } finally {
        this.#undo();
      }
    }
  }

  async offThread(limits: Limits): Promise<PlanOutcome> {
    const { connection, context, sink } = this.#options;
    const digest = this.#begin();
    const run = (to: RowSink) =>
      runPlanOffThread(connection, {
        compiled: this.#present,
        values: this.#values as PlanValues,
        context,
        limits,
        sink: to,
      });
    try {
      const count = await run(digest ?? sink);
      this.#release();
      return { count, digest: digest?.text ?? "" };
    } catch (error) {
      const probe = this.#fail(error);
      if (probe === undefined) throw error;
      try {
        if (probe.begin()) await run(noRows).catch(() => {});
        throw probe.end();
      } finally {
        this.#undo();
      }
    }
  }

  changes(tables: FollowedTables): boolean {
    return tables.changedBy(this.#options.plan);
  }

  same(first: PlanOutcome, again: PlanOutcome): boolean {
    return first.count === again.count && first.digest === again.digest;
  }

  again(): PlanWork {
    return new PlanWork({
      ...this.#options,
      sink: noRows,
      context: {
        ...this.#options.context,
        signal: undefined,
        timeoutMs: 0,
        quiet: true,
      },
      limits: {},
      ...(this.#values === undefined ? {} : { values: this.#values }),
    });
  }

  /** Characters of its values. */
  get #size(): number {
    let size = 0;
    for (const values of this.#values ?? []) {
      for (const value of values) {
        if (typeof value === "string") size += value.length;
      }
    }
    return size;
  }

  get #present(): CompiledPlan {
    if (this.#compiled === undefined) this.prepare();
    return this.#compiled as CompiledPlan;
  }

  /** Whether a savepoint of its own is needed. */
  get #atomic(): boolean {
    return this.writes() && this.#options.savepoint === "statement";
  }

  #begin(): RowDigest | undefined {
    const { connection: { database }, plan, sink } = this.#options;
    const { collector, changes, catalog } = this.#options;
    this.#mark = changes.length;
    if (this.writes()) collector.gather(changes, catalog());
    if (this.#atomic) database.command("SAVEPOINT statement");
    return this.writes() && plan.columns !== null
      ? new RowDigest(sink)
      : undefined;
  }

  #release(): void {
    if (this.#atomic) {
      this.#options.connection.database.command("RELEASE statement");
    }
  }

  /** Takes back what was done, and tells how to find out why it failed. */
  #fail(error: unknown): ConstraintProbe | undefined {
    const { connection, savepoint, catalog, context, collector } =
      this.#options;
    const { database } = connection;
    // Then SQLite has taken back everything already.
    if (!this.writes()) return undefined;
    this.#options.changes.length = this.#mark;
    if (database.autocommit) return undefined;
    database.run(`ROLLBACK TO ${savepoint}`);
    if (error instanceof SqliteError) {
      return new ConstraintProbe({
        connection,
        error,
        catalog: catalog(),
        eval: context.eval,
        role: context.role,
        collector,
      });
    }
    this.#release();
    return undefined;
  }

  /** Takes back what was done to find out. */
  #undo(): void {
    const { connection: { database }, savepoint } = this.#options;
    if (database.autocommit) return;
    database.run(`ROLLBACK TO ${savepoint}`);
    this.#release();
  }
}
