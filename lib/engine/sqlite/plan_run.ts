/**
 * Runs a plan on one connection: on this thread while it is quick, on another one when it is not.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../base/clock.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { Database } from "../../sqlite/database.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import type { InlineGuard } from "../../sqlite/inline_guard.ts";
import {
  InterruptedError,
  type Interruption,
  interruptOn,
  type Limits,
} from "../../sqlite/interruption.ts";
import { readRowInto } from "../../sqlite/row.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { RowSink } from "../client_session.ts";
import { EngineError } from "../engine.ts";
import type { CompiledPlan, CompiledStep } from "./compiled_plan.ts";
import { type Connection, sliceMs } from "./connection.ts";
import { bindDatum, slotValue } from "./plan_values.ts";
import type { RunContext } from "./plan_runner.ts";
import type { RowBuffer } from "./row_buffer.ts";

/** Values of each step, one for each slot. */
export type PlanValues = readonly (readonly Datum[])[];

/** Rows between two looks at the clock. */
const rowsPerLook = 64;
/** A bound value longer than this is not left in the statement. */
const longValue = 4096;

/** What to run. */
export interface InlineRun {
  readonly compiled: CompiledPlan;
  readonly params: readonly Datum[];
  readonly context: RunContext;
  /** Values found before; found from `params` and `context` if not given. */
  readonly values?: PlanValues | undefined;
}

/**
 * Runs a plan on this thread.
 *
 * @param connection The connection; a guard watches it.
 * @param run The plan and its values.
 * @param buffer Takes the rows of the answer; empty.
 * @param unstoppable Whether it must go on to its end, however long that takes.
 * @returns Rows changed or given; -1 when it was not quick, and nothing came of it then.
 * @throws {SqlError} When it fails.
 */
export function runPlanInline(
  connection: Connection,
  run: InlineRun,
  buffer: RowBuffer,
  unstoppable: boolean,
): number {
  const { database } = connection;
  const { compiled, context } = run;
  const { steps } = compiled;
  const guard = connection.guard as InlineGuard;
  if (context.signal?.aborted) throw canceled();
  if (database.functions !== undefined) {
    database.functions.context = context;
  }
  let count = 0;
  let at = 0;
  compiled.busy = true;
  try {
    if (!unstoppable) {
      guard.begin(context.timeoutMs > 0 ? context.timeoutMs : undefined);
    }
    for (; at < steps.length; at++) {
      const changed = runStep(database, run, at, buffer, guard);
      if (changed === gaveUp) {
        buffer.clear();
        return gaveUp;
      }
      if ((steps[at] as CompiledStep).step.counts) count += changed;
    }
    connection.counters.statements++;
    return count;
  } catch (error) {
    buffer.clear();
    throw planError(connection, error);
  } finally {
    guard.end();
    compiled.busy = false;
    for (let i = 0; i <= at && i < steps.length; i++) {
      finishStep(database, steps[i] as CompiledStep);
    }
  }
}

const gaveUp = -1;

/**
 * Runs one step to its end, on this thread.
 *
 * @param database The connection.
 * @param run The plan and its values.
 * @param at Which step.
 * @param buffer Takes the rows of the answer.
 * @param guard May stop it; nothing stops it if not given.
 * @returns Rows changed or given; -1 when the guard stopped it.
 */
export function runStep(
  database: Database,
  { compiled, params, context, values }: InlineRun,
  at: number,
  buffer: RowBuffer,
  guard?: InlineGuard,
): number {
  const { symbols } = database;
  const compiledStep = compiled.steps[at] as CompiledStep;
  const { step, statement, real, count } = compiledStep;
  const found = values?.[at];
  for (let i = 0; i < count; i++) {
    const value = found === undefined
      ? slotValue(step.slots[i]!, params, context)
      : found[i] as Datum;
    noteLong(compiledStep, value);
    bindDatum(symbols, statement, i, value, real[i] as boolean);
  }
  const { handle } = statement;
  let code = symbols.sqlite3_step(handle);
  while (code === resultCode.error && supplied(database, code)) {
    statement.rewind();
    code = symbols.sqlite3_step(handle);
  }
  let rows = 0;
  if (code === resultCode.row) {
    const width = step.answers ? (compiled.plan.columns?.length ?? 0) : -1;
    do {
      if (width >= 0) readRowInto(symbols, handle, buffer.next(width));
      rows++;
      code = symbols.sqlite3_step(handle);
    } while (code === resultCode.row);
  }
  if (code === resultCode.done) {
    return statement.readOnly ? rows : database.changes();
  }
  if (guard?.gaveUp && code === resultCode.interrupt) return gaveUp;
  if (guard !== undefined && (code & 0xff) === resultCode.busy) return gaveUp;
  throw database.error(code);
}

/** A statement that SQLite compiled anew may need a function that it did not need before. */
function supplied(database: Database, code: number): boolean {
  return database.functions?.supply(database.error(code)) === true;
}

/**
 * Makes a statement ready for the next run.
 *
 * @param database Its connection.
 * @param compiled The step that ran.
 */
export function finishStep(database: Database, compiled: CompiledStep): void {
  const { statement } = compiled;
  statement.rewind();
  if (statement.sql.length > longestKeptSql) {
    database.release(statement);
  } else if (compiled.long) {
    compiled.long = false;
    for (let i = 0; i < compiled.count; i++) statement.forget(i);
  }
}

function noteLong(compiled: CompiledStep, value: Datum): void {
  if (
    (typeof value === "string" || value instanceof Uint8Array) &&
    value.length > longValue
  ) {
    compiled.long = true;
  }
}

/** As long as `Database` keeps. */
const longestKeptSql = 32_768;

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
    for (const [at, step] of compiled.steps.entries()) {
      const changed = await stepOffThread(connection, run, at, interruption);
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
): Promise<number> {
  const { database, clock } = connection;
  const compiledStep = compiled.steps[at] as CompiledStep;
  const { step, statement } = compiledStep;
  const width = step.answers ? (compiled.plan.columns?.length ?? 0) : -1;
  const mine = values[at] as readonly Datum[];
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
  let gathered = false;
  try {
    bindAll(database, gather, compiledStep, mine);
    const code = await stepAway(database, gather);
    if (code !== resultCode.done) throw database.error(code);
    gathered = true;
    return await streamRows(stream, read, read.step());
  } finally {
    database.release(gather);
    database.release(read);
    if (gathered) database.run(`DELETE FROM ${table}`);
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

/**
 * @param connection Where a plan ran.
 * @param error What was thrown.
 * @returns The same in PostgreSQL's terms.
 */
export function planError(connection: Connection, error: unknown): unknown {
  if (error instanceof InterruptedError) {
    connection.database.functions?.takeError();
    return error.reason === "timeout" ? timedOut() : canceled();
  }
  // Who knows the statement's savepoint finds out which row it was.
  if (
    error instanceof SqliteError && error.code === resultCode.constraint &&
    connection.database.functions?.failed !== true
  ) return error;
  const explained = connection.explain(error);
  // The text is ours and holds no value, so SQLite's words tell nothing but names.
  return explained instanceof EngineError && explained.sqlState === "XX000" &&
      error instanceof SqliteError
    ? new SqlError("XX000", `statement cannot run: ${error.message}`)
    : explained;
}

/** @returns What a statement is told whose client does not want it any more. */
export function canceled(): SqlError {
  return new SqlError("57014", "canceling statement due to user request");
}

/** @returns What a statement is told that ran longer than `statement_timeout`. */
export function timedOut(): SqlError {
  return new SqlError("57014", "canceling statement due to statement timeout");
}
