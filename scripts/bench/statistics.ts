/**
 * The few statistics that the benchmark needs.
 *
 * @module
 */

/** A middle and how far single values lie from it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * @param values At least one value, in any order.
 * @returns Median, least and greatest.
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half];
  if (upper === undefined) throw new RangeError("Cannot summarise no values");
  const lower = sorted.length % 2 === 0 ? sorted[half - 1] ?? upper : upper;
  return {
    median: (lower + upper) / 2,
    min: sorted[0] ?? upper,
    max: sorted.at(-1) ?? upper,
  };
}

/**
 * @param values At least one value, in any order.
 * @param part For example 0.99.
 * @returns The least value that so large a part of all values does not exceed (nearest rank).
 */
export function percentile(values: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(values).sort();
  const rank = Math.ceil(part * sorted.length);
  const value = sorted[Math.max(0, rank - 1)];
  if (value === undefined) throw new RangeError("Cannot rank no values");
  return value;
}
