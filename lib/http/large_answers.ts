/**
 * Memory that large answers take while they are written, all connections together.
 *
 * An answer stays in memory until its client has read it, and a client may read as slowly as it likes.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";

/** Answers up to this many characters are not counted: there are no more of them than connections. */
export const smallAnswer: number = 256 * 1024;

/** See the top of the file. */
export class LargeAnswers {
  readonly #most: number;
  #left: number;

  /**
   * @param most Characters at most; one answer alone may be longer.
   */
  constructor(most: number) {
    this.#most = most;
    this.#left = most;
  }

  /**
   * Writes an answer if there is room for it.
   *
   * @param size Its characters.
   * @param write Writes it.
   * @returns Whether it was written; if not, nothing was.
   */
  async within(size: number, write: () => Promise<void>): Promise<boolean> {
    const share = Math.min(size, this.#most);
    if (share > this.#left) return false;
    this.#left -= share;
    try {
      await write();
    } finally {
      this.#left += share;
    }
    return true;
  }
}

/** @returns What is answered instead of one for which there is no room. */
export function tooManyLarge(): Problem {
  return new Problem(
    "server_busy",
    "Cannot send the answer: too many large ones wait to be read, try again later",
    { retryAfter: 1 },
  );
}
