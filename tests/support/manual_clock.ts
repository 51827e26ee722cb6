/**
 * A clock that stands still until a test moves it.
 *
 * @module
 */

import type { Clock } from "../../lib/base/clock.ts";

/** A {@linkcode Clock} moved by hand. */
export interface ManualClock extends Clock {
  /** Moves both times forward. */
  advance(ms: number): void;
}

/**
 * @param start Milliseconds since 1970 of the first moment.
 * @returns The clock.
 */
export function manualClock(start = Date.UTC(2026, 3, 26, 10)): ManualClock {
  let now = start;
  let monotonic = 1000;
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance(ms) {
      now += ms;
      monotonic += ms;
    },
  };
}
