/**
 * Guesses whether a write may hold the event loop for long, before it runs.
 *
 * A write that is stopped half-way takes the whole transaction with it, so one that looks long
 * starts on another thread. A wrong guess costs some fifty microseconds or one repetition.
 *
 * @module
 */

import type { Database } from "../../sqlite/database.ts";
import type { Statement } from "../../sqlite/statement.ts";

/** `SCAN CONSTANT ROW` and `SCAN 3 VALUES` read what the statement itself holds. */
const scan = /^SCAN (?!CONSTANT ROW|\d+-ROW VALUES)/;

/** Remembers the guess for each prepared statement. */
export class LongWrites {
  readonly #database: Database;
  readonly #guesses = new WeakMap<Statement, boolean>();

  /**
   * @param database Connection that writes.
   */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param statement A write.
   * @returns Whether to start it on another thread.
   */
  expects(statement: Statement): boolean {
    let guess = this.#guesses.get(statement);
    if (guess === undefined) {
      guess = this.#guess(statement);
      this.#guesses.set(statement, guess);
    }
    return guess;
  }

  /**
   * @param statement A write that turned out to be long.
   */
  learn(statement: Statement): void {
    this.#guesses.set(statement, true);
  }

  #guess(statement: Statement): boolean {
    // CREATE INDEX, ALTER TABLE and the like go through whole tables.
    if (!statement.changesRows) return true;
    return this.#database.plan(statement.sql).some((line) => scan.test(line));
  }
}
