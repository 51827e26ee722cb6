/**
 * Lets the rest of the program have its turn while many quick statements run one after another:
 * what follows an answered promise would otherwise keep the event loop from everybody else.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Clock } from "../../base/clock.ts";

/** Asking for the time costs a tenth of a microsecond, so it is done now and then. */
const looks = 32;

/** @returns A promise that resolves once everybody who is ready has had a turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Counts statements and time since the last pause. */
export class Pace {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #count = 0;
  #start: number | undefined;

  /**
   * @param clock Source of the time.
   * @param sliceMs How long statements may follow each other without a pause.
   */
  constructor(clock: Clock, sliceMs: number) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
  }

  /**
   * Hands on the result of a statement, after a pause if one is due.
   *
   * @param result The result.
   * @returns The same, or a promise of it.
   */
  afterEach<T>(result: T): T | Promise<T> {
    if (++this.#count % looks !== 0) return result;
    const now = this.#clock.monotonic();
    this.#start ??= now;
    if (now - this.#start < this.#sliceMs) return result;
    this.#start = undefined;
    return nextTurn().then(() => result);
  }
}
