/**
 * Lets connections that have much to be answered take turns, so that no other one waits for them.
 *
 * A request whose bytes are here already would otherwise be answered before the event loop looks at
 * any other connection: whoever sends thousands at once would have the server for himself.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/** For so long connections may go on before the event loop looks at the others. */
const turnMs = 4;

/** So many of those that wait go on in one turn. */
const atOnce = 8;

/** The turns of one server. */
export class Turns {
  readonly #now: () => number;
  readonly #waiting: (() => void)[] = [];
  #running = false;
  #startedAt = 0;

  /**
   * @param now A monotonic clock in milliseconds.
   */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Asks to go on.
   *
   * @returns `undefined` when the caller may go on at once, otherwise resolves when it is its turn.
   */
  next(): Promise<void> | undefined {
    if (!this.#running) {
      this.#begin();
      return undefined;
    }
    if (
      this.#waiting.length === 0 && this.#now() - this.#startedAt < turnMs
    ) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #begin(): void {
    this.#running = true;
    this.#startedAt = this.#now();
    setImmediate(() => this.#end());
  }

  #end(): void {
    this.#running = false;
    if (this.#waiting.length === 0) return;
    this.#begin();
    for (const goOn of this.#waiting.splice(0, atOnce)) goOn();
  }
}
