/**
 * Aggregates of pairs of floats: correlation, covariance, linear regression (manual, table 9.60).
 *
 * @module
 */

import { floatDatum, floatOf } from "../types/float.ts";
import { aggregate, type AggregateCall, type Definition } from "./define.ts";

/** Sums of the regression aggregates. */
interface Regression {
  count: number;
  x: number;
  xx: number;
  y: number;
  yy: number;
  xy: number;
}

function regression(
  final: (sums: Regression) => number | null,
): AggregateCall<Regression> {
  return {
    init: () => ({ count: 0, x: 0, xx: 0, y: 0, yy: 0, xy: 0 }),
    step(sums, [second, first]) {
      if (second === null || first === null) return sums;
      const [x, y] = [floatOf(first), floatOf(second)];
      const before = sums.count;
      sums.count += 1;
      sums.x += x;
      sums.y += y;
      if (before === 0) {
        if (!Number.isFinite(x)) sums.xx = sums.xy = NaN;
        if (!Number.isFinite(y)) sums.yy = sums.xy = NaN;
        return sums;
      }
      const dx = x * sums.count - sums.x;
      const dy = y * sums.count - sums.y;
      const scale = 1 / (sums.count * before);
      sums.xx += dx * dx * scale;
      sums.yy += dy * dy * scale;
      sums.xy += dx * dy * scale;
      return sums;
    },
    final(sums) {
      const value = final(sums);
      return value === null ? null : floatDatum(value);
    },
  };
}

const some = (how: (sums: Regression) => number | null) =>
  regression((sums) => sums.count < 1 ? null : how(sums));

const regressions: Readonly<Record<string, AggregateCall<Regression>>> = {
  "regr_sxx": some(({ xx }) => xx),
  "regr_syy": some(({ yy }) => yy),
  "regr_sxy": some(({ xy }) => xy),
  "regr_avgx": some(({ x, count }) => x / count),
  "regr_avgy": some(({ y, count }) => y / count),
  "covar_pop": some(({ xy, count }) => xy / count),
  "covar_samp": regression(({ xy, count }) =>
    count < 2 ? null : xy / (count - 1)
  ),
  corr: some(({ xx, yy, xy }) =>
    xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
  ),
  "regr_r2": some(({ xx, yy, xy }) =>
    xx === 0 ? null : yy === 0 ? 1 : xy * xy / (xx * yy)
  ),
  "regr_slope": some(({ xx, xy }) => xx === 0 ? null : xy / xx),
  "regr_intercept": some(({ x, y, xx, xy, count }) =>
    xx === 0 ? null : (y - x * xy / xx) / count
  ),
};

/** `corr`, `covar_…`, `regr_…`. */
export const regressionAggregates: readonly Definition[] = [
  ...Object.entries(regressions).map(([name, call]) =>
    aggregate(`${name}(float8, float8) float8`, { call })
  ),
  aggregate("regr_count(float8, float8) int8", {
    call: {
      init: () => ({ count: 0 }),
      step(state: { count: number }, [y, x]) {
        if (y !== null && x !== null) state.count += 1;
        return state;
      },
      final: ({ count }) => count,
    },
  }),
];
