/**
 * Aggregates of numbers, intervals and whatever has an order (manual, 9.21).
 *
 * SQLite's own do what they do exactly: counting, extremes, sums of small integers. Its sum of floats is
 * compensated, which PostgreSQL's is not, so that one is in JavaScript too.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { integerDatum } from "../types/binary.ts";
import {
  negateInterval,
  scaleInterval,
} from "../types/date_time/arithmetic.ts";
import {
  type Interval,
  intervalDatum,
  intervalOf,
} from "../types/date_time/interval.ts";
import {
  aggregate,
  type AggregateCall,
  type Definition,
  fn,
} from "./define.ts";
import { floatAverage, floatSpread, floatSum } from "./float_sums.ts";
import { addIntervals } from "./interval.ts";
import {
  numericAverage,
  numericSpread,
  numericSum,
  quotient,
} from "./numeric_sums.ts";

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
  ...["int2", "int4", "int8"].flatMap((type) => [
    aggregate(`bit_and(${type}) ${type}`, { call: bits((a, b) => a & b) }),
    aggregate(`bit_or(${type}) ${type}`, { call: bits((a, b) => a | b) }),
    aggregate(`bit_xor(${type}) ${type}`, { call: bits((a, b) => a ^ b) }),
  ]),
];
