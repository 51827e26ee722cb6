/**
 * Makes commits durable: SQLite has written them to the write-ahead log, a sync of the log keeps them.
 *
 * One sync runs at a time, off the thread, and covers all that was committed before it began; what is
 * committed meanwhile waits for the next one. Nobody is told of a commit before the sync that covers
 * it, and all are told in the order of the commits.
 *
 * After a failure nothing is synced again: the system may have dropped what it could not write, and
 * the next sync would succeed and mean nothing.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { Counters } from "./counters.ts";
import { storageFailed } from "./errors.ts";
import type { LogFile } from "./log_file.ts";

/** Is told that what came before is durable, or why it may not be. */
export type Told = (failure: Error | undefined) => void;

/** What a {@linkcode LogSync} is made of. */
export interface LogSyncOptions {
  /** The log. */
  readonly file: LogFile;
  /** Source of the time. */
  readonly clock: Clock;
  /** Counts syncs. */
  readonly counters: Counters;
  /** Transactions that wait for the writer: they are about to commit too. */
  readonly following: () => number;
  /** Average below which a sync is over before another thread would have told of it. */
  readonly instantSyncMs: number;
  /** Called when a sync failed, before anybody is told. */
  readonly broken: () => void;
}

/** Syncs slower than this on the average do not hold this thread. */
const slowSyncMs = 2;

/** How long a commit waits at most for others to share its sync. */
const patienceMs = 4;

/** See the top of the file. */
export class LogSync {
  readonly #options: LogSyncOptions;
  /** Whom the sync under way is for. */
  #present: Told[] = [];
  /** Whom the next one is for: the first of them has committed something. */
  #next: Told[] = [];
  /** How many transactions it is for. */
  #transactions = 0;
  #current: Promise<void> | undefined;
  #running: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: Error | undefined;
  /** Moving average. */
  #syncMs = 0;

  /**
   * @param options Its parts.
   */
  constructor(options: LogSyncOptions) {
    this.#options = options;
  }

  /** Why nothing can be made durable any more, if so. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Resolves when the sync under way is over; nothing if none is. */
  get current(): Promise<void> | undefined {
    return this.#current;
  }

  /** Whether a sync may run on this thread: it is short, and no other one is under way. */
  get quick(): boolean {
    return this.#next.length === 0 && this.#running === undefined &&
      this.#syncMs < slowSyncMs;
  }

  /** Whether a sync on this thread costs less than to have it done elsewhere, whoever waits meanwhile. */
  get instant(): boolean {
    return this.#syncMs < this.#options.instantSyncMs && this.quick;
  }

  /**
   * Takes note of a commit that is in the log.
   *
   * @param told Is told once it is durable.
   * @param transactions How many took part.
   */
  committed(told: Told, transactions = 1): void {
    if (this.#failure !== undefined) return told(this.#failure);
    this.#next.push(told);
    this.#transactions += transactions;
    this.#consider();
  }

  /**
   * As {@linkcode LogSync.committed}, but at once and on this thread, which is quicker where nobody else
   * wants anything or the disk is very quick; only while it is {@linkcode LogSync.quick}.
   *
   * @param told Is told before this returns.
   */
  committedNow(told: Told): void {
    const { file, clock } = this.#options;
    if (this.#failure === undefined) {
      const started = clock.monotonic();
      try {
        file.syncNow();
        this.#synced(started);
      } catch {
        this.#fail();
      }
    }
    told(this.#failure);
  }

  /**
   * Waits for the commits so far, without one of its own.
   *
   * @param told Is told once they are durable, perhaps at once.
   */
  after(told: Told): void {
    if (this.#next.length > 0) this.#next.push(told);
    else if (this.#current !== undefined) this.#present.push(told);
    else told(this.#failure);
  }

  /** Resolves when everybody was told. */
  async drain(): Promise<void> {
    while (this.#next.length > 0 || this.#running !== undefined) {
      this.#start();
      await this.#running;
    }
  }

  /** Closes the log; nothing may be committed any more. */
  close(): void {
    clearTimeout(this.#timer);
    this.#options.file.close();
  }

  /** Syncs at once, or in a moment when more are about to commit than have. */
  #consider(): void {
    if (this.#running !== undefined || this.#next.length === 0) return;
    if (this.#options.following() <= this.#transactions) this.#start();
    else this.#timer ??= setTimeout(this.#lostPatience, patienceMs);
  }

  /** The timer is left to run, which is cheaper than one for each commit; some syncs begin early. */
  readonly #lostPatience = (): void => {
    this.#timer = undefined;
    if (this.#next.length > 0) this.#start();
  };

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const present = this.#present = this.#next;
    this.#next = [];
    this.#transactions = 0;
    await (this.#current = this.#sync());
    this.#current = this.#running = undefined;
    for (const told of present) told(this.#failure);
    this.#consider();
  }

  async #sync(): Promise<void> {
    if (this.#failure !== undefined) return;
    const { file, clock } = this.#options;
    const started = clock.monotonic();
    try {
      await file.sync();
      this.#synced(started);
    } catch {
      this.#fail();
    }
  }

  #synced(started: number): void {
    const { clock, counters } = this.#options;
    counters.syncs++;
    this.#syncMs += (clock.monotonic() - started - this.#syncMs) / 8;
  }

  #fail(): void {
    if (this.#failure !== undefined) return;
    this.#failure = storageFailed();
    this.#options.broken();
  }
}
