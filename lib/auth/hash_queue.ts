/**
 * Lets only so many password hashes run at once, and only so many wait.
 *
 * A permit belongs to the hash, not to the request: it is free again when the hash has ended, also
 * if the client has long gone.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";

/** Settings of {@linkcode HashQueue}. */
export interface HashQueueOptions {
  /** Hashes that run at the same time: the number of cores. */
  permits: number;
  /** Hashes that may wait; one more is refused with `server_busy`. */
  capacity: number;
}

/** Numbers for `GET /metrics`. */
export interface HashQueueStats {
  readonly running: number;
  readonly waiting: number;
  readonly finished: number;
  readonly refused: number;
}

/** First in, first out, bounded. */
export class HashQueue {
  readonly #permits: number;
  readonly #capacity: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #finished = 0;
  #refused = 0;

  /**
   * @param options Permits and capacity, both at least 1.
   */
  constructor({ permits, capacity }: HashQueueOptions) {
    for (const [name, value] of Object.entries({ permits, capacity })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new RangeError(
          `Cannot create HashQueue as ${name} must be an integer >= 1: received ${value}`,
        );
      }
    }
    this.#permits = permits;
    this.#capacity = capacity;
  }

  /** Numbers since the start. */
  get stats(): HashQueueStats {
    return {
      running: this.#running,
      waiting: this.#waiting.length,
      finished: this.#finished,
      refused: this.#refused,
    };
  }

  /**
   * Runs `job` when its turn comes.
   *
   * @param job Computes one hash.
   * @param admit Called when the turn has come and before the job starts; what it throws refuses the
   * job. Throttles count here, so that a burst cannot slip in before the counter has moved.
   * @returns What `job` returned.
   * @throws {Problem} `server_busy` when too many wait.
   */
  async run<T>(job: () => Promise<T>, admit?: () => void): Promise<T> {
    if (this.#running >= this.#permits) {
      if (this.#waiting.length >= this.#capacity) {
        this.#refused += 1;
        throw new Problem(
          "server_busy",
          "Cannot check the password now: too many are being checked, try again soon",
          {
            retryAfter: 2,
          },
        );
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      admit?.();
      return await job();
    } finally {
      this.#finished += 1;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next(); // hands the permit over
    }
  }
}
