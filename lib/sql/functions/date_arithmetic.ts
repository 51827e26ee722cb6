/**
 * Arithmetic of dates, times and timestamps (manual, table 9.32).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  addInterval,
  checkedTimestamp,
  negateInterval,
  subtractTimestamps,
  type Timestamp,
  wrapDay,
} from "../types/date_time/arithmetic.ts";
import {
  inDateRange,
  isFinite,
  narrow,
  second,
} from "../types/date_time/calendar.ts";
import { intervalDatum, intervalOf } from "../types/date_time/interval.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { timeTzDatum, timeTzOf } from "../types/time.ts";
import { dateToTimestamp, isInfiniteDate } from "./date_time.ts";
import { type Definition, fn, op } from "./define.ts";
import { type Print, whenSimple } from "./native.ts";

function addDays([a, b]: readonly Datum[]): number {
  const days = Number(a);
  if (isInfiniteDate(days)) return days;
  const sum = days + Number(b);
  if (inDateRange(sum)) return sum;
  throw new SqlError("22008", "date out of range");
}

const plusDays = (symbol: "+" | "-"): Print =>
  whenSimple(
    ([a, b]) =>
      `(CASE WHEN abs(${a} ${symbol} ${b}) < 2000000 AND abs(${a}) < 2000000 THEN ${a} ${symbol} ${b} ELSE "date_pli(date, int4)"(${a}, ${
        symbol === "+" ? b : `-${b}`
      }) END)`,
    ([a, b]) =>
      `"date_pli(date, int4)"(${a}, ${symbol === "+" ? b : `-(${b})`})`,
  );

/** Date and time of day. */
function dateAndTime([a, b]: readonly Datum[]): Timestamp {
  const at = dateToTimestamp([a as Datum]);
  return isFinite(at)
    ? checkedTimestamp(narrow(BigInt(at) + BigInt(b as number)))
    : at;
}

function dateAndTimeTz([a, b]: readonly Datum[]): Timestamp {
  const at = dateToTimestamp([a as Datum]);
  if (!isFinite(at)) return at;
  const { micros, west } = timeTzOf(b as string);
  return checkedTimestamp(
    narrow(BigInt(at) + BigInt(micros) + BigInt(west) * BigInt(second)),
  );
}

const signs = { "+": 1n, "-": -1n } as const;

function shiftTimestamp(symbol: "+" | "-", zoned: boolean) {
  return ([a, b]: readonly Datum[], context: EvalContext) => {
    const interval = intervalOf(b as string);
    return addInterval(
      a as Timestamp,
      symbol === "+" ? interval : negateInterval(interval),
      zoned ? sessionZone(context.timeZone) : undefined,
    );
  };
}

const shifts: readonly Definition[] = (["+", "-"] as const).flatMap((
  symbol,
) => [
  op(`timestamp ${symbol} interval = timestamp`, {
    call: shiftTimestamp(symbol, false),
  }),
  op(`timestamptz ${symbol} interval = timestamptz`, {
    volatility: "s",
    call: shiftTimestamp(symbol, true),
  }),
  op(`date ${symbol} interval = timestamp`, {
    call: ([a, b], context) =>
      shiftTimestamp(symbol, false)(
        [dateToTimestamp([a as Datum]), b as Datum],
        context,
      ),
  }),
  op(`time ${symbol} interval = time`, {
    call: ([a, b]) =>
      wrapDay(
        BigInt(a as number) +
          signs[symbol] * intervalOf(b as string).micros,
      ),
  }),
  op(`timetz ${symbol} interval = timetz`, {
    call: ([a, b]) => {
      const { micros, west } = timeTzOf(a as string);
      const sum = BigInt(micros) +
        signs[symbol] * intervalOf(b as string).micros;
      return timeTzDatum(wrapDay(sum), west);
    },
  }),
  op(`date ${symbol} int4 = date`, { sql: plusDays(symbol) }),
]);

const commuted: readonly Definition[] = [
  op("interval + timestamp = timestamp", {
    call: ([a, b], context) =>
      shiftTimestamp("+", false)([b as Datum, a as Datum], context),
  }),
  op("interval + timestamptz = timestamptz", {
    volatility: "s",
    call: ([a, b], context) =>
      shiftTimestamp("+", true)([b as Datum, a as Datum], context),
  }),
  op("interval + date = timestamp", {
    call: ([a, b], context) =>
      shiftTimestamp("+", false)(
        [dateToTimestamp([b as Datum]), a as Datum],
        context,
      ),
  }),
  op("interval + time = time", {
    call: ([a, b]) =>
      wrapDay(BigInt(b as number) + intervalOf(a as string).micros),
  }),
  op("interval + timetz = timetz", {
    call: ([a, b]) => {
      const { micros, west } = timeTzOf(b as string);
      return timeTzDatum(
        wrapDay(BigInt(micros) + intervalOf(a as string).micros),
        west,
      );
    },
  }),
  op("int4 + date = date", {
    sql: ([a, b]) => plusDays("+")([b as never, a as never]),
  }),
  op("time + date = timestamp", {
    call: ([a, b]) => dateAndTime([b as Datum, a as Datum]),
  }),
  op("timetz + date = timestamptz", {
    call: ([a, b]) => dateAndTimeTz([b as Datum, a as Datum]),
  }),
];

/** Arithmetic of dates and times. */
export const dateArithmetic: readonly Definition[] = [
  fn("date_pli(date, int4) date", { call: addDays }),
  ...shifts,
  ...commuted,
  op("date - date = int4", {
    call: ([a, b]) => {
      if (isInfiniteDate(Number(a)) || isInfiniteDate(Number(b))) {
        throw new SqlError("22008", "cannot subtract infinite dates");
      }
      return Number(a) - Number(b);
    },
  }),
  op("date + time = timestamp", { call: dateAndTime }),
  op("date + timetz = timestamptz", { call: dateAndTimeTz }),
  op("time - time = interval", {
    sql: ([a, b]) => `('0 0 ' || (${a} - ${b}))`,
  }),
  ...["timestamp", "timestamptz"].map((type) =>
    op(`${type} - ${type} = interval`, {
      call: ([a, b]) =>
        intervalDatum(subtractTimestamps(a as Timestamp, b as Timestamp)),
    })
  ),
];
