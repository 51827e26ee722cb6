/**
 * Makes the engine's {@linkcode Result} of what SQLite gave.
 *
 * @module
 */

import type { Database } from "../../sqlite/database.ts";
import type { SqliteResult } from "../../sqlite/execute.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { Result } from "../engine.ts";

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
