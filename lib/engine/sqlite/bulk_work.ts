/**
 * One INSERT for many rows of values, as work of a client's transaction (COPY).
 *
 * A row takes a microsecond or two, so a slice of them is never interrupted and never done again:
 * nothing of it is recorded, and its caller decides how long a slice is.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import { resultCode } from "../../sqlite/error.ts";
import type { RowChange } from "../change_feed.ts";
import type { ChangeCollector } from "./change_collector.ts";
import type { CompiledPlan, CompiledStep } from "./compiled_plan.ts";
import type { Connection } from "./connection.ts";
import { canceled, finishStep, noteLong, planError } from "./plan_run.ts";
import type { BulkResult, BulkRows, RunContext } from "./plan_runner.ts";
import { bindDatum, slotValue } from "./plan_values.ts";
import type { Work } from "./work.ts";

/** What a {@linkcode BulkWork} needs. */
export interface BulkWorkOptions {
  /** The writer's connection. */
  readonly connection: Connection;
  readonly plan: QueryPlan;
  readonly rows: BulkRows;
  readonly context: RunContext;
  readonly catalog: Catalog;
  /** Shows which rows it changes. */
  readonly collector: ChangeCollector;
  /** Changes of its transaction. */
  readonly changes: RowChange[];
}

/**
 * @param plan A plan.
 * @returns Whether its only step can be done row by row.
 */
export function isBulk({ steps, columns, readOnly }: QueryPlan): boolean {
  return steps.length === 1 && columns === null && !readOnly;
}

/** See the top of the file. */
export class BulkWork implements Work<BulkResult> {
  readonly limits = {};
  readonly unrepeatable = true;
  readonly #options: BulkWorkOptions;
  #compiled: CompiledPlan | undefined;

  /**
   * @param options The plan and its rows.
   */
  constructor(options: BulkWorkOptions) {
    this.#options = options;
  }

  prepare(): void {
    const { connection, plan } = this.#options;
    try {
      this.#compiled = connection.plans.get(plan);
    } catch (error) {
      throw planError(connection, error);
    }
  }

  writes(): boolean {
    return true;
  }

  expectsLong(): boolean {
    return false;
  }

  learn(): void {}

  inline(): BulkResult {
    const { connection, context, collector, changes, catalog } = this.#options;
    const { database, counters } = connection;
    const compiled = this.#compiled as CompiledPlan;
    const step = compiled.steps[0] as CompiledStep;
    if (context.signal?.aborted) throw canceled();
    if (database.functions !== undefined) {
      database.functions.context = context.catalog === undefined
        ? { ...context, catalog }
        : context;
    }
    collector.gather(changes, catalog);
    counters.statements++;
    compiled.busy = true;
    try {
      return this.#run(step);
    } finally {
      compiled.busy = false;
      finishStep(database, step);
    }
  }

  offThread(): Promise<BulkResult> {
    return Promise.resolve(this.inline());
  }

  same(): boolean {
    return false;
  }

  again(): BulkWork {
    return this;
  }

  #run(compiled: CompiledStep): BulkResult {
    const { connection, rows: { values, width, rows }, context } =
      this.#options;
    const { database } = connection;
    const { symbols } = database;
    const { step, statement, real, count } = compiled;
    const { handle } = statement;
    const fields: { readonly at: number; readonly number: number }[] = [];
    for (let i = 0; i < count; i++) {
      const slot = step.slots[i]!;
      if (slot.from === "param") fields.push({ at: i, number: slot.number });
      else {
        const value = slotValue(slot, [], context);
        noteLong(compiled, value);
        bindDatum(symbols, statement, i, value, real[i] as boolean);
      }
    }
    let changed = 0;
    for (let row = 0; row < rows; row++) {
      const from = row * width - 1;
      for (let i = 0; i < fields.length; i++) {
        const { at, number } = fields[i]!;
        const value = values[from + number] as Datum;
        noteLong(compiled, value);
        bindDatum(symbols, statement, at, value, real[at] as boolean);
      }
      const code = symbols.sqlite3_step(handle);
      if (code !== resultCode.done) {
        const error = database.error(code);
        statement.rewind();
        const known = planError(connection, error);
        // Its transaction is gone, so that nobody could find out more.
        if (database.autocommit) throw known;
        return { rows: row, changed };
      }
      changed += database.changes();
      statement.rewind();
    }
    return { rows, changed };
  }
}
