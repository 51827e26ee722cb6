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
import type { SqliteValue } from "../../sqlite/value.ts";
import { EngineError, type QueryOptions, type SqlValue } from "../engine.ts";
import { checkAccepted } from "./accepted.ts";
import { type Connection, sliceMs } from "./connection.ts";
import { closing, isWriteRefusal, toEngineError } from "./errors.ts";
import type { LongWrites } from "./long_write.ts";
import { Pace } from "./pace.ts";
import { SqlWork } from "./sql_work.ts";
import type { StatementRunner, Transaction } from "./transaction.ts";
import type { Work, Write } from "./work.ts";

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
  /** Says which row keeps a member from being committed. */
  readonly deferredViolation: (member: Transaction) => Promise<unknown>;
  /** Stops long statements when it fires, and gives the group up if that took its transaction. */
  readonly stopping: AbortSignal;
}

/** Writes of a group beyond which its commit may take long. */
const manyWrites = 200;

/** Writes of a client's transaction that are kept for a repetition. */
const mostRepeated = 10_000;

const noValues: SqliteValue[] = [];

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
  #recorded: SqliteValue[] = [];
  readonly #connection: Connection;
  readonly #longWrites: LongWrites;
  readonly #limits: (options: QueryOptions) => Limits;
  readonly #deferredViolation: GroupOptions["deferredViolation"];
  readonly #stopping: AbortSignal;
  #lost: { readonly error: unknown } | undefined;
  #writeRefusal: unknown;

  /**
   * @param options Connection with an open transaction, and helpers.
   */
  constructor(
    { connection, longWrites, limits, clock, deferredViolation, stopping }:
      GroupOptions,
  ) {
    this.#deferredViolation = deferredViolation;
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

  /** Whether a member changed the catalog: then nobody may come between commit and publication. */
  get changesCatalog(): boolean {
    return this.members.some(({ catalog, failed }) =>
      catalog !== undefined && !failed
    );
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

  /** Takes note of a write beside those of the members. */
  touch(): void {
    this.#writes++;
  }

  /**
   * Runs one member to its end; never throws or rejects.
   *
   * @param member A transaction that has not run.
   * @returns Nothing when it is over at once.
   */
  run(member: Transaction): void | Promise<void> {
    this.members.push(member);
    try {
      // One that has the writer for itself needs no savepoint to be rolled back alone.
      if (!member.exclusive) this.#connection.database.command(savepoint);
      const running = member.run(this);
      const ending = running === undefined
        ? this.#finish(member)
        : running.then(() => this.#finish(member));
      return ending?.catch((error) => this.#lose(error));
    } catch (error) {
      this.#lose(error);
    }
  }

  #lose(error: unknown): void {
    this.#lost ??= { error: toEngineError(error) };
  }

  #finish(member: Transaction): void | Promise<void> {
    if (this.#lost !== undefined) return;
    if (!member.failed && this.#connection.database.violatesForeignKey) {
      return this.#deferredViolation(member).then((error) => {
        member.fail(error);
        this.#close(member);
      });
    }
    this.#close(member);
  }

  /** Keeps what a member did, or takes it back. */
  #close(member: Transaction): void {
    const { database } = this.#connection;
    if (!member.failed) this.#writes += member.wrote;
    if (member.exclusive) {
      if (member.failed) database.command("ROLLBACK");
    } else {
      if (member.failed) database.command(rollback);
      database.command(release);
    }
  }

  statement(
    sql: string,
    params: readonly SqlValue[],
    options: QueryOptions,
  ): SqlWork {
    return new SqlWork({
      connection: this.#connection,
      longWrites: this.#longWrites,
      sql,
      params,
      limits: this.#limits(options),
      accept: checkAccepted,
    });
  }

  execute<Outcome>(
    member: Transaction,
    work: Work<Outcome>,
  ): Outcome | Promise<Outcome> {
    if (this.#lost !== undefined) throw this.#lost.error;
    work.prepare();
    const writes = work.writes();
    if (work.unrepeatable === true) return this.#unrepeatable(member, work);
    if (!writes || !work.expectsLong()) {
      let outcome: Outcome | undefined;
      const recorded = this.#record(writes);
      try {
        outcome = work.inline(writes && member.unrepeatable);
      } catch (error) {
        return this.#afterFailure(member, error);
      }
      if (outcome !== undefined) {
        if (writes) {
          keep(member, { work, outcome, offThread: false, recorded });
        }
        return this.#pace.afterEach(outcome);
      }
    }
    return this.#offThread(member, work, writes);
  }

  /** Does what nobody could do again, so nothing of its transaction need be kept. */
  #unrepeatable<Outcome>(
    member: Transaction,
    work: Work<Outcome>,
  ): Outcome | Promise<Outcome> {
    const { functions } = this.#connection.database;
    if (functions !== undefined) {
      functions.record = functions.replay = undefined;
    }
    member.unrepeatable = true;
    member.writes.length = 0;
    member.wrote++;
    this.#large = true;
    try {
      return work.inline(true) as Outcome;
    } catch (error) {
      return this.#afterFailure(member, error);
    }
  }

  /** Begins to note what volatile functions give. */
  #record(writes: boolean): SqliteValue[] {
    const { functions } = this.#connection.database;
    if (functions === undefined || !writes) return noValues;
    functions.replay = undefined;
    // Empty for nearly every statement; made anew once it is not.
    if (this.#recorded.length > 0) this.#recorded = [];
    return functions.record = this.#recorded;
  }

  async #offThread<Outcome>(
    member: Transaction,
    work: Work<Outcome>,
    writes: boolean,
  ): Promise<Outcome> {
    if (writes) {
      work.learn();
      this.#large = true;
    }
    if (this.#connection.database.autocommit) {
      await this.#restore(member, true);
    }
    try {
      // Compiled anew if restoring took it out of the cache.
      work.prepare();
      const recorded = this.#record(writes);
      const outcome = await work.offThread(
        alsoStoppedBy(work.limits, this.#stopping),
      );
      if (writes) keep(member, { work, outcome, offThread: true, recorded });
      return outcome;
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
    if (member.unrepeatable) {
      this.#lost ??= { error };
      throw error;
    }
    return this.#restore(member, member.exclusive).then(() => {
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
      database.command("BEGIN IMMEDIATE");
      for (const member of this.members) {
        if (member === present || member.failed) continue;
        database.command(savepoint);
        if (!await this.#repeat(member)) {
          member.fail(changed());
          database.command(rollback);
        }
        database.command(release);
      }
      if (!present.exclusive) database.command(savepoint);
      if (again && !await this.#repeat(present)) throw changed();
    } catch (error) {
      if (database.autocommit) this.#lost = { error: toEngineError(error) };
      throw error;
    }
  }

  /** Tells whether each write of a member gave the same as the first time. */
  async #repeat(member: Transaction): Promise<boolean> {
    member.changes.length = 0;
    for (const write of member.writes) {
      const again = await this.#repeatWrite(write);
      if (!write.work.same(write.outcome, again)) return false;
    }
    return true;
  }

  async #repeatWrite(
    { work: first, offThread, recorded }: Write,
  ): Promise<unknown> {
    const { database } = this.#connection;
    const work = first.again();
    work.prepare();
    if (database.functions !== undefined) {
      database.functions.record = undefined;
      database.functions.replay = [...recorded];
    }
    if (!offThread) {
      const outcome = work.inline(false);
      if (outcome !== undefined) return outcome;
      if (database.autocommit) throw changed();
    }
    return await work.offThread({ signal: this.#stopping });
  }
}

/** Keeps a write so that it can be done again, while there are not too many. */
function keep(member: Transaction, write: Write): void {
  member.wrote++;
  if (member.unrepeatable) return;
  member.writes.push(write);
  if (member.exclusive && member.writes.length > mostRepeated) {
    member.unrepeatable = true;
    member.writes.length = 0;
  }
}

function changed(): EngineError {
  return new EngineError(
    "40001",
    "Cannot commit: the transaction had to be run again and would give something else",
  );
}
