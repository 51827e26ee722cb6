/**
 * Reads rows by column name.
 *
 * @module
 */

import type { Result, SqlValue } from "./engine.ts";

/** One row by column name. */
export type Row = Readonly<Record<string, SqlValue>>;

/**
 * @param result What a statement gave back.
 * @returns Its rows as objects.
 */
export function rowsOf(result: Result): Row[] {
  return result.rows.map((values) => toRow(result, values));
}

/**
 * @param result What a statement gave back.
 * @returns Its first row as an object, `undefined` if there is none.
 */
export function firstRow(result: Result): Row | undefined {
  const values = result.rows[0];
  return values === undefined ? undefined : toRow(result, values);
}

function toRow({ columns }: Result, values: readonly SqlValue[]): Row {
  const row: Record<string, SqlValue> = Object.create(null);
  for (let i = 0; i < columns.length; i++) {
    row[columns[i]!.name] = values[i]!;
  }
  return row;
}
