/**
 * Runs a prepared statement: on this thread while it is quick, on another one when it is not.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../base/clock.ts";
import type { Database } from "./database.ts";
import { resultCode } from "./error.ts";
import type { InlineGuard } from "./inline_guard.ts";
import { type Interruption, interruptOn, type Limits } from "./interruption.ts";
import type { Statement } from "./statement.ts";
import type { SqliteColumn, SqliteValue } from "./value.ts";

/** What a statement gave. */
export interface SqliteResult {
  /** Columns of `rows`; empty when the statement returns none. */
  readonly columns: readonly SqliteColumn[];
  /** Its rows. */
  readonly rows: readonly (readonly SqliteValue[])[];
}

const noRows: SqliteResult = Object.freeze({
  columns: Object.freeze([]),
  rows: Object.freeze([]),
});

/**
 * Runs a statement on this thread under a guard.
 *
 * @param database A connection that `guard` watches.
 * @param statement A statement of it, bound.
 * @param guard The guard, begun with the limits of this statement; it is ended here.
 * @returns The result; nothing when it takes too long or meets a lock, and nothing came of it then.
 * @throws {SqliteError} When the statement fails.
 */
export function runInline(
  database: Database,
  statement: Statement,
  guard: InlineGuard,
): SqliteResult | undefined {
  let code = statement.step();
  const rows: SqliteValue[][] = [];
  if (code === resultCode.row) {
    statement.refresh();
    do {
      rows.push(statement.row());
      code = statement.step();
    } while (code === resultCode.row);
  }
  guard.end();
  const { columns } = statement;
  if (code === resultCode.done && columns.length === 0) return noRows;
  if (code === resultCode.done) return { columns, rows };
  if (guard.gaveUp && code === resultCode.interrupt) return undefined;
  if ((code & 0xff) === resultCode.busy) return undefined;
  throw database.error(code);
}

/** Limits of {@linkcode runOffThread}. */
export interface OffThreadOptions extends Limits {
  /** Source of the time. */
  readonly clock: Clock;
  /** How long reading rows may hold the event loop at a stretch. */
  readonly sliceMs: number;
}

/**
 * Runs a statement on another thread; the event loop stays free.
 *
 * @param database A connection that no guard watches.
 * @param statement A statement of it, bound.
 * @param options Limits.
 * @returns The result.
 * @throws {SqliteError} When the statement fails, `interrupt` when a limit stopped it.
 */
export async function runOffThread(
  database: Database,
  statement: Statement,
  options: OffThreadOptions,
): Promise<SqliteResult> {
  const interruption = interruptOn(database, options);
  try {
    const code = await statement.stepOffThread();
    if (code === resultCode.done && statement.columns.length === 0) {
      return noRows;
    }
    statement.refresh();
    return {
      columns: statement.columns,
      rows: await readRows(database, statement, code, {
        ...options,
        interruption,
      }),
    };
  } catch (error) {
    throw interruption.explain(error);
  } finally {
    interruption.stop();
  }
}

async function readRows(
  database: Database,
  statement: Statement,
  first: number,
  { clock, sliceMs, interruption }: OffThreadOptions & {
    interruption: Interruption;
  },
): Promise<SqliteValue[][]> {
  const rows: SqliteValue[][] = [];
  let code = first;
  let sliceEnd = clock.monotonic() + sliceMs;
  while (code === resultCode.row) {
    rows.push(statement.row());
    // A write did all its work in the first step; the rest only hands out what it returns.
    code = statement.readOnly
      ? await statement.stepOffThread()
      : statement.step();
    if (rows.length % 64 === 0 && clock.monotonic() >= sliceEnd) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      sliceEnd = clock.monotonic() + sliceMs;
      interruption.check();
    }
  }
  if (code !== resultCode.done) throw database.error(code);
  return rows;
}
