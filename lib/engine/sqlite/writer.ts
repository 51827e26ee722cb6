/**
 * The one writer: transactions queue here and are committed in groups.
 *
 * A commit writes to the log and frees the writer at once; a sync of the log that runs beside what
 * comes next makes it durable. While one is under way a group stays open, since its own would have to
 * wait: whoever arrives joins it. Nobody is told anything before that sync, not even of a failure: it
 * may rest on a row of another member, or of a group before.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { LinkedSet } from "../../base/linked_set.ts";
import { resultCode } from "../../sqlite/error.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import { EngineError, type QueryOptions } from "../engine.ts";
import { Acknowledgement } from "./acknowledgement.ts";
import type { Connection } from "./connection.ts";
import type { Counters } from "./counters.ts";
import { closing, isSyncFailure, toEngineError } from "./errors.ts";
import { Group } from "./group.ts";
import type { LogSync } from "./log_sync.ts";
import { LongWrites } from "./long_write.ts";
import { nextTurn } from "./pace.ts";
import { type Body, Transaction } from "./transaction.ts";
import { Watchdog } from "./watchdog.ts";
import type { WriteHealth } from "./write_health.ts";

/** What a {@linkcode Writer} is made of. */
export interface WriterOptions {
  /** The connection that writes. */
  readonly connection: Connection;
  /** Completes the limits of a statement. */
  readonly limits: (options: QueryOptions) => Limits;
  /** Source of the time. */
  readonly clock: Clock;
  /** Counts commits. */
  readonly counters: Counters;
  /** Makes commits durable; nothing where none has to be. */
  readonly log: LogSync | undefined;
  /** Transactions that may wait. */
  readonly maxWaiting: number;
  /** How long one may wait. */
  readonly maxWaitMs: number;
  /** How long a body may go without a statement. */
  readonly maxIdleMs: number;
  /** How long a client may go without a statement while others wait. */
  readonly maxLeaseIdleMs: number;
  /** How long its pauses may be together while others wait. */
  readonly maxLeasePausesMs: number;
  /** Stops long statements when it fires. */
  readonly stopping: AbortSignal;
  /** Is told whether the disk takes what is written. */
  readonly health: WriteHealth;
  /** Says which row keeps a transaction from being committed. */
  readonly deferredViolation: (member: Transaction) => Promise<unknown>;
  /** Called before a commit, while the transaction is open; may write. */
  readonly beforeCommit: (group: Group) => void;
  /** Called in the same turn as a commit, with everybody who took part, the failed ones too. */
  readonly published: (members: readonly Transaction[]) => void;
  /** Called with the same once that commit is durable, before they are told. */
  readonly durable: (members: readonly Transaction[]) => void;
  /** Whether a commit now would wait for the disk by itself. */
  readonly commitSyncs: () => boolean;
  /** Called after each commit with the pages it wrote, while no transaction is open. */
  readonly committed: (pages: number) => Promise<void> | undefined;
  /** Called when a commit could not be synced. */
  readonly broken: () => void;
}

/** Members of one group at most, so that the first does not wait for ever. */
const largestGroup = 512;
/** Commits slower than this on the average run on another thread. */
const slowCommitMs = 2;

const begin = "BEGIN IMMEDIATE";
const commit = "COMMIT";

/** See the top of the file. */
export class Writer {
  readonly #options: WriterOptions;
  readonly #longWrites: LongWrites;
  readonly #watchdog: Watchdog;
  readonly #acknowledgement: Acknowledgement;
  readonly #queue = new LinkedSet<Transaction>();
  #driving: Promise<void> | undefined;
  #refusal: EngineError | undefined;
  /** Called when somebody queues while a group stays open. */
  #arrived: (() => void) | undefined;
  /** Moving average. */
  #commitMs = 0;

  /**
   * @param options Its parts.
   */
  constructor(options: WriterOptions) {
    this.#options = options;
    this.#longWrites = new LongWrites(options.connection.database);
    this.#watchdog = new Watchdog(options, this.#queue);
    this.#acknowledgement = new Acknowledgement(options);
    options.stopping.addEventListener("abort", () => {
      const { member } = this.#watchdog;
      // Nobody else would tell a client's transaction that it is over.
      if (member?.exclusive) member.cut(closing());
    }, { once: true });
  }

  /** Guesses which writes are long. */
  get longWrites(): LongWrites {
    return this.#longWrites;
  }

  /** Transactions that wait. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Queues a transaction.
   *
   * @param body Its statements.
   * @param limits When to take it out of the queue.
   * @param exclusive Set for a transaction that a client leads, which has the writer for itself:
   *   what it is told when it waited too long.
   * @returns What the body gives, once it is on the disk.
   */
  submit(
    body: Body,
    { signal, timeoutMs = Infinity }: Limits = {},
    exclusive?: { readonly timeUp: () => Error },
  ): Promise<unknown> {
    const { clock, maxWaiting, maxWaitMs } = this.#options;
    if (signal?.aborted) throw cancelled();
    if (this.#queue.size >= maxWaiting) {
      throw new EngineError(
        "53300",
        "Cannot run transaction: too many are waiting, try again later",
      );
    }
    const transaction = new Transaction(body, {
      at: clock.monotonic() + Math.min(timeoutMs, maxWaitMs),
      error: exclusive?.timeUp ?? (timeoutMs < maxWaitMs ? timeUp : busy),
    }, { exclusive: exclusive !== undefined, signal });
    this.#queue.add(transaction);
    this.#arrived?.();
    if (this.#watchdog.running) this.#mayLeave(transaction);
    this.#driving ??= this.#drive();
    return transaction.promise;
  }

  /**
   * Runs nothing any more.
   *
   * @param error What everybody who waits is told.
   */
  refuse(error: EngineError): void {
    this.#refusal = error;
  }

  /** Resolves when nobody waits any more. */
  async drain(): Promise<void> {
    while (this.#driving !== undefined) await this.#driving;
    await this.#options.log?.drain();
  }

  /** Whoever waits now may have to wait for long. */
  #watch(): void {
    if (this.#watchdog.running) return;
    this.#watchdog.start();
    for (const waiting of this.#queue) this.#mayLeave(waiting);
  }

  /** Lets a transaction leave the queue; one whose turn comes at once asks its signal then. */
  #mayLeave(transaction: Transaction): void {
    const { signal } = transaction;
    if (signal === undefined) return;
    const leave = () => {
      if (!this.#queue.delete(transaction)) return;
      transaction.fail(cancelled());
      transaction.settle();
    };
    if (signal.aborted) return leave();
    signal.addEventListener("abort", leave, { once: true });
    const forget = () => signal.removeEventListener("abort", leave);
    transaction.promise.then(forget, forget);
  }

  async #drive(): Promise<void> {
    try {
      while (this.#queue.size > 0) await this.#runGroup();
    } finally {
      this.#driving = undefined;
      this.#watchdog.stop();
    }
  }

  async #runGroup(): Promise<void> {
    const { connection, limits, clock, deferredViolation, stopping } =
      this.#options;
    const group = new Group({
      deferredViolation,
      connection,
      longWrites: this.#longWrites,
      limits,
      clock,
      stopping,
    });
    let failure: { readonly error: unknown } | undefined;
    try {
      if (this.#refusal !== undefined) throw this.#refusal;
      await this.#begin();
      await this.#gather(group);
      failure = group.lost;
      // A client that has rolled back has ended the transaction.
      if (failure === undefined && !connection.database.autocommit) {
        this.#options.beforeCommit(group);
        await this.#commit(group);
      }
    } catch (error) {
      if (isSyncFailure(error)) this.#options.broken();
      failure = { error: toEngineError(error) };
    }
    this.#watchdog.member = undefined;
    if (failure !== undefined) this.#abandon(group, failure.error);
    // Counted for failures as well, so that the next group does not pass their pages for its own.
    const pages = connection.database.takePagesWritten();
    this.#noteHealth(failure?.error ?? group.writeRefusal, pages);
    this.#acknowledgement.give(group, failure === undefined, this.#queue.size);
    if (failure !== undefined) return;
    const waiting = this.#options.committed(pages);
    if (waiting === undefined) return;
    this.#watch();
    await waiting;
  }

  #noteHealth(error: unknown, pages: number): void {
    const { health } = this.#options;
    if (error !== undefined) health.failed(error);
    else if (pages > 0) health.succeeded();
  }

  /** Opens the transaction; nobody else writes, save a stranger's program that holds the file. */
  async #begin(): Promise<void> {
    const { connection } = this.#options;
    const { database } = connection;
    const statement = database.prepare(begin);
    let code = statement.step();
    if ((code & 0xff) === resultCode.busy) {
      statement.reset();
      this.#watch();
      database.setBusyTimeout(5000);
      code = await connection.stepOffThread(statement);
      database.setBusyTimeout(0);
    }
    database.release(statement);
    if (code !== resultCode.done) throw database.error(code);
  }

  /** Runs everybody who waits, and those who come while the first one runs or the log is synced. */
  async #gather(group: Group): Promise<void> {
    while (await this.#runQueue(group)) {
      const sync = this.#options.log?.current;
      if (sync === undefined || group.members.length === 0) return;
      this.#watchdog.member = undefined;
      if (this.#queue.size === 0) await this.#arrivalOr(sync);
      // Who had not come by then would keep the others waiting.
      if (this.#queue.size === 0) return;
    }
  }

  async #arrivalOr(sync: Promise<void>): Promise<void> {
    const arrival = new Promise<void>((resolve) => this.#arrived = resolve);
    await Promise.race([arrival, sync]);
    this.#arrived = undefined;
  }

  /** Runs everybody who waits; tells whether others may still join them. */
  async #runQueue(group: Group): Promise<boolean> {
    for (
      let member = this.#queue.first;
      member !== undefined;
      member = this.#queue.first
    ) {
      if (member.exclusive && group.members.length > 0) return false;
      this.#queue.delete(member);
      this.#watchdog.member = member;
      const first = group.members.length === 0;
      const running = group.run(member);
      if (first && !member.exclusive) {
        // Requests that are ready may join before the commit is decided; nearly every body is over
        // by then, so that nobody need watch it.
        await nextTurn();
      }
      if (running !== undefined) {
        if (!member.over) this.#watch();
        await running;
      }
      if (
        member.exclusive || member.catalog !== undefined ||
        group.lost !== undefined || this.#refusal !== undefined ||
        group.members.length >= largestGroup
      ) {
        return false;
      }
    }
    return true;
  }

  async #commit(group: Group): Promise<void> {
    const { connection, clock, counters, log } = this.#options;
    const { database } = connection;
    if (log?.failure !== undefined) throw log.failure;
    const statement = database.prepare(commit);
    const started = clock.monotonic();
    let code: number;
    if (
      !group.wrote || group.changesCatalog ||
      (!group.large && this.#commitMs < slowCommitMs &&
        !this.#options.commitSyncs())
    ) {
      code = statement.step();
    } else {
      this.#watch();
      code = await connection.stepOffThread(statement);
    }
    const failed = code === resultCode.done ? undefined : database.error(code);
    database.release(statement);
    if (failed !== undefined) throw failed;
    this.#options.published(group.members);
    if (!group.wrote) return;
    this.#commitMs += (clock.monotonic() - started - this.#commitMs) / 8;
    counters.commits++;
    counters.transactions += group.members
      .reduce((sum, { failed }) => failed ? sum : sum + 1, 0);
  }

  #abandon(group: Group, error: unknown): void {
    const { connection: { database }, broken } = this.#options;
    if (group.members.length === 0) {
      // Not even BEGIN was possible.
      group.members.push(...this.#queue);
      this.#queue.clear();
    }
    for (const member of group.members) member.fail(error);
    try {
      if (!database.autocommit) database.run("ROLLBACK");
    } catch {
      broken();
    }
  }
}

function cancelled(): EngineError {
  return new EngineError("57014", "Cannot run statement: it was cancelled");
}

function timeUp(): EngineError {
  return new EngineError(
    "57014",
    "Cannot run statement: it waited longer than its time limit",
  );
}

function busy(): EngineError {
  return new EngineError(
    "53300",
    "Cannot run transaction: the database was busy for too long, try again later",
  );
}
