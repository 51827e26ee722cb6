/**
 * Runs a prepared statement: on this thread while it is quick, on another one when it is not.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../base/clock.ts";
import type { Database } from "./database.ts";
import { resultCode } from "./error.ts";
import { statementStart } from "./first_word.ts";
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
  statement.refresh();
  const { columns } = statement;
  const rows: SqliteValue[][] = [];
  while (code === resultCode.row) {
    rows.push(statement.row());
    code = statement.step();
  }
  guard.end();
  if (code === resultCode.done) {
    return columns.length === 0 ? noRows : { columns, rows };
  }
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
    statement.refresh();
    const { columns } = statement;
    const rows = await readRows(database, statement, {
      ...options,
      interruption,
      code,
      columns,
    });
    return columns.length === 0 ? noRows : { columns, rows };
  } catch (error) {
    throw interruption.explain(error);
  } finally {
    interruption.stop();
  }
}

/**
 * Runs a query on another thread. A step there costs as much as a hundred here, so its rows are
 * first gathered in a temporary table by a single step, and then read from it on this thread, a
 * slice at a time.
 *
 * @param database A connection that no guard watches.
 * @param sql A query that begins with SELECT, WITH or VALUES.
 * @param options Values of its parameters and limits.
 * @returns Its rows.
 * @throws {SqliteError} When the query fails, `interrupt` when a limit stopped it.
 */
export async function queryOffThread(
  database: Database,
  sql: string,
  options: OffThreadOptions & { params: readonly SqliteValue[] },
): Promise<SqliteResult> {
  const { columns } = database.prepare(sql);
  const table = `temp.heliosdb_rows_${columns.length}`;
  const names = columns.map((_, i) => `c${i}`).join(", ");
  database.run(`CREATE TABLE IF NOT EXISTS ${table} (${names})`);

  const gather = database.prepare(
    `INSERT INTO ${table} ${sql.slice(statementStart(sql))}`,
  );
  const read = database.prepare(`SELECT * FROM ${table} ORDER BY rowid`);
  const interruption = interruptOn(database, options);
  let gathered = false;
  try {
    gather.bind(options.params);
    const code = await gather.stepOffThread();
    if (code !== resultCode.done) throw database.error(code);
    gathered = true;
    const rows = await readRows(database, read, {
      ...options,
      interruption,
      code: read.step(),
      columns,
    });
    return { columns, rows };
  } catch (error) {
    throw interruption.explain(error);
  } finally {
    interruption.stop();
    database.release(gather);
    database.release(read);
    if (gathered) database.run(`DELETE FROM ${table}`);
  }
}

async function readRows(
  database: Database,
  statement: Statement,
  { clock, sliceMs, interruption, code: first, columns }: OffThreadOptions & {
    interruption: Interruption;
    code: number;
    columns: readonly SqliteColumn[];
  },
): Promise<SqliteValue[][]> {
  const rows: SqliteValue[][] = [];
  let code = first;
  let sliceEnd = clock.monotonic() + sliceMs;
  while (code === resultCode.row) {
    rows.push(statement.row(columns));
    code = statement.step();
    if (rows.length % 64 === 0 && clock.monotonic() >= sliceEnd) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      sliceEnd = clock.monotonic() + sliceMs;
      interruption.check();
    }
  }
  if (code !== resultCode.done) throw database.error(code);
  return rows;
}
