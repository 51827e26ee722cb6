/**
 * Carries what was committed from the write-ahead log into the database file, off the thread and on
 * a connection of its own, so that neither reads nor commits wait for it.
 *
 * @module
 */

import type { Log } from "../../base/log.ts";
import type { Database } from "../../sqlite/database.ts";
import { resultCode } from "../../sqlite/error.ts";
import type { Counters } from "./counters.ts";
import { isSyncFailure } from "./errors.ts";

/** What {@linkcode Checkpoints} is made of. */
export interface CheckpointsOptions {
  /** A connection that can write and that nobody else uses. */
  readonly database: Database;
  /** Receives failures. */
  readonly log: Log;
  /** Counts syncs. */
  readonly counters: Counters;
  /** Whether checkpoints call fsync. */
  readonly durable: boolean;
}

// https://sqlite.org/c3ref/c_checkpoint_full.html
const passive = 0;
const truncate = 3;

/** Commits between two checkpoints while there is much to do. */
const everyCommits = 1000;
/** A checkpoint follows so soon after a commit at the latest. */
const idleMs = 1000;
/** A log larger than this is emptied even though commits must wait for that. */
const largestLogBytes = 64 * 1024 * 1024;

/** See the top of the file. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #pageSize: number;
  #commits = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #truncateNext = false;
  #broken: ((error: unknown) => void) | undefined;

  /**
   * @param options Its parts.
   */
  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#pageSize = Number(options.database.run("PRAGMA page_size")[0]?.[0]);
  }

  /**
   * @param broken Called when a checkpoint could not be synced.
   */
  onBroken(broken: (error: unknown) => void): void {
    this.#broken = broken;
  }

  /**
   * Takes note of a commit; called while no transaction is open.
   *
   * @returns What the next transaction must wait for, if anything.
   */
  committed(): Promise<void> | undefined {
    this.#commits++;
    if (this.#truncateNext) {
      this.#truncateNext = false;
      return this.#start(truncate);
    }
    if (this.#commits >= everyCommits) {
      if (this.#running === undefined) this.#start(passive);
    } else {
      this.#startLater();
    }
    return undefined;
  }

  /** Empties the log and closes the connection; nothing may be committed any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    await this.#run(truncate);
    await this.#options.database.close();
  }

  #startLater(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#commits > 0 && this.#running === undefined) {
        this.#start(passive);
      }
    }, idleMs);
    this.#timer.unref();
  }

  async #start(mode: number): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    this.#running = this.#run(mode).finally(() => this.#running = undefined);
    await this.#running;
  }

  async #run(mode: number): Promise<void> {
    const { database, log, counters, durable } = this.#options;
    this.#commits = 0;
    const inLog = new Int32Array(new ArrayBuffer(4));
    const carried = new Int32Array(new ArrayBuffer(4));
    const code = await database.symbols.sqlite3_wal_checkpoint_v2OffThread(
      database.handle,
      null,
      mode,
      inLog,
      carried,
    );
    // The log first, then the file.
    if (durable) counters.syncs += 2;
    if (code === resultCode.ok) {
      const bytes = (inLog[0] ?? 0) * this.#pageSize;
      this.#truncateNext = bytes > largestLogBytes;
      return;
    }
    // Busy: a long read still needs the old pages; the next checkpoint will do it.
    if ((code & 0xff) === resultCode.busy) return;
    const error = database.error(code);
    log.error("checkpoint", { sqlite: code });
    if (isSyncFailure(error)) this.#broken?.(error);
  }
}
