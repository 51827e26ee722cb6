/**
 * Opens or closes a savepoint; a repetition of the transaction does it again.
 *
 * @module
 */

import type { Database } from "../../sqlite/database.ts";
import type { Work } from "./work.ts";

/** See the top of the file. */
export class ControlWork implements Work<true> {
  readonly limits = {};
  readonly #database: Database;
  readonly #sql: string;

  /**
   * @param database The writer's connection.
   * @param sql `SAVEPOINT …` or `RELEASE …`.
   */
  constructor(database: Database, sql: string) {
    this.#database = database;
    this.#sql = sql;
  }

  prepare(): void {}

  writes(): boolean {
    return true;
  }

  expectsLong(): boolean {
    return false;
  }

  learn(): void {}

  inline(): true {
    this.#database.run(this.#sql);
    return true;
  }

  offThread(): Promise<true> {
    return Promise.resolve(this.inline());
  }

  changes(): boolean {
    return false;
  }

  same(): boolean {
    return true;
  }

  again(): ControlWork {
    return this;
  }
}
