/**
 * A plan's statements on one connection, found by the plan itself.
 *
 * @module
 */

import type { QueryPlan, Step } from "../../sql/plan.ts";
import type { Database } from "../../sqlite/database.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { LongWrites } from "./long_write.ts";
import { realSlots } from "./plan_values.ts";

/** A step that is ready to run. */
export interface CompiledStep {
  readonly step: Step;
  readonly statement: Statement;
  /** Which values are REAL also when they are whole. */
  readonly real: readonly boolean[];
  /** Values to bind. */
  readonly count: number;
  /** Whether a long value is bound. */
  long: boolean;
}

/** A plan that is ready to run. */
export interface CompiledPlan {
  readonly plan: QueryPlan;
  readonly steps: readonly CompiledStep[];
  /** How often in a row it was not quick. */
  slow: number;
  /** Whether it is in the middle of a run. */
  busy: boolean;
}

/** Temporary tables in which a plan of several steps keeps rows. */
const makesTable = /^CREATE TEMP TABLE IF NOT EXISTS /;
/** Steps that are quick although their kind seldom is. */
const quick =
  /^(?:CREATE TEMP TABLE IF NOT EXISTS |DELETE FROM temp\.w\d+_\d+$)/;

/** Compiled plans of one connection; texts are kept in the connection's cache of statements. */
export class CompiledPlans {
  readonly #database: Database;
  readonly #plans = new WeakMap<QueryPlan, CompiledPlan>();

  /**
   * @param database The connection.
   */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param plan A plan.
   * @returns Its statements, all of them reset.
   */
  get(plan: QueryPlan): CompiledPlan {
    const known = this.#plans.get(plan);
    if (known !== undefined && isAlive(known)) return known;
    const compiled: CompiledPlan = {
      plan,
      steps: plan.steps.map((step) => {
        // What follows cannot be compiled without it.
        if (makesTable.test(step.sql)) this.#database.run(step.sql);
        const statement = this.#database.prepareNumbered(step.sql);
        const real = realSlots(plan, step);
        const count = Math.min(statement.parameterCount, step.slots.length);
        return { step, statement, real, count, long: false };
      }),
      slow: known?.slow ?? 0,
      busy: false,
    };
    this.#plans.set(plan, compiled);
    return compiled;
  }

  /**
   * @param plan A plan, the statements of which are in use.
   * @returns The same once more; its user finalizes the statements.
   */
  another(plan: QueryPlan): CompiledPlan {
    return {
      plan,
      steps: plan.steps.map((step) => {
        const statement = this.#database.prepareOwn(step.sql);
        const real = realSlots(plan, step);
        const count = Math.min(statement.parameterCount, step.slots.length);
        return { step, statement, real, count, long: false };
      }),
      slow: 0,
      busy: false,
    };
  }

  /**
   * @param compiled A plan that writes.
   * @param longWrites Guesses.
   * @param size Characters of its values.
   * @returns Whether a step may hold the event loop for long.
   */
  expectsLong(
    compiled: CompiledPlan,
    longWrites: LongWrites,
    size: number,
  ): boolean {
    return compiled.steps.some(({ statement, step }) =>
      !statement.readOnly && !quick.test(step.sql) &&
      longWrites.expects(statement, size)
    );
  }
}

/** Statements leave the cache when there are too many. */
function isAlive({ steps }: CompiledPlan): boolean {
  for (let i = 0; i < steps.length; i++) {
    if ((steps[i] as CompiledStep).statement.finalized) return false;
  }
  return true;
}
