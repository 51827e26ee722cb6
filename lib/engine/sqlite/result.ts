/**
 * Makes the engine's {@linkcode Result} of what SQLite gave.
 *
 * @module
 */

import type { Database } from "../../sqlite/database.ts";
import type { SqliteResult } from "../../sqlite/execute.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { Result, SqlValue } from "../engine.ts";

/**
 * @param result What the statement gave.
 * @returns The same for a statement that wrote nothing.
 */
export function readResult({ columns, rows }: SqliteResult): Result {
  return { columns, rows, rowCount: rows.length };
}

/**
 * @param result What the statement gave.
 * @param statement The statement.
 * @param database Its connection, on which nothing ran since.
 * @returns The same with the number of rows written.
 */
export function writeResult(
  { columns, rows }: SqliteResult,
  statement: Statement,
  database: Database,
): Result {
  if (columns.length > 0) return { columns, rows, rowCount: rows.length };
  // After CREATE or DROP SQLite still reports the rows of the statement before.
  const rowCount = statement.changesRows ? database.changes() : 0;
  return { columns, rows, rowCount };
}

/**
 * @param a One result.
 * @param b Another.
 * @returns Whether they hold the same values.
 */
export function sameResult(a: Result, b: Result): boolean {
  return a.rowCount === b.rowCount &&
    a.rows.length === b.rows.length &&
    a.rows.every((row, i) =>
      row.every((value, k) => sameValue(value, b.rows[i]?.[k]))
    );
}

function sameValue(a: SqlValue, b: SqlValue | undefined): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    return a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  return Object.is(a, b);
}
