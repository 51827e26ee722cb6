/**
 * Properties of a transaction, and what follows it.
 *
 * @module
 */

/** Isolation levels as `SHOW transaction_isolation` writes them. */
export type Isolation =
  | "read uncommitted"
  | "read committed"
  | "repeatable read"
  | "serializable";

/** Properties of a transaction. */
export interface TransactionModes {
  isolation: Isolation;
  readOnly: boolean;
  deferrable: boolean;
}

/** Something that follows the transaction: settings, notifications, cursors, locks. */
export interface Participant {
  /** A transaction or savepoint began; `depth` counts from 1. */
  begin?(depth: number): void;
  /** Savepoint at `depth` was released: what came after belongs to the one outside. */
  release?(depth: number): void;
  /** Rolled back to the savepoint at `depth`, which stays. */
  rollbackTo?(depth: number): void;
  /** Before the commit, when statements can still run. */
  beforeCommit?(): void | Promise<void>;
  /** Over. */
  end?(committed: boolean): void;
}
