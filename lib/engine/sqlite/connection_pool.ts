/**
 * Connections that read, and threads that do, lent to one user at a time.
 *
 * @module
 */

import type { Limits } from "../../sqlite/interruption.ts";
import { EngineError } from "../engine.ts";
import type { Connection } from "./connection.ts";

/** Connections lent to one user at a time. */
export type ConnectionPool = Pool<Connection>;

/**
 * @param pool Connections, none of them lent.
 */
export async function closeConnections(pool: ConnectionPool): Promise<void> {
  await Promise.all(pool.all.map(({ database }) => database.close()));
}

/** Settings of {@linkcode Pool}. */
export interface PoolOptions<T> {
  /** Opens a connection. */
  readonly open: () => T;
  /** Connections at most. */
  readonly connections: number;
  /** Who may wait for one. */
  readonly maxWaiting: number;
  /** Makes the error of one whose limit was reached while it waited. */
  readonly stopped: (reason: "cancelled" | "timeout") => Error;
}

/** See the top of the file. */
export class Pool<T> {
  readonly #options: PoolOptions<T>;
  readonly #all: T[] = [];
  readonly #idle: T[] = [];
  readonly #waiting = new Set<(connection: T) => void>();

  /**
   * @param options Its settings.
   */
  constructor(options: PoolOptions<T>) {
    this.#options = options;
  }

  /** Opens every connection now, for a file that cannot be opened later. */
  openAll(): void {
    while (this.#all.length < this.#options.connections) {
      this.#idle.push(this.#add());
    }
  }

  /**
   * @param limits Until when to wait.
   * @returns A connection; give it back.
   * @throws {EngineError} 53300 when too many wait.
   */
  take(limits: Limits): Promise<T> | T {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.length < this.#options.connections) return this.#add();
    if (this.#waiting.size >= this.#options.maxWaiting) {
      throw new EngineError(
        "53300",
        "Cannot run statement: too many long reads are waiting, try again later",
      );
    }
    return this.#wait(limits);
  }

  /**
   * @param left How many must be left for others.
   * @returns A connection; nothing when one would have to wait for it.
   */
  takeFree(left: number): T | undefined {
    const free = this.#options.connections - this.#all.length +
      this.#idle.length;
    return free > left ? this.#idle.pop() ?? this.#add() : undefined;
  }

  /** Connections that it may have at most. */
  get size(): number {
    return this.#options.connections;
  }

  /**
   * @param connection What {@linkcode Pool.take} gave, with no statement open.
   */
  giveBack(connection: T): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next(connection);
      return;
    }
    this.#idle.push(connection);
  }

  /**
   * Takes one that nobody uses out of the pool.
   *
   * @param connection Which.
   * @returns Whether it was idle and is no more in the pool.
   */
  remove(connection: T): boolean {
    const at = this.#idle.indexOf(connection);
    if (at < 0) return false;
    this.#idle.splice(at, 1);
    this.#all.splice(this.#all.indexOf(connection), 1);
    return true;
  }

  /**
   * Takes one that is lent and useless out of the pool.
   *
   * @param connection Which; it is not given back.
   */
  discard(connection: T): void {
    this.#all.splice(this.#all.indexOf(connection), 1);
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next(this.#add());
      return;
    }
  }

  /** All that are open. */
  get all(): readonly T[] {
    return this.#all;
  }

  async #wait({ signal, timeoutMs }: Limits): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const stop = (reason: "cancelled" | "timeout") => {
      this.#waiting.delete(resolve);
      reject(this.#options.stopped(reason));
    };
    const onAbort = () => stop("cancelled");
    const timer = timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop("timeout"), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#waiting.add(resolve);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  #add(): T {
    const connection = this.#options.open();
    this.#all.push(connection);
    return connection;
  }
}
