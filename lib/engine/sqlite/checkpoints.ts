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

/**
 * Pages committed between two checkpoints while there is much to do. Once all of the log is carried
 * over SQLite writes it from its beginning again, and syncing a file that does not grow is quicker.
 */
const everyPages = 4000;
/** A checkpoint follows so soon after a commit at the latest. */
const idleMs = 1000;
/** A log that has grown beyond this, because of a long read, is cut. */
const largestLogBytes = 64 * 1024 * 1024;

/** See the top of the file. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #pageSize: number;
  /** Pages written since the last checkpoint began. */
  #pages = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  /** How to end the checkpoint that ran beside commits and could not carry over the last ones. */
  #finish: number | undefined;
  #broken: (() => void) | undefined;
  #emptied = false;

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
  onBroken(broken: () => void): void {
    this.#broken = broken;
  }

  /** Whether the next commit begins the log anew, for which SQLite waits for the disk. */
  get emptied(): boolean {
    return this.#emptied;
  }

  /**
   * Takes note of a commit; called while no transaction is open.
   *
   * @param pages Pages it wrote.
   * @returns What the next transaction must wait for, if anything.
   */
  committed(pages: number): Promise<void> | undefined {
    this.#pages += pages;
    if (pages > 0) this.#emptied = false;
    if (this.#running !== undefined) return undefined;
    if (this.#finish !== undefined) return this.#start(this.#finish);
    if (this.#pages >= everyPages) this.#start(passive);
    else this.#startLater();
    return undefined;
  }

  /** Empties the log and closes the connection; nothing may be committed any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    await this.#start(truncate);
    await this.#options.database.close();
  }

  #startLater(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pages > 0 && this.#running === undefined) {
        this.#start(passive);
      }
    }, idleMs);
    this.#timer.unref();
  }

  #start(mode: number): Promise<void> {
    return this.#running = this.#run(mode)
      .finally(() => this.#running = undefined);
  }

  async #run(mode: number): Promise<void> {
    const { database, log, counters, durable } = this.#options;
    const finishing = this.#finish !== undefined;
    this.#pages = 0;
    this.#finish = undefined;
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
      this.#emptied = durable && this.#pages === 0 && inLog[0] === carried[0];
      if (finishing) return;
      const tooLarge = (inLog[0] ?? 0) * this.#pageSize > largestLogBytes;
      if (tooLarge) this.#finish = truncate;
      else if (this.#pages > 0) this.#finish = passive;
      return;
    }
    // Busy: a long read still needs the old pages; the next checkpoint will do it.
    if ((code & 0xff) === resultCode.busy) return;
    log.error("checkpoint_failed", { sqlite: code });
    if (isSyncFailure(database.error(code))) this.#broken?.();
  }
}
