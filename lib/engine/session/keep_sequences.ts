/**
 * Writes the values of sequences with the commits that used them.
 *
 * @module
 */

import type { QueryPlan, Step } from "../../sql/plan.ts";
import type { Lease } from "../sqlite/plan_runner.ts";
import type { SequenceRow, Sequences } from "./sequences.ts";

const upsert = "ON CONFLICT (oid) DO UPDATE SET " +
  "last_value = excluded.last_value, is_called = excluded.is_called";

/** Name of the SQL function that gives what is to be written, as JSON. */
export const dirtySequencesFunction = "heliosdb_dirty_sequences";

/** Rows given to a statement that is on its way. */
const onTheWay = new WeakMap<object, readonly SequenceRow[]>();

const plans = new WeakMap<QueryPlan, QueryPlan>();

const keepStep: Step = {
  sql: "INSERT INTO heliosdb_sequences (oid, last_value, is_called) " +
    "SELECT value ->> 0, value ->> 1, value ->> 2 " +
    `FROM json_each(${dirtySequencesFunction}()) WHERE true ${upsert}`,
  slots: [],
  answers: false,
  counts: false,
};

/**
 * @param plan A plan that may move a sequence on.
 * @returns The same, which also writes where the sequence stands.
 */
export function withSequences(plan: QueryPlan): QueryPlan {
  let extended = plans.get(plan);
  if (extended === undefined) {
    extended = { ...plan, steps: [...plan.steps, keepStep] };
    plans.set(plan, extended);
  }
  return extended;
}

/**
 * @param sequences All sequences.
 * @param session Whose statement asks.
 * @returns JSON of the rows to write.
 */
export function dirtySequences(sequences: Sequences, session: object): string {
  const rows = sequences.rows();
  onTheWay.set(session, rows);
  return rowsJson(rows);
}

/**
 * @param sequences All sequences.
 * @param session Whose statement is on the disk now.
 */
export function sequencesWritten(sequences: Sequences, session: object): void {
  const rows = onTheWay.get(session);
  if (rows !== undefined) sequences.written(rows);
  onTheWay.delete(session);
}

/**
 * @param sequences All sequences.
 * @param lease Transaction that is about to be committed.
 */
export async function keepSequences(
  sequences: Sequences,
  lease: Pick<Lease, "run">,
): Promise<void> {
  if (!sequences.dirty) return;
  const rows = sequences.rows();
  await writeSequences(rows, lease);
  sequences.written(rows);
}

/**
 * @param rows Rows to write.
 * @param target Runs the statement.
 */
export async function writeSequences(
  rows: readonly SequenceRow[],
  target: Pick<Lease, "run">,
): Promise<void> {
  for (const [oid, last, called] of rows) {
    await target.run(
      `INSERT INTO heliosdb_sequences (oid, last_value, is_called) VALUES ($1, $2, $3) ${upsert}`,
      [oid, last, called ? 1 : 0],
    );
  }
}

function rowsJson(rows: readonly SequenceRow[]): string {
  return `[${
    rows.map(([oid, last, called]) => `[${oid},${last},${called ? 1 : 0}]`)
      .join(",")
  }]`;
}
