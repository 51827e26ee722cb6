/**
 * Counts events in a sliding window, in bounded memory.
 *
 * Two neighbouring fixed windows stand for the sliding one: the older is weighted by the part of it
 * that still counts. An entry is two numbers, however many events it saw.
 *
 * @module
 */

import { BoundedMap } from "./bounded_map.ts";
import type { Clock } from "./clock.ts";

/** Settings of {@linkcode RateLimit}. */
export interface RateLimitOptions {
  /** Events allowed within one window. */
  limit: number;
  /** Length of the window in milliseconds. */
  windowMs: number;
  /** Source of the time. */
  clock: Clock;
  /**
   * Keys remembered at once; past it the one not seen for longest is forgotten.
   *
   * @default {50000}
   */
  capacity?: number;
}

interface Window {
  /** Number of the fixed window that `current` counts. */
  index: number;
  current: number;
  previous: number;
}

/** Keeps a wait that was rounded up to seconds from missing its end by the last bit of a fraction. */
const rounding = 1e-9;

/** Sliding-window limiter, one counter per key. */
export class RateLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #windows: BoundedMap<string, Window>;

  /**
   * @param options Limit, window, clock and capacity.
   */
  constructor({ limit, windowMs, clock, capacity = 50_000 }: RateLimitOptions) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(
        `Cannot create RateLimit as limit must be an integer >= 1: received ${limit}`,
      );
    }
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
    this.#windows = new BoundedMap(capacity);
  }

  /**
   * Records an event and tells whether it was within the limit. A refused event is not recorded, so
   * that insisting does not prolong the wait.
   *
   * @param key What is counted, for example `sign-in:203.0.113.7`.
   * @returns 0 when allowed, otherwise whole seconds (at least 1) until it makes sense to try again.
   */
  take(key: string): number {
    const window = this.#window(key);
    const wait = this.#wait(window);
    if (wait > 0) return wait;
    window.current += 1;
    return 0;
  }

  /**
   * Tells what {@linkcode RateLimit.take} would answer, and records nothing.
   *
   * @param key What is counted.
   * @returns 0 when an event would be allowed, otherwise whole seconds.
   */
  wait(key: string): number {
    const window = this.#windows.peek(key);
    return window === undefined ? 0 : this.#wait(this.#current(window));
  }

  /**
   * Takes back an event that turned out not to count, for example the sign-in that succeeded.
   *
   * @param key The key that was given to {@linkcode RateLimit.take}.
   */
  giveBack(key: string): void {
    const window = this.#window(key);
    if (window.current > 0) window.current -= 1;
    else if (window.previous > 0) window.previous -= 1;
  }

  #window(key: string): Window {
    const known = this.#windows.get(key);
    if (known !== undefined) return this.#current(known);
    const window = { index: this.#index(), current: 0, previous: 0 };
    this.#windows.set(key, window);
    return window;
  }

  /** Moves a window on to the present time. */
  #current(window: Window): Window {
    const index = this.#index();
    if (window.index !== index) {
      window.previous = window.index === index - 1 ? window.current : 0;
      window.current = 0;
      window.index = index;
    }
    return window;
  }

  #index(): number {
    return Math.floor(this.#clock.monotonic() / this.#windowMs);
  }

  #wait({ current, previous }: Window): number {
    const elapsed = (this.#clock.monotonic() % this.#windowMs) / this.#windowMs;
    // What the previous window may still weigh if one more event is to fit.
    const room = this.#limit - 1 - current;
    const weight = previous * (1 - elapsed);
    if (weight <= room + rounding) return 0;
    // Within this window only that weight falls; if that is not enough, wait for the next window,
    // where today's events weigh as the previous ones do now.
    const windows = room >= 0
      ? 1 - room / previous - elapsed
      : 1 - elapsed + Math.max(0, 1 - (this.#limit - 1) / current);
    return Math.max(1, Math.ceil(windows * this.#windowMs / 1000));
  }
}
