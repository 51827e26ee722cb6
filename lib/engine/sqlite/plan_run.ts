/**
 * Runs a plan on one connection, on this thread, while it is quick.
 *
 * @module
 */

import { refusedText } from "./errors.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { Database } from "../../sqlite/database.ts";
import { resultCode, SqliteError } from "../../sqlite/error.ts";
import type { InlineGuard } from "../../sqlite/inline_guard.ts";
import { InterruptedError } from "../../sqlite/interruption.ts";
import { readRowInto } from "../../sqlite/row.ts";
import type { CompiledPlan, CompiledStep } from "./compiled_plan.ts";
import type { Connection } from "./connection.ts";
import { bindDatum, slotValue } from "./plan_values.ts";
import type { RunContext } from "./plan_runner.ts";
import { rowsText } from "./rows_text.ts";
import type { RowBuffer } from "./row_buffer.ts";

/** Values of each step, one for each slot. */
export type PlanValues = readonly (readonly Datum[])[];

/** A bound value longer than this is not left in the statement. */
const longValue = 4096;

/** What to run. */
export interface InlineRun {
  readonly compiled: CompiledPlan;
  readonly params: readonly Datum[];
  readonly context: RunContext;
  /** Values found before; found from `params` and `context` if not given. */
  readonly values?: PlanValues | undefined;
  /** Rows that its steps gathered for later ones, by step. */
  gathered?: string[];
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
  context.eval.notes?.run(context.quiet === true);
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
    if (!unstoppable && tooBigHere(connection, error)) return gaveUp;
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

/** Whether a value was too large for this connection, though others take it. */
function tooBigHere({ small, database }: Connection, error: unknown): boolean {
  if (
    !small || !(error instanceof SqliteError) ||
    error.code !== resultCode.tooBig
  ) return false;
  database.functions?.takeError();
  return true;
}

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
  run: InlineRun,
  at: number,
  buffer: RowBuffer,
  guard?: InlineGuard,
): number {
  const { symbols } = database;
  const { compiled, params, context, values, gathered } = run;
  const compiledStep = compiled.steps[at] as CompiledStep;
  const { step, statement, real, count } = compiledStep;
  const found = values?.[at];
  for (let i = 0; i < count; i++) {
    const slot = step.slots[i]!;
    const value = slot.from === "rows"
      ? gathered?.[slot.step] ?? null
      : found === undefined
      ? slotValue(slot, params, context)
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
  if (step.gathers !== undefined) {
    const kept: Datum[][] = [];
    while (code === resultCode.row) {
      const row = new Array<Datum>(step.gathers.length).fill(null);
      readRowInto(symbols, handle, row);
      kept.push(row);
      code = symbols.sqlite3_step(handle);
    }
    (run.gathered ??= [])[at] = rowsText(kept, step.gathers);
    rows = kept.length;
  } else if (code === resultCode.row) {
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

/**
 * A statement that SQLite compiled anew may need a function that it did not need before.
 *
 * @param database Its connection.
 * @param code What the step gave.
 * @returns Whether to step again.
 */
export function supplied(database: Database, code: number): boolean {
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

/**
 * Takes note of a value that is not to be left in the statement.
 *
 * @param compiled The step.
 * @param value A value that is bound.
 */
export function noteLong(compiled: CompiledStep, value: Datum): void {
  if (
    (typeof value === "string" || value instanceof Uint8Array) &&
    value.length > longValue
  ) {
    compiled.long = true;
  }
}

/** As long as `Database` keeps. */
const longestKeptSql = 32_768;

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
  return refusedText(connection.explain(error), error);
}

/** @returns What a statement is told whose client does not want it any more. */
export function canceled(): SqlError {
  return new SqlError("57014", "canceling statement due to user request");
}

/** @returns What a statement is told that ran longer than `statement_timeout`. */
export function timedOut(): SqlError {
  return new SqlError("57014", "canceling statement due to statement timeout");
}
