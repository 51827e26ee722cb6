/**
 * Keeps the prepared statements of one connection, the least recently used one leaving first.
 *
 * @module
 */

import type { Statement } from "./statement.ts";

/** Statements by their text. */
export class StatementCache {
  readonly #statements = new Map<string, Statement>();
  readonly #capacity: number;

  /**
   * @param capacity Statements kept, at least 1.
   */
  constructor(capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot create StatementCache as capacity must be an integer >= 1: received ${capacity}`,
      );
    }
    this.#capacity = capacity;
  }

  /**
   * @param sql Text to look for.
   * @returns Its statement, which now counts as the most recently used.
   */
  get(sql: string): Statement | undefined {
    const statement = this.#statements.get(sql);
    // While nothing has to leave, the order need not be kept up.
    if (
      statement !== undefined && this.#statements.size > this.#capacity / 2
    ) {
      this.#statements.delete(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /**
   * Keeps a statement and gives up the oldest if there are too many.
   *
   * @param statement Statement; its text is the key.
   */
  add(statement: Statement): void {
    this.#statements.set(statement.sql, statement);
    if (this.#statements.size <= this.#capacity) return;
    for (const [sql, oldest] of this.#statements) {
      this.#statements.delete(sql);
      oldest.finalize();
      return;
    }
  }

  /** Gives up all of them. */
  clear(): void {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#statements.clear();
  }
}
