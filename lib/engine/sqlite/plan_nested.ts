/**
 * Runs a plan inside a statement that runs already: the body of an SQL function that it calls.
 *
 * @module
 */

import { longestRow } from "../../base/value_limit.ts";
import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { RowSink } from "../client_session.ts";
import type { CompiledStep } from "./compiled_plan.ts";
import type { Connection } from "./connection.ts";
import { finishStep, planError, runStep } from "./plan_run.ts";
import type { RunContext } from "./plan_runner.ts";
import { RowBuffer } from "./row_buffer.ts";

/**
 * Runs it to its end; what stops the statement outside stops it no earlier.
 *
 * @param connection The connection, inside a step.
 * @param plan The plan.
 * @param params Its values.
 * @param sink Takes the rows.
 * @param context Limits and session.
 * @returns Rows changed or given.
 * @throws {SqlError} When it fails; what it did by then is taken back with the statement outside.
 */
export function runPlanNested(
  connection: Connection,
  plan: QueryPlan,
  params: readonly Datum[],
  sink: RowSink,
  context: RunContext,
): number {
  const { database, guard } = connection;
  const { functions } = database;
  const outside = functions?.context;
  const armed = guard?.pause() ?? false;
  // Nothing inside can go on elsewhere.
  const limit = database.limitLength(longestRow);
  const buffer = new RowBuffer();
  let own = false;
  let compiled = undefined;
  try {
    compiled = connection.plans.get(plan);
    // A function that calls itself.
    if (compiled.busy) {
      compiled = connection.plans.another(plan);
      own = true;
    }
    if (functions !== undefined) functions.context = context;
    compiled.busy = true;
    const run = { compiled, params, context };
    let count = 0;
    for (const [at, { step }] of compiled.steps.entries()) {
      const changed = runStep(database, run, at, buffer);
      if (step.counts) count += changed;
    }
    return count;
  } catch (error) {
    buffer.clear();
    throw planError(connection, error);
  } finally {
    if (functions !== undefined) functions.context = outside;
    guard?.resume(armed);
    database.limitLength(limit);
    for (const step of compiled?.steps ?? []) finish(connection, step, own);
    if (compiled !== undefined) compiled.busy = false;
    buffer.flush(sink);
  }
}

function finish(
  { database }: Connection,
  step: CompiledStep,
  own: boolean,
): void {
  if (own) step.statement.finalize();
  else finishStep(database, step);
}
