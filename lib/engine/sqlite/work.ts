/**
 * Something that a transaction asks of its connection, in a form that can be done again.
 *
 * @module
 */

import type { Limits } from "../../sqlite/interruption.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import type { FollowedTables } from "./followed_tables.ts";

/** See the top of the file. */
export interface Work<Outcome> {
  /** When to stop it. */
  readonly limits: Limits;
  /** Whether it is too much to keep for a repetition: its transaction cannot be done again then. */
  readonly unrepeatable?: boolean;
  /** Makes it ready; throws when it cannot be compiled. Called before anything else, also again. */
  prepare(): void;
  /** Whether it changes the database. */
  writes(): boolean;
  /** Whether it is likely to hold the event loop for long. */
  expectsLong(): boolean;
  /** Takes note that it was long. */
  learn(): void;
  /**
   * Does it on this thread.
   *
   * @param unstoppable Whether it must go on to its end, however long that takes.
   * @returns What came of it; nothing when it was not quick, and nothing came of it then.
   */
  inline(unstoppable: boolean): Outcome | undefined;
  /** Does it on another thread. */
  offThread(limits: Limits): Promise<Outcome>;
  /** Tells whether doing it again gave the same. */
  same(first: Outcome, again: Outcome): boolean;
  /** Whether it may have changed one of these tables; it may if this is not said. */
  changes?(tables: FollowedTables): boolean;
  /** The same work for a repetition, the result of which nobody is waiting for. */
  again(): Work<Outcome>;
}

/** Work that took effect. */
export interface Write {
  readonly work: Work<unknown>;
  /** What came of it. */
  readonly outcome: unknown;
  /** Whether it ran on another thread. */
  readonly offThread: boolean;
  /** What volatile functions gave meanwhile. */
  readonly recorded: readonly SqliteValue[];
}
