/**
 * A few threads for long reads, started when the first long read comes and ended when none came for
 * a while.
 *
 * @module
 */

import { setTimeout } from "node:timers";
import type { Database } from "../../sqlite/database.ts";
import type { Limits } from "../../sqlite/interruption.ts";
import { Pool } from "./connection_pool.ts";
import { ReadThread, type ThreadRead } from "./read_thread.ts";

/** Settings of {@linkcode ReadThreads}. */
export interface ReadThreadsOptions {
  /** File of the SQLite library. */
  readonly library: string;
  /** Module with the functions, if not those that are built in. */
  readonly functions: string | undefined;
  /** Opens a connection without functions. */
  readonly open: () => Database;
  /** Whether a connection cannot be opened later. */
  readonly openNow: boolean;
  /** Threads at most. */
  readonly threads: number;
  /** Who may wait for one. */
  readonly maxWaiting: number;
  /** How long one stays without a read. */
  readonly idleMs: number;
  /** Makes the error of one whose limit was reached while it waited. */
  readonly stopped: (reason: "cancelled" | "timeout") => Error;
}

/** See the top of the file. */
export class ReadThreads {
  readonly #options: ReadThreadsOptions;
  readonly #pool: Pool<ReadThread>;
  /** Connections that no thread has. */
  readonly #spare: Database[] = [];
  readonly #idle = new Map<ReadThread, ReturnType<typeof setTimeout>>();
  readonly #ending = new Set<Promise<void>>();

  /**
   * @param options Settings.
   */
  constructor(options: ReadThreadsOptions) {
    this.#options = options;
    const { library, functions, open, threads, maxWaiting, stopped } = options;
    this.#pool = new Pool({
      open: () =>
        new ReadThread({
          library,
          functions,
          database: this.#spare.pop() ?? open(),
        }),
      connections: threads,
      maxWaiting,
      stopped,
    });
    if (!options.openNow) return;
    for (let i = 0; i < threads; i++) this.#spare.push(open());
  }

  /** Threads that there are. */
  get size(): number {
    return this.#pool.all.length;
  }

  /**
   * Runs a read on the next free thread.
   *
   * @param read The plan, its values and session.
   * @param limits What is left of its limits.
   * @param begin Called when there is a thread; may throw.
   * @returns Rows given.
   * @throws {SqlError} When it fails or was stopped.
   */
  async run(
    read: Omit<ThreadRead, "limits">,
    limits: () => Limits,
    begin: () => void,
  ): Promise<number> {
    const thread = await this.#pool.take(limits());
    clearTimeout(this.#idle.get(thread));
    this.#idle.delete(thread);
    try {
      begin();
      return await thread.run({ ...read, limits: limits() });
    } finally {
      if (thread.broken) {
        this.#pool.discard(thread);
        this.#end(thread);
      } else {
        this.#pool.giveBack(thread);
        this.#endLater(thread);
      }
    }
  }

  /** Ends every thread; none may be reading. */
  async close(): Promise<void> {
    for (const timer of this.#idle.values()) clearTimeout(timer);
    for (const thread of [...this.#pool.all]) {
      this.#pool.remove(thread);
      this.#end(thread);
    }
    while (this.#ending.size > 0) await Promise.all(this.#ending);
    await Promise.all(this.#spare.map((database) => database.close()));
  }

  #endLater(thread: ReadThread): void {
    const timer = setTimeout(() => {
      this.#idle.delete(thread);
      if (this.#pool.remove(thread)) this.#end(thread);
    }, this.#options.idleMs);
    timer.unref();
    clearTimeout(this.#idle.get(thread));
    this.#idle.set(thread, timer);
  }

  #end(thread: ReadThread): void {
    const ending = (async () => {
      const { broken } = thread;
      await thread.close();
      // What a thread that died has left in its connection nobody knows.
      if (this.#options.openNow && !broken) this.#spare.push(thread.database);
      else if (!broken) await thread.database.close();
    })().finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }
}
