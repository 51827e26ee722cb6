/**
 * Transactions that share one `BEGIN … COMMIT`, each inside a savepoint of its own.
 *
 * When one member is stopped (time limit, cancel, a write that turns out to be long) SQLite takes
 * the whole transaction back, the others' work included. It is then done again from what each
 * member wrote; a member whose writes would now give something else is refused.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { alsoStoppedBy, type Limits } from "../../sqlite/interruption.ts";
import type { Statement } from "../../sqlite/statement.ts";
import {
  EngineError,
  type QueryOptions,
  type Result,
  type SqlValue,
} from "../engine.ts";
import { checkAccepted } from "./accepted.ts";
import { type Connection, sliceMs } from "./connection.ts";
import { closing, isWriteRefusal, toEngineError } from "./errors.ts";
import type { LongWrites } from "./long_write.ts";
import { Pace } from "./pace.ts";
import { sameResult } from "./result.ts";
import type { StatementRunner, Transaction, Write } from "./transaction.ts";

/** What a {@linkcode Group} works with. */
export interface GroupOptions {
  /** The writer's connection. */
  readonly connection: Connection;
  /** Guesses which writes are long. */
  readonly longWrites: LongWrites;
  /** Completes the limits of a statement. */
  readonly limits: (options: QueryOptions) => Limits;
  /** Source of the time. */
  readonly clock: Clock;
  /** Stops long statements when it fires, and gives the group up if that took its transaction. */
  readonly stopping: AbortSignal;
}

/** Writes of a group beyond which its commit may take long. */
const manyWrites = 200;

const savepoint = "SAVEPOINT member";
const release = "RELEASE member";
const rollback = "ROLLBACK TO member";

/** See the top of the file. */
export class Group implements StatementRunner {
  /** Members that have run, the failed ones too. */
  readonly members: Transaction[] = [];
  readonly #pace: Pace;
  #writes = 0;
  #large = false;
  readonly #connection: Connection;
  readonly #longWrites: LongWrites;
  readonly #limits: (options: QueryOptions) => Limits;
  readonly #stopping: AbortSignal;
  #lost: { readonly error: unknown } | undefined;
  #writeRefusal: unknown;

  /**
   * @param options Connection with an open transaction, and helpers.
   */
  constructor(
    { connection, longWrites, limits, clock, stopping }: GroupOptions,
  ) {
    this.#pace = new Pace(clock, sliceMs);
    this.#connection = connection;
    this.#longWrites = longWrites;
    this.#limits = limits;
    this.#stopping = stopping;
  }

  /** Whether a member wrote something. */
  get wrote(): boolean {
    return this.#writes > 0;
  }

  /** Whether so much was written that the commit takes long, however quick the disk is. */
  get large(): boolean {
    return this.#large || this.#writes > manyWrites;
  }

  /** Why nothing of the group can be committed, if so. */
  get lost(): { readonly error: unknown } | undefined {
    return this.#lost;
  }

  /** What a member was told when the disk did not take its write before the commit, if so. */
  get writeRefusal(): unknown {
    return this.#writeRefusal;
  }

  /**
   * Runs one member to its end; never rejects.
   *
   * @param member A transaction that has not run.
   */
  async run(member: Transaction): Promise<void> {
    this.members.push(member);
    try {
      this.#connection.database.run(savepoint);
      await member.run(this);
      if (this.#lost === undefined) this.#finish(member);
    } catch (error) {
      this.#lost ??= { error: toEngineError(error) };
    }
  }

  #finish(member: Transaction): void {
    const { database } = this.#connection;
    if (!member.failed && database.violatesForeignKey) {
      member.fail(
        new EngineError(
          "23503",
          "Cannot commit: a deferred foreign key points nowhere",
        ),
      );
    }
    if (member.failed) database.run(rollback);
    else this.#writes += member.writes.length;
    database.run(release);
  }

  query(
    member: Transaction,
    sql: string,
    params: readonly SqlValue[],
    options: QueryOptions,
  ): Result | Promise<Result> {
    if (this.#lost !== undefined) throw this.#lost.error;
    const statement = this.#prepare(sql);
    const limits = this.#limits(options);
    if (statement.readOnly || !this.#longWrites.expects(statement)) {
      let result: Result | undefined;
      try {
        result = this.#connection.inline(statement, params, limits);
      } catch (error) {
        return this.#afterFailure(member, error);
      }
      if (result !== undefined) {
        if (!statement.readOnly) {
          member.writes.push({ sql, params, result, offThread: false });
        }
        return this.#pace.afterEach(result);
      }
    }
    return this.#offThread(member, statement, params, limits);
  }

  #prepare(sql: string): Statement {
    try {
      return this.#connection.database.prepare(sql, checkAccepted);
    } catch (error) {
      throw toEngineError(error);
    }
  }

  async #offThread(
    member: Transaction,
    statement: Statement,
    params: readonly SqlValue[],
    limits: Limits,
  ): Promise<Result> {
    const connection = this.#connection;
    const { sql, readOnly } = statement;
    if (!readOnly) {
      this.#longWrites.learn(statement);
      this.#large = true;
    }
    if (connection.database.autocommit) await this.#restore(member, true);
    try {
      // Compiled anew if restoring took it out of the cache.
      const present = this.#prepare(sql);
      const result = await connection.offThread(
        present,
        params,
        alsoStoppedBy(limits, this.#stopping),
      );
      if (!readOnly) {
        member.writes.push({ sql, params, result, offThread: true });
      }
      return result;
    } catch (error) {
      return await this.#afterFailure(member, error);
    }
  }

  /** Throws `error`, after mending the transaction if the failure took it. */
  #afterFailure(member: Transaction, error: unknown): Promise<never> {
    if (isWriteRefusal(error)) this.#writeRefusal = error;
    if (!this.#connection.database.autocommit) throw error;
    if (this.#stopping.aborted) {
      this.#lost ??= { error: closing() };
      throw error;
    }
    return this.#restore(member, false).then(() => {
      throw error;
    });
  }

  /**
   * Does again what the members wrote.
   *
   * @param present The member whose turn it is; its savepoint is opened again.
   * @param again Whether its own writes are wanted too.
   */
  async #restore(present: Transaction, again: boolean): Promise<void> {
    const { database } = this.#connection;
    try {
      database.run("BEGIN IMMEDIATE");
      for (const member of this.members) {
        if (member === present || member.failed) continue;
        database.run(savepoint);
        if (!await this.#repeat(member)) {
          member.fail(changed());
          database.run(rollback);
        }
        database.run(release);
      }
      database.run(savepoint);
      if (again && !await this.#repeat(present)) throw changed();
    } catch (error) {
      if (database.autocommit) this.#lost = { error: toEngineError(error) };
      throw error;
    }
  }

  /** Tells whether each write of a member gave the same as the first time. */
  async #repeat(member: Transaction): Promise<boolean> {
    for (const write of member.writes) {
      if (!sameResult(await this.#repeatWrite(write), write.result)) {
        return false;
      }
    }
    return true;
  }

  async #repeatWrite(
    { sql, params, offThread }: Write,
  ): Promise<Result> {
    const connection = this.#connection;
    const statement = this.#prepare(sql);
    if (!offThread) {
      const result = connection.inline(statement, params, {});
      if (result !== undefined) return result;
      if (connection.database.autocommit) throw changed();
    }
    const signal = this.#stopping;
    return await connection.offThread(statement, params, { signal });
  }
}

function changed(): EngineError {
  return new EngineError(
    "40001",
    "Cannot commit: the transaction had to be run again and would give something else",
  );
}
