/**
 * What the embedded engine counts.
 *
 * @module
 */

/** Numbers since the start; see `EngineStats`. */
export interface Counters {
  /** Statements run. */
  statements: number;
  /** Commits. */
  commits: number;
  /** Transactions inside those commits. */
  transactions: number;
  /** fsync calls. */
  syncs: number;
  /** Statements that ran on another thread. */
  offThread: number;
}

/** @returns Counters at 0. */
export function newCounters(): Counters {
  return { statements: 0, commits: 0, transactions: 0, syncs: 0, offThread: 0 };
}
