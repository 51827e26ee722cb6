/**
 * Writes the values of sequences with the next commit, whoever's it is.
 *
 * @module
 */

import type { Lease, PlanRunner } from "../sqlite/plan_runner.ts";
import type { SequenceRow, Sequences } from "./sequences.ts";

const upsert =
  "INSERT INTO heliosdb_sequences (oid, last_value, is_called) VALUES ($1, $2, $3) " +
  "ON CONFLICT (oid) DO UPDATE SET " +
  "last_value = excluded.last_value, is_called = excluded.is_called";

function valuesOf([oid, last, called]: SequenceRow): [number, bigint, number] {
  return [oid, last, called ? 1 : 0];
}

/**
 * Makes the runner write them before each commit.
 *
 * @param sequences All sequences.
 * @param runner Runs the commits.
 */
export function keepWithCommits(
  sequences: Sequences,
  runner: PlanRunner,
): void {
  runner.beforeCommit?.push((run) => {
    if (!sequences.dirty) return;
    const rows = sequences.rows();
    for (const row of rows) run(upsert, valuesOf(row));
    sequences.written(rows);
  });
}

/**
 * Writes them now, for statements that read the table.
 *
 * @param sequences All sequences.
 * @param lease Transaction.
 * @param exact Whether to write where they stand, and nothing ahead.
 */
export async function keepSequences(
  sequences: Sequences,
  lease: Pick<Lease, "run">,
  exact = false,
): Promise<void> {
  if (!sequences.dirty && !exact) return;
  const rows = sequences.rows(exact);
  for (const row of rows) await lease.run(upsert, valuesOf(row));
  sequences.written(rows);
}
