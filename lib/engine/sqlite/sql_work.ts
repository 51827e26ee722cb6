/**
 * A statement in SQLite's own words: the engine's own tables, schema changes and the part of
 * PostgreSQL's SQL that SQLite reads the same way.
 *
 * @module
 */

import type { Limits } from "../../sqlite/interruption.ts";
import type { Statement } from "../../sqlite/statement.ts";
import type { Result, SqlValue } from "../engine.ts";
import type { Connection } from "./connection.ts";
import { toEngineError } from "./errors.ts";
import type { LongWrites } from "./long_write.ts";
import { sameResult } from "./result.ts";
import type { RunContext } from "./plan_runner.ts";
import type { Work } from "./work.ts";

/** What a {@linkcode SqlWork} needs. */
export interface SqlWorkOptions {
  /** The connection. */
  readonly connection: Connection;
  /** Guesses which writes are long. */
  readonly longWrites: LongWrites;
  /** One statement. */
  readonly sql: string;
  /** Its values. */
  readonly params: readonly SqlValue[];
  /** When to stop it. */
  readonly limits: Limits;
  /** Throws for statements that begin with a word that is not wanted. */
  readonly accept?: (word: string) => void;
  /** What functions see that it calls. */
  readonly context?: RunContext;
}

/** See the top of the file. */
export class SqlWork implements Work<Result> {
  readonly limits: Limits;
  readonly #options: SqlWorkOptions;
  #statement: Statement | undefined;

  /**
   * @param options The statement and its connection.
   */
  constructor(options: SqlWorkOptions) {
    this.#options = options;
    this.limits = options.limits;
  }

  prepare(): void {
    const { connection, sql, accept } = this.#options;
    try {
      this.#statement = connection.database.prepare(sql, accept);
    } catch (error) {
      throw toEngineError(error);
    }
  }

  writes(): boolean {
    // Pragmas that matter to what follows have to be repeated with it.
    return !this.#present.readOnly || this.#present.word === "PRAGMA";
  }

  expectsLong(): boolean {
    return this.#options.longWrites.expects(this.#present, Infinity);
  }

  learn(): void {
    this.#options.longWrites.learn(this.#present, 0);
  }

  inline(unstoppable: boolean): Result | undefined {
    const { connection, params } = this.#options;
    this.#setContext();
    return connection.inline(this.#present, params, this.limits, unstoppable);
  }

  offThread(limits: Limits): Promise<Result> {
    const { connection, params } = this.#options;
    this.#setContext();
    return connection.offThread(this.#present, params, limits);
  }

  same(first: Result, again: Result): boolean {
    return sameResult(first, again);
  }

  again(): SqlWork {
    return new SqlWork({ ...this.#options, limits: {} });
  }

  #setContext(): void {
    const { connection, context } = this.#options;
    const { functions } = connection.database;
    if (functions !== undefined) {
      functions.context = context ?? connection.ownContext();
    }
  }

  get #present(): Statement {
    if (this.#statement === undefined) this.prepare();
    return this.#statement as Statement;
  }
}
