/**
 * Runs a plan on another thread of SQLite's, and hands on its rows on this one.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../base/clock.ts";
import type { Datum } from "../../sql/datum.ts";
import type { Database } from "../../sqlite/database.ts";
import { resultCode } from "../../sqlite/error.ts";
import {
  type Interruption,
  interruptOn,
  type Limits,
} from "../../sqlite/interruption.ts";
import { readRowInto } from "../../sqlite/row.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { RowSink } from "../client_session.ts";
import type { CompiledPlan, CompiledStep } from "./compiled_plan.ts";
import { type Connection, sliceMs } from "./connection.ts";
import {
  finishStep,
  noteLong,
  planError,
  type PlanValues,
  supplied,
} from "./plan_run.ts";
import type { RunContext } from "./plan_runner.ts";
import { bindDatum, withGathered } from "./plan_values.ts";
import { rowsText } from "./rows_text.ts";

/** Rows between two looks at the clock. */
const rowsPerLook = 64;

/** How to run a plan off the thread. */
export interface OffThreadRun {
  readonly compiled: CompiledPlan;
  readonly values: PlanValues;
  readonly context: RunContext;
  /** When to stop it. */
  readonly limits: Limits;
  /** Takes the rows. */
  readonly sink: RowSink;
}

/**
 * Runs a plan on another thread and hands on its rows on this one, a slice at a time.
 *
 * A step there costs as much as a hundred here, so the rows of a query are first gathered in a
 * temporary table by a single step.
 *
 * @param connection The connection.
 * @param run The plan, its values and limits.
 * @returns Rows changed or given.
 * @throws {SqlError} When it fails or was stopped.
 */
export async function runPlanOffThread(
  connection: Connection,
  run: OffThreadRun,
): Promise<number> {
  const { database, counters } = connection;
  const { compiled, context, limits } = run;
  context.eval.notes?.run(context.quiet === true);
  counters.statements++;
  counters.offThread++;
  if (database.functions !== undefined) {
    database.functions.context = context;
  }
  connection.leave(true);
  let interruption: Interruption | undefined;
  compiled.busy = true;
  try {
    interruption = interruptOn(database, limits);
    let count = 0;
    const gathered: string[] = [];
    for (const [at, step] of compiled.steps.entries()) {
      const changed = await stepOffThread(
        connection,
        run,
        at,
        interruption,
        gathered,
      );
      if (step.step.counts) count += changed;
    }
    return count;
  } catch (error) {
    throw planError(connection, interruption?.explain(error) ?? error);
  } finally {
    interruption?.stop();
    compiled.busy = false;
    for (const step of compiled.steps) finishStep(database, step);
    connection.leave(false);
  }
}

async function stepOffThread(
  connection: Connection,
  { compiled, values, sink }: OffThreadRun,
  at: number,
  interruption: Interruption,
  gathered: string[],
): Promise<number> {
  const { database, clock } = connection;
  const compiledStep = compiled.steps[at] as CompiledStep;
  const { step, statement } = compiledStep;
  const width = step.answers ? (compiled.plan.columns?.length ?? 0) : -1;
  const mine = withGathered(step, values[at] as readonly Datum[], gathered);
  if (step.gathers !== undefined) {
    const kept: Datum[][] = [];
    bindAll(database, statement, compiledStep, mine);
    const code = await stepAway(database, statement);
    await streamRows(
      {
        database,
        clock,
        interruption,
        width: step.gathers.length,
        sink: {
          row: (row) => {
            kept.push([...row]);
          },
          full: () => undefined,
        },
      },
      statement,
      code,
    );
    gathered[at] = rowsText(kept, step.gathers);
    return database.changes();
  }
  const stream = { database, clock, interruption, width, sink };
  if (!statement.readOnly || width < 0) {
    bindAll(database, statement, compiledStep, mine);
    const code = await stepAway(database, statement);
    // Rows of RETURNING wait in SQLite's memory by now.
    const rows = await streamRows(stream, statement, code);
    return statement.readOnly ? rows : database.changes();
  }
  const names = Array.from({ length: width }, (_, i) => `c${i}`);
  const table = `temp.heliosdb_rows_${width}`;
  const columns = width === 0 ? "none" : names.join(", ");
  database.run(`CREATE TABLE IF NOT EXISTS ${table} (${columns})`);
  const gather = database.prepareNumbered(
    width === 0
      ? `INSERT INTO ${table} SELECT NULL FROM (${step.sql})`
      : `INSERT INTO ${table} ${step.sql}`,
  );
  const read = database.prepare(`SELECT * FROM ${table} ORDER BY rowid`);
  let filled = false;
  try {
    bindAll(database, gather, compiledStep, mine);
    const code = await stepAway(database, gather);
    if (code !== resultCode.done) throw database.error(code);
    filled = true;
    return await streamRows(stream, read, read.step());
  } finally {
    database.release(gather);
    database.release(read);
    if (filled) database.run(`DELETE FROM ${table}`);
  }
}

async function stepAway(
  database: Database,
  statement: Statement,
): Promise<number> {
  for (;;) {
    const code = await statement.stepOffThread();
    if (code !== resultCode.error || !supplied(database, code)) return code;
    statement.rewind();
  }
}

function bindAll(
  { symbols }: Database,
  statement: Statement,
  compiled: CompiledStep,
  values: readonly Datum[],
): void {
  const { real, count } = compiled;
  for (let i = 0; i < count; i++) {
    noteLong(compiled, values[i] as Datum);
    bindDatum(symbols, statement, i, values[i] as Datum, real[i] as boolean);
  }
}

/** Where rows go and how fast. */
export interface RowStream {
  readonly database: Database;
  readonly clock: Clock;
  readonly interruption: Interruption;
  /** Values of a row; -1 when the rows are of no interest. */
  readonly width: number;
  readonly sink: RowSink;
}

/**
 * Hands on rows, leaving the event loop its turns and waiting for a slow client.
 *
 * @param stream Where to.
 * @param statement The statement.
 * @param first Result of its last step.
 * @returns How many there were.
 */
export async function streamRows(
  { database, clock, interruption, width, sink }: RowStream,
  statement: Statement,
  first: number,
): Promise<number> {
  const row = new Array<Datum>(Math.max(width, 0)).fill(null);
  let rows = 0;
  let code = first;
  let sliceEnd = clock.monotonic() + sliceMs;
  while (code === resultCode.row) {
    if (width >= 0) {
      readRowInto(database.symbols, statement.handle, row);
      sink.row(row);
    }
    rows++;
    code = statement.step();
    if (rows % rowsPerLook !== 0) continue;
    const full = width >= 0 ? sink.full() : undefined;
    if (full !== undefined) await full;
    else if (clock.monotonic() < sliceEnd) continue;
    else await new Promise<void>((resolve) => setImmediate(resolve));
    sliceEnd = clock.monotonic() + sliceMs;
    interruption.check();
  }
  if (code !== resultCode.done) throw database.error(code);
  return rows;
}
