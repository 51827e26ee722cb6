/**
 * Connections that read, lent to one user at a time.
 *
 * @module
 */

import type { Limits } from "../../sqlite/interruption.ts";
import { EngineError } from "../engine.ts";
import type { Connection } from "./connection.ts";

/** Settings of {@linkcode ConnectionPool}. */
export interface ConnectionPoolOptions {
  /** Opens a connection. */
  readonly open: () => Connection;
  /** Connections at most. */
  readonly connections: number;
  /** Who may wait for one. */
  readonly maxWaiting: number;
  /** Makes the error of one whose limit was reached while it waited. */
  readonly stopped: (reason: "cancelled" | "timeout") => Error;
}

/** See the top of the file. */
export class ConnectionPool {
  readonly #options: ConnectionPoolOptions;
  readonly #all: Connection[] = [];
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<(connection: Connection) => void>();

  /**
   * @param options Its settings.
   */
  constructor(options: ConnectionPoolOptions) {
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
  take(limits: Limits): Promise<Connection> | Connection {
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
   * @param connection What {@linkcode ConnectionPool.take} gave, with no statement open.
   */
  giveBack(connection: Connection): void {
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      next(connection);
      return;
    }
    this.#idle.push(connection);
  }

  /** Closes every connection; none may be lent. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ database }) => database.close()));
  }

  async #wait({ signal, timeoutMs }: Limits): Promise<Connection> {
    const { promise, resolve, reject } = Promise.withResolvers<Connection>();
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

  #add(): Connection {
    const connection = this.#options.open();
    this.#all.push(connection);
    return connection;
  }
}
