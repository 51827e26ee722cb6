/**
 * Statements by their text: programs send the same ones again and again.
 *
 * @module
 */

import type { MysqlStatement } from "./dialect.ts";

const most = 1000;
const longest = 4000;

/** Verbs whose trees depend on nothing but the text, the database and the modes. */
const kept: ReadonlySet<string> = new Set([
  "select",
  "insert",
  "replace",
  "update",
  "delete",
]);

/** See the top of the file; any number of sessions may share one. */
export class StatementCache {
  readonly #statements = new Map<string, MysqlStatement>();

  /** @returns The statement of that text, if it is known. */
  find(key: string): MysqlStatement | undefined {
    return this.#statements.get(key);
  }

  /**
   * Keeps a statement, if another session would read its text in the same way.
   *
   * @param key Text, and what it was read by.
   * @param statement The only statement of the text.
   */
  add(key: string, statement: MysqlStatement): void {
    if (key.length > longest || statement.kind !== "query") return;
    if (statement.volatile || !kept.has(statement.verb)) return;
    if (this.#statements.size >= most) {
      const [oldest] = this.#statements.keys();
      this.#statements.delete(oldest as string);
    }
    this.#statements.set(key, statement);
  }
}
