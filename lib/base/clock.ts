/**
 * The time, passed in so that tests need not wait.
 *
 * @module
 */

/** Tells the time. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; may jump when the machine's clock is set. */
  now(): number;
  /** Milliseconds since some fixed moment; never jumps, for measuring lengths of time. */
  monotonic(): number;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};

/**
 * Writes a moment the way every table keeps it: RFC 3339, UTC, milliseconds, fixed width, so that
 * comparing two such texts compares the moments.
 *
 * @param ms Milliseconds since 1970.
 * @returns For example `2026-04-26T10:00:00.000Z`.
 */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
