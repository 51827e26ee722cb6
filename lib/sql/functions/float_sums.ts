/**
 * Sums, averages and deviations of floats, reckoned as PostgreSQL reckons them.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { floatDatum, floatOf } from "../types/float.ts";
import { type AggregateCall } from "./define.ts";
import { floatOverflow } from "./float.ts";

/** Sums of a float aggregate: number, sum, sum of squared differences (Youngs and Cramer). */
interface FloatSums {
  count: number;
  sum: number;
  spread: number;
}

function takeFloat(sums: FloatSums, datum: Datum): FloatSums {
  if (datum === null) return sums;
  const value = floatOf(datum);
  const { count: before, sum: sumBefore } = sums;
  sums.count += 1;
  sums.sum += value;
  if (before > 0) {
    const difference = value * sums.count - sums.sum;
    sums.spread += difference * difference / (sums.count * before);
    if (!Number.isFinite(sums.sum) || !Number.isFinite(sums.spread)) {
      if (Number.isFinite(sumBefore) && Number.isFinite(value)) {
        throw floatOverflow();
      }
      sums.spread = NaN;
    }
  } else if (!Number.isFinite(value)) sums.spread = NaN;
  return sums;
}

function floatAggregate(
  final: (sums: FloatSums) => number | null,
): AggregateCall<FloatSums> {
  return {
    init: () => ({ count: 0, sum: 0, spread: 0 }),
    step: (sums, [value]) => takeFloat(sums, value as Datum),
    final: (sums) => {
      const value = final(sums);
      return value === null ? null : floatDatum(value);
    },
  };
}

/** `avg` of floats. */
export const floatAverage = floatAggregate(({ count, sum }) =>
  count === 0 ? null : sum / count
);

/**
 * @param sample Whether of a sample.
 * @param root Whether the deviation, not the variance.
 * @returns Variance or standard deviation of floats.
 */
export function floatSpread(
  sample: boolean,
  root: boolean,
): AggregateCall<FloatSums> {
  return floatAggregate(({ count, spread }) => {
    if (count < (sample ? 2 : 1)) return null;
    const variance = spread / (sample ? count - 1 : count);
    return root ? Math.sqrt(variance) : variance;
  });
}

/** Plain sum of floats, in the order of the rows. */
export function floatSum(
  single: boolean,
): AggregateCall<{ sum: number | null }> {
  return {
    init: () => ({ sum: null }),
    step(state, [datum]) {
      if (datum === null) return state;
      const value = floatOf(datum);
      const before = state.sum;
      if (before === null) {
        state.sum = value;
        return state;
      }
      const sum = single ? Math.fround(before + value) : before + value;
      if (
        !Number.isFinite(sum) && Number.isFinite(before) &&
        Number.isFinite(value)
      ) throw floatOverflow();
      state.sum = sum;
      return state;
    },
    final: ({ sum }) => sum === null ? null : floatDatum(sum),
  };
}
