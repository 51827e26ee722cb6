/**
 * Aggregates of numbers, intervals and whatever has an order (manual, 9.21).
 *
 * SQLite's own do what they do exactly: counting, extremes, sums of small integers. Its sum of floats is
 * compensated, which PostgreSQL's is not, so that one is in JavaScript too.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { addDecimals, divideTo, divisionScale } from "../numeric/arithmetic.ts";
import {
  checked,
  type Decimal,
  isSpecial,
  type Numeric,
  numericOf,
  printNumeric,
  round,
  type Special,
  zero,
} from "../numeric/decimal.ts";
import { rootTo } from "../numeric/transcendental.ts";
import {
  negateInterval,
  scaleInterval,
} from "../types/date_time/arithmetic.ts";
import {
  type Interval,
  intervalDatum,
  intervalOf,
} from "../types/date_time/interval.ts";
import { floatDatum, floatOf } from "../types/float.ts";
import { integerDatum } from "../types/binary.ts";
import {
  aggregate,
  type AggregateCall,
  type Definition,
  fn,
} from "./define.ts";
import { floatOverflow } from "./float.ts";
import { addIntervals } from "./interval.ts";

const decimalOf = (count: number): Decimal => ({
  digits: BigInt(count),
  scale: 0,
});

/** Sums of a numeric aggregate. */
interface Sums {
  count: number;
  /** At the largest scale so far. */
  sum: Decimal;
  squares: Decimal;
  /** How many numbers had each scale; the result has the largest one that is left. */
  scales: number[];
  nan: number;
  plus: number;
  minus: number;
}

const newSums = (): Sums => ({
  count: 0,
  sum: zero,
  squares: zero,
  scales: [],
  nan: 0,
  plus: 0,
  minus: 0,
});

function numberOf(value: Datum): Numeric {
  return typeof value === "string"
    ? numericOf(value)
    : { digits: BigInt(value as number), scale: 0 };
}

function take(sums: Sums, value: Datum, sign: 1 | -1, squares: boolean): Sums {
  if (value === null) return sums;
  sums.count += sign;
  const number = numberOf(value);
  if (isSpecial(number)) {
    if (number === "NaN") sums.nan += sign;
    else if (number === "Infinity") sums.plus += sign;
    else sums.minus += sign;
    return sums;
  }
  const { digits, scale } = number;
  sums.scales[scale] = (sums.scales[scale] ?? 0) + sign;
  sums.sum = addDecimals(sums.sum, {
    digits: sign > 0 ? digits : -digits,
    scale,
  });
  if (squares) {
    const square = digits * digits;
    sums.squares = addDecimals(sums.squares, {
      digits: sign > 0 ? square : -square,
      scale: scale * 2,
    });
  }
  return sums;
}

/** What the special values among the numbers add up to. */
function specialSum({ nan, plus, minus }: Sums): Special | undefined {
  if (nan > 0 || (plus > 0 && minus > 0)) return "NaN";
  return plus > 0 ? "Infinity" : minus > 0 ? "-Infinity" : undefined;
}

/** The sum with the scale of the numbers that are left in the frame. */
function finiteSum({ sum, scales }: Sums): Decimal {
  let scale = scales.length - 1;
  while (scale > 0 && !scales[scale]) scale--;
  return round(sum, Math.max(scale, 0));
}

function quotient(sum: Decimal, count: number): string {
  const by = decimalOf(count);
  return printNumeric(checked(divideTo(sum, by, divisionScale(sum, by))));
}

function numericAggregate(
  squares: boolean,
  final: (sums: Sums) => Datum,
): AggregateCall<Sums> {
  return {
    init: newSums,
    step: (sums, [value]) => take(sums, value as Datum, 1, squares),
    inverse: (sums, [value]) => take(sums, value as Datum, -1, squares),
    final,
  };
}

const numericSum = numericAggregate(false, (sums) => {
  if (sums.count === 0) return null;
  return specialSum(sums) ?? printNumeric(checked(finiteSum(sums)));
});

const numericAverage = numericAggregate(false, (sums) => {
  if (sums.count === 0) return null;
  return specialSum(sums) ?? quotient(finiteSum(sums), sums.count);
});

/** Variance or standard deviation of exact numbers. */
function numericSpread(sample: boolean, root: boolean): AggregateCall<Sums> {
  return numericAggregate(true, (sums) => {
    const { count } = sums;
    if (count < (sample ? 2 : 1)) return null;
    if (specialSum(sums) !== undefined) return "NaN";
    const sum = finiteSum(sums);
    const scale = sum.scale * 2;
    const squares = round(sums.squares, scale);
    const numerator: Decimal = {
      digits: squares.digits * BigInt(count) - sum.digits * sum.digits,
      scale,
    };
    if (numerator.digits <= 0n) return "0";
    const denominator: Decimal = {
      digits: BigInt(count) * BigInt(sample ? count - 1 : count),
      scale: 0,
    };
    const places = divisionScale(numerator, denominator);
    const variance = divideTo(numerator, denominator, places);
    return printNumeric(root ? rootTo(variance, places) : variance);
  });
}

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

const floatAverage = floatAggregate(({ count, sum }) =>
  count === 0 ? null : sum / count
);

function floatSpread(sample: boolean, root: boolean) {
  return floatAggregate(({ count, spread }) => {
    if (count < (sample ? 2 : 1)) return null;
    const variance = spread / (sample ? count - 1 : count);
    return root ? Math.sqrt(variance) : variance;
  });
}

/** Plain sum of floats, in the order of the rows. */
function floatSum(single: boolean): AggregateCall<{ sum: number | null }> {
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
  regr_sxx: some(({ xx }) => xx),
  regr_syy: some(({ yy }) => yy),
  regr_sxy: some(({ xy }) => xy),
  regr_avgx: some(({ x, count }) => x / count),
  regr_avgy: some(({ y, count }) => y / count),
  covar_pop: some(({ xy, count }) => xy / count),
  covar_samp: regression(({ xy, count }) =>
    count < 2 ? null : xy / (count - 1)
  ),
  corr: some(({ xx, yy, xy }) =>
    xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy)
  ),
  regr_r2: some(({ xx, yy, xy }) =>
    xx === 0 ? null : yy === 0 ? 1 : xy * xy / (xx * yy)
  ),
  regr_slope: some(({ xx, xy }) => xx === 0 ? null : xy / xx),
  regr_intercept: some(({ x, y, xx, xy, count }) =>
    xx === 0 ? null : (y - x * xy / xx) / count
  ),
};

/** Sum of intervals, and how many. */
interface IntervalSum {
  sum: Interval;
  count: number;
}

function intervalAggregate(
  final: (state: IntervalSum) => Interval,
): AggregateCall<IntervalSum> {
  const shift = (
    state: IntervalSum,
    datum: Datum | undefined,
    sign: 1 | -1,
  ) => {
    if (datum === null || datum === undefined) return state;
    const value = intervalOf(datum as string);
    state.sum = addIntervals(
      state.sum,
      sign > 0 ? value : negateInterval(value),
    );
    state.count += sign;
    return state;
  };
  return {
    init: () => ({ sum: { months: 0, days: 0, micros: 0n }, count: 0 }),
    step: (state, [value]) => shift(state, value, 1),
    inverse: (state, [value]) => shift(state, value, -1),
    final: (state) => state.count === 0 ? null : intervalDatum(final(state)),
  };
}

function bits(
  how: (a: bigint, b: bigint) => bigint,
): AggregateCall<{ value: bigint | null }> {
  return {
    init: () => ({ value: null }),
    step(state, [datum]) {
      if (datum === null) return state;
      const value = BigInt(datum as number);
      state.value = state.value === null ? value : how(state.value, value);
      return state;
    },
    final: ({ value }) => value === null ? null : integerDatum(value),
  };
}

/** Types with `min` and `max`. */
const ordered = [
  "int2",
  "int4",
  "int8",
  "oid",
  "float4",
  "float8",
  "numeric",
  "date",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
  "interval",
  "text",
  "bpchar",
  "pg_lsn",
  "tid",
  "xid8",
  "anyarray",
  "anyenum",
];

/** Every name of a variance or deviation: sample or not, root or not. */
const spreads: readonly (readonly [string, boolean, boolean])[] = [
  ["var_pop", false, false],
  ["var_samp", true, false],
  ["variance", true, false],
  ["stddev_pop", false, true],
  ["stddev_samp", true, true],
  ["stddev", true, true],
];

const distinctly = (distinct: boolean) => distinct ? "DISTINCT " : "";

/** See the top of the file. */
export const numberAggregates: readonly Definition[] = [
  aggregate("count() int8", { sql: () => "count(*)" }),
  aggregate("count(any) int8", {
    sql: ([a], distinct) => `count(${distinctly(distinct)}${a})`,
  }),
  ...ordered.flatMap((type) =>
    ["min", "max"].map((name) =>
      aggregate(`${name}(${type}) ${type}`, { sql: ([a]) => `${name}(${a})` })
    )
  ),
  ...["int2", "int4"].flatMap((type) => [
    aggregate(`sum(${type}) int8`, {
      sql: ([a], distinct) => `sum(${distinctly(distinct)}${a})`,
    }),
    aggregate(`avg(${type}) numeric`, {
      // In brackets, because what stands in double quotes is taken for an aggregate.
      sql: ([a], distinct) =>
        `[int8_avg_of(int8, int8)](sum(${distinctly(distinct)}${a}), count(${
          distinctly(distinct)
        }${a}))`,
    }),
  ]),
  fn("int8_avg_of(int8, int8) numeric", {
    call: ([sum, count]) =>
      quotient({ digits: BigInt(sum as number), scale: 0 }, Number(count)),
  }),
  ...["int8", "numeric"].flatMap((type) => [
    aggregate(`sum(${type}) numeric`, { call: numericSum }),
    aggregate(`avg(${type}) numeric`, { call: numericAverage }),
  ]),
  aggregate("sum(float8) float8", { call: floatSum(false) }),
  aggregate("sum(float4) float4", { call: floatSum(true) }),
  aggregate("avg(float8) float8", { call: floatAverage }),
  aggregate("avg(float4) float8", { call: floatAverage }),
  aggregate("sum(interval) interval", {
    call: intervalAggregate(({ sum }) => sum),
  }),
  aggregate("avg(interval) interval", {
    call: intervalAggregate(({ sum, count }) =>
      scaleInterval(sum, (part) => part / count)
    ),
  }),
  ...spreads.flatMap(([name, sample, root]) => [
    ...["int2", "int4", "int8", "numeric"].map((type) =>
      aggregate(`${name}(${type}) numeric`, {
        call: numericSpread(sample, root),
      })
    ),
    ...["float4", "float8"].map((type) =>
      aggregate(`${name}(${type}) float8`, { call: floatSpread(sample, root) })
    ),
  ]),
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
  ...["int2", "int4", "int8"].flatMap((type) => [
    aggregate(`bit_and(${type}) ${type}`, { call: bits((a, b) => a & b) }),
    aggregate(`bit_or(${type}) ${type}`, { call: bits((a, b) => a | b) }),
    aggregate(`bit_xor(${type}) ${type}`, { call: bits((a, b) => a ^ b) }),
  ]),
];
