/**
 * Ordered-set aggregates: `mode`, `percentile_cont`, `percentile_disc` (manual, table 9.61).
 *
 * Their rows come in order already; the value that was sorted is the last argument.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { compareTexts } from "../numeric/compare.ts";
import {
  type ArrayItem,
  elementDatum,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import {
  negateInterval,
  scaleInterval,
} from "../types/date_time/arithmetic.ts";
import { intervalDatum, intervalOf } from "../types/date_time/interval.ts";
import { floatDatum, floatOf } from "../types/float.ts";
import { oid } from "../types/type.ts";
import { aggregate, type AggregateCall, type Definition } from "./define.ts";
import { addIntervals } from "./interval.ts";

/** Rows so far. */
interface Rows {
  fraction: Datum;
  types: Datum;
  readonly values: Datum[];
}

function checkFraction(fraction: number): number {
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw new SqlError(
    "22003",
    `percentile value ${
      Number.isNaN(fraction) ? "nan" : fraction
    } is not between 0 and 1`,
  );
}

/** Value at a fraction of the rows, between two of them if need be. */
type Pick = (values: readonly Datum[], fraction: number) => Datum;

const discrete: Pick = (values, fraction) =>
  values[Math.max(Math.ceil(fraction * values.length), 1) - 1] as Datum;

function continuous(
  between: (low: Datum, high: Datum, part: number) => Datum,
): Pick {
  return (values, fraction) => {
    const at = fraction * (values.length - 1);
    const [first, second] = [Math.floor(at), Math.ceil(at)];
    const low = values[first] as Datum;
    return first === second
      ? low
      : between(low, values[second] as Datum, at - first);
  };
}

const betweenFloats = continuous((low, high, part) => {
  const from = floatOf(low);
  return floatDatum(from + part * (floatOf(high) - from));
});

const betweenIntervals = continuous((low, high, part) => {
  const from = intervalOf(low as string);
  const way = addIntervals(intervalOf(high as string), negateInterval(from));
  return intervalDatum(
    addIntervals(scaleInterval(way, (each) => each * part), from),
  );
});

function gather(
  final: (rows: Rows) => Datum,
  typed = false,
): AggregateCall<Rows> {
  return {
    init: () => ({ fraction: null, types: null, values: [] }),
    step(rows, args) {
      const [fraction, value, types] = args;
      rows.fraction = fraction ?? null;
      if (typed) rows.types = types ?? null;
      if (value !== null && value !== undefined) rows.values.push(value);
      return rows;
    },
    final: (rows) =>
      rows.values.length === 0 || rows.fraction === null ? null : final(rows),
  };
}

const one = (pick: Pick) =>
  gather(({ fraction, values }) =>
    pick(values, checkFraction(floatOf(fraction)))
  );

/** Type of the sorted value by the text of the arguments' types. */
function sortedType(types: Datum): number {
  return Number(String(types).split(",")[1] ?? oid.text);
}

function many(pick: Pick, element?: number): AggregateCall<Rows> {
  return gather(
    ({ fraction, types, values }) => {
      const take = (item: ArrayItem): ArrayItem =>
        Array.isArray(item) ? item.map(take) : item === null ? null : pick(
          values,
          checkFraction(floatOf(elementDatum(item as Datum, oid.float8))),
        );
      return printArray(
        parseArray(fraction as string).map(take),
        element ?? sortedType(types),
      );
    },
    element === undefined,
  );
}

/** Most frequent value; the first one of several. */
const mode: AggregateCall<
  { best: Datum; most: number; value: Datum; count: number }
> = {
  init: () => ({ best: null, most: 0, value: null, count: 0 }),
  step(state, [value]) {
    if (value === null || value === undefined) return state;
    const same = state.count > 0 && (state.value === value ||
      (typeof value === "string" && typeof state.value === "string" &&
        /^-?\d+\.\d+$/.test(value) && compareTexts(value, state.value) === 0));
    if (same) state.count += 1;
    else {
      state.value = value;
      state.count = 1;
    }
    if (state.count > state.most) {
      state.most = state.count;
      state.best = state.value;
    }
    return state;
  },
  final: ({ best }) => best,
};

/** See the top of the file. */
export const orderedSetAggregates: readonly Definition[] = [
  aggregate("mode(anyelement) anyelement", { call: mode }),
  aggregate("percentile_cont(float8, float8) float8", {
    call: one(betweenFloats),
  }),
  aggregate("percentile_cont(float8, interval) interval", {
    call: one(betweenIntervals),
  }),
  aggregate("percentile_cont(float8[], float8) float8[]", {
    call: many(betweenFloats, oid.float8),
  }),
  aggregate("percentile_cont(float8[], interval) interval[]", {
    call: many(betweenIntervals, oid.interval),
  }),
  aggregate("percentile_disc(float8, anyelement) anyelement", {
    call: one(discrete),
  }),
  aggregate("percentile_disc(float8[], anyelement) anyarray", {
    withTypes: true,
    call: many(discrete),
  }),
];
