/**
 * Numbers the rows that are there, for a column that is added with a sequence of its own.
 *
 * `nextval` cannot be asked for it: the sequence is not there yet for whoever runs the statement.
 *
 * @module
 */

import type { Column, Relation } from "../catalog/catalog.ts";
import { limitReached } from "../sequence_limit.ts";
import { quoteName } from "../sqlite_words.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param table Table, whose checks are off.
 * @param column The new column.
 * @param sequence Its sequence, which has given out nothing.
 * @throws {SqlError} 2200H when it has not as many numbers.
 */
export async function numberRows(
  work: Work,
  table: Relation,
  column: Column,
  sequence: Relation,
): Promise<void> {
  const definition = sequence.sequence;
  if (definition === undefined) throw new TypeError("Not a sequence");
  const { start, increment, min, max } = definition;
  const storage = quoteName(table.storage);
  const [[count] = []] = await work.run(`SELECT count(*) FROM ${storage}`);
  const rows = BigInt(String(count ?? 0));
  if (rows === 0n) return;
  const last = start + increment * (rows - 1n);
  if (last > max || last < min) throw limitReached(sequence);
  await work.run(
    `UPDATE ${storage} SET ${
      quoteName(column.storage)
    } = $1 + $2 * (o.n - 1) FROM (SELECT _rowid_ AS r, row_number() OVER (ORDER BY _rowid_) AS n FROM ${storage}) AS o WHERE ${storage}._rowid_ = o.r`,
    [start, increment],
  );
  await work.run(
    "UPDATE heliosdb_sequences SET last_value = $1, is_called = 1 WHERE oid = $2",
    [last, sequence.oid],
  );
}
