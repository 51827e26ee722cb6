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

/** Goes through something, and what it is called. */
const scan = /^SCAN (\S+)/;
/** Rows that the statement itself holds: `SCAN CONSTANT ROW`, `SCAN 3-ROW VALUES`. */
const held = /^SCAN (?:CONSTANT ROW|\d+-ROW VALUES)/;
/** A query within the statement, the scans of which are listed by themselves. */
const within = /^(?:CO-ROUTINE|MATERIALIZE) (\S+)/;
/** Rows that the caller gave as JSON. */
const given = / VIRTUAL TABLE /;

/** Characters of given rows that are surely done with at once: some dozens of rows. */
const fewCharacters = 4096;
const never = Infinity;
const always = -1;

/** Remembers the guess for each prepared statement: up to how many characters of its values it is quick. */
export class LongWrites {
  readonly #database: Database;
  readonly #guesses = new WeakMap<Statement, number>();

  /**
   * @param database Connection that writes.
   */
  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param statement A write.
   * @param size Characters of its values.
   * @returns Whether to start it on another thread.
   */
  expects(statement: Statement, size: number): boolean {
    return size > this.#guessOf(statement);
  }

  /**
   * @param statement A write that turned out to be long.
   * @param size Characters of its values.
   */
  learn(statement: Statement, size: number): void {
    const guess = this.#guessOf(statement);
    this.#guesses.set(
      statement,
      guess === never ? always : Math.min(guess, size - 1),
    );
  }

  #guessOf(statement: Statement): number {
    let guess = this.#guesses.get(statement);
    if (guess === undefined) {
      guess = this.#guess(statement);
      this.#guesses.set(statement, guess);
    }
    return guess;
  }

  #guess(statement: Statement): number {
    // CREATE INDEX, ALTER TABLE and the like go through whole tables.
    if (!statement.changesRows) return always;
    const plan = this.#database.plan(statement.sql);
    const queries = new Set(plan.map((line) => within.exec(line)?.[1]));
    let guess = never;
    for (const line of plan) {
      if (line === "RECURSIVE STEP") return always;
      const name = scan.exec(line)?.[1];
      if (name === undefined || held.test(line)) continue;
      if (given.test(line)) guess = fewCharacters;
      else if (!queries.has(name)) return always;
    }
    return guess;
  }
}
