/**
 * Comparisons, arithmetic, casts and constructors of dates, times and timestamps (manual, 9.9).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  checkedTimestamp,
  localOf,
  type Timestamp,
  utcOf,
  wrapDay,
} from "../types/date_time/arithmetic.ts";
import {
  dateInfinity,
  dateMinusInfinity,
  day,
  dayInTimestampRange,
  infinity,
  isFinite,
  minusInfinity,
  momentOf,
  second,
  timestampOf,
} from "../types/date_time/calendar.ts";
import { intervalOf } from "../types/date_time/interval.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { timeTzDatum, timeTzOf } from "../types/time.ts";
import { cast, type Definition, fn, op } from "./define.ts";
import { callOf, type Print, whenSimple } from "./native.ts";
import { comparisons } from "./text_compare.ts";

/**
 * @param days Datum of a date.
 * @returns Whether it is one of the infinities.
 */
export const isInfiniteDate = (days: number): boolean =>
  days === dateInfinity || days === dateMinusInfinity;

function infiniteOf(days: number): bigint {
  return days === dateInfinity ? infinity : minusInfinity;
}

/** Midnight of a date. */
export function dateToTimestamp([a]: readonly Datum[]): Timestamp {
  const days = Number(a);
  if (isInfiniteDate(days)) return infiniteOf(days);
  if (dayInTimestampRange(days)) return timestampOf(days, 0);
  throw new SqlError("22008", "date out of range for timestamp");
}

function dateToTimestampTz(
  [a]: readonly Datum[],
  context: EvalContext,
): Timestamp {
  const days = Number(a);
  if (isInfiniteDate(days)) return infiniteOf(days);
  if (!dayInTimestampRange(days)) {
    throw new SqlError("22008", "date out of range for timestamp");
  }
  return checkedTimestamp(utcOf(days, 0, sessionZone(context.timeZone)));
}

function timestampToDate([a]: readonly Datum[]): number {
  const at = a as Timestamp;
  if (!isFinite(at)) return at === infinity ? dateInfinity : dateMinusInfinity;
  return momentOf(at).days;
}

function timestampTzToDate([a]: readonly Datum[], context: EvalContext) {
  const at = a as Timestamp;
  if (!isFinite(at)) return at === infinity ? dateInfinity : dateMinusInfinity;
  return localOf(at, sessionZone(context.timeZone)).days;
}

/**
 * `timestamp(timestamptz)`.
 *
 * @param args The moment.
 * @param context Its `timeZone`.
 * @returns Date and time there.
 */
export function localTimestamp(
  [a]: readonly Datum[],
  context: Pick<EvalContext, "timeZone">,
): number | bigint {
  const at = a as Timestamp;
  if (!isFinite(at)) return at;
  const { days, micros } = localOf(at, sessionZone(context.timeZone));
  return timestampOf(days, micros);
}

function zonedTimestamp([a]: readonly Datum[], context: EvalContext) {
  const at = a as Timestamp;
  if (!isFinite(at)) return at;
  const { days, micros } = momentOf(at);
  return checkedTimestamp(utcOf(days, micros, sessionZone(context.timeZone)));
}

/** Comparisons of two types, one of which is converted first. */
function mixed(
  left: readonly [string, Print | undefined],
  right: readonly [string, Print | undefined],
): Definition[] {
  const stable = left[0] === "timestamptz" || right[0] === "timestamptz";
  return ["=", "<>", "<", "<=", ">", ">="].map((symbol) =>
    op(`${left[0]} ${symbol} ${right[0]} = bool`, {
      volatility: stable ? "s" : "i",
      sql: ([a, b]) => {
        const x = left[1]?.([a as never]) ?? `${a}`;
        const y = right[1]?.([b as never]) ?? `${b}`;
        return `(${x} ${symbol} ${y})`;
      },
    })
  );
}

const midnight: Print = whenSimple(
  ([a]) =>
    `(CASE WHEN abs(${a}) < 2000000 THEN ${a} * ${day} ELSE ${
      callOf("timestamp(date)")([a as never])
    } END)`,
  callOf("timestamp(date)"),
);

/** See the top of the file. */
export const dateTimeFunctions: readonly Definition[] = [
  ...["date", "time", "timestamp", "timestamptz"].flatMap((type) =>
    comparisons(type, type)
  ),
  ...comparisons("timetz", "timetz", "pg_timetz"),
  fn("timestamp(date) timestamp", { call: dateToTimestamp }),
  fn("timestamptz(date) timestamptz", {
    volatility: "s",
    call: dateToTimestampTz,
  }),
  fn("timestamptz(timestamp) timestamptz", {
    volatility: "s",
    call: zonedTimestamp,
  }),
  ...mixed(["date", midnight], ["timestamp", undefined]),
  ...mixed(["timestamp", undefined], ["date", midnight]),
  ...mixed(["date", callOf("timestamptz(date)")], ["timestamptz", undefined]),
  ...mixed(["timestamptz", undefined], ["date", callOf("timestamptz(date)")]),
  ...mixed(
    ["timestamp", callOf("timestamptz(timestamp)")],
    ["timestamptz", undefined],
  ),
  ...mixed(
    ["timestamptz", undefined],
    ["timestamp", callOf("timestamptz(timestamp)")],
  ),

  cast("date -> timestamp", "implicit", { sql: midnight }),
  cast("date -> timestamptz", "implicit", {
    volatility: "s",
    sql: callOf("timestamptz(date)"),
  }),
  cast("timestamp -> timestamptz", "implicit", {
    volatility: "s",
    sql: callOf("timestamptz(timestamp)"),
  }),
  cast("timestamp -> date", "assignment", { call: timestampToDate }),
  cast("timestamptz -> date", "assignment", {
    volatility: "s",
    call: timestampTzToDate,
  }),
  cast("timestamptz -> timestamp", "assignment", {
    volatility: "s",
    call: localTimestamp,
  }),
  cast("timestamp -> time", "assignment", {
    call: ([a]) =>
      isFinite(a as Timestamp) ? momentOf(a as Timestamp).micros : null,
  }),
  cast("timestamptz -> time", "assignment", {
    volatility: "s",
    call: ([a], context) =>
      isFinite(a as Timestamp)
        ? localOf(a as Timestamp, sessionZone(context.timeZone)).micros
        : null,
  }),
  cast("timestamptz -> timetz", "assignment", {
    volatility: "s",
    call: ([a], context) => {
      if (!isFinite(a as Timestamp)) return null;
      const { micros, offset } = localOf(
        a as Timestamp,
        sessionZone(context.timeZone),
      );
      return timeTzDatum(micros, 0 - offset);
    },
  }),
  cast("time -> interval", "implicit", { sql: ([a]) => `('0 0 ' || ${a})` }),
  cast("interval -> time", "assignment", {
    call: ([a]) => wrapDay(intervalOf(a as string).micros),
  }),
  cast("time -> timetz", "implicit", {
    volatility: "s",
    call: ([a], context) => {
      const offset = sessionZone(context.timeZone).offsetAt(
        Number(context.transactionTime) / second,
      );
      return timeTzDatum(Number(a), 0 - offset);
    },
  }),
  cast("timetz -> time", "assignment", {
    call: ([a]) => timeTzOf(a as string).micros,
  }),
];
