/**
 * Comparisons, arithmetic, casts and constructors of dates, times and timestamps (manual, 9.9).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  addInterval,
  checkedTimestamp,
  localOf,
  negateInterval,
  subtractTimestamps,
  type Timestamp,
  utcOf,
} from "../types/date_time/arithmetic.ts";
import {
  dateInfinity,
  dateMinusInfinity,
  day,
  dayInTimestampRange,
  daysInMonth,
  daysOf,
  hour,
  inDateRange,
  infinity,
  isFinite,
  minusInfinity,
  minute,
  momentOf,
  narrow,
  second,
  timestampOf,
  unixDays,
} from "../types/date_time/calendar.ts";
import { intervalDatum, intervalOf } from "../types/date_time/interval.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { two, writeClock } from "../types/date_time/write.ts";
import { floatOf, writeFloat8 } from "../types/float.ts";
import { compareTimeTz, timeTzDatum, timeTzOf } from "../types/time.ts";
import { timestampTzText } from "../types/timestamp.ts";
import { cast, type Definition, fn, op } from "./define.ts";
import { callOf, type Print, whenSimple } from "./native.ts";
import { comparisons } from "./text_compare.ts";
import { writtenZone } from "./time_zone.ts";

const isInfiniteDate = (days: number) =>
  days === dateInfinity || days === dateMinusInfinity;

function infiniteOf(days: number): bigint {
  return days === dateInfinity ? infinity : minusInfinity;
}

/** Midnight of a date. */
function dateToTimestamp([a]: readonly Datum[]): Timestamp {
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

function localTimestamp([a]: readonly Datum[], context: EvalContext) {
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

/** A time of day, whatever was added to it. */
const wrapDay = (micros: bigint) => {
  const length = BigInt(day);
  return Number(((micros % length) + length) % length);
};

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

function makeDays(year: number, month: number, dayOfMonth: number): number {
  const y = year < 0 ? year + 1 : year;
  if (
    year === 0 || month < 1 || month > 12 || dayOfMonth < 1 ||
    dayOfMonth > daysInMonth(y, month)
  ) {
    throw new SqlError(
      "22008",
      `date field value out of range: ${year}-${padded(month)}-${
        padded(dayOfMonth)
      }`,
    );
  }
  const days = daysOf(y, month, dayOfMonth);
  if (!inDateRange(days)) {
    throw new SqlError(
      "22008",
      `date out of range: ${year}-${padded(month)}-${padded(dayOfMonth)}`,
    );
  }
  return days;
}

/** C's `%02d`. */
const padded = (value: number) => value < 0 ? String(value) : two(value);

function makeMicros(hours: number, minutes: number, seconds: number): number {
  const micros = Math.round(seconds * second);
  const wrong = Number.isNaN(seconds) || hours < 0 || minutes < 0 ||
    minutes > 59 || seconds < 0 || seconds > 60 || hours > 24 ||
    (hours === 24 && (minutes > 0 || seconds > 0));
  if (wrong) {
    throw new SqlError(
      "22008",
      `time field value out of range: ${hours}:${padded(minutes)}:${
        Number.isInteger(seconds) ? padded(seconds) : String(seconds)
      }`,
    );
  }
  return hours * hour + minutes * minute + micros;
}

function makeTimestamp(args: readonly Datum[]): [number, number] {
  const [y, m, d, h, min, s] = args;
  return [
    makeDays(Number(y), Number(m), Number(d)),
    makeMicros(Number(h), Number(min), floatOf(s)),
  ];
}

/** Seconds since 1970 as a timestamp. */
function fromUnix([a]: readonly Datum[]): Timestamp {
  const seconds = floatOf(a);
  if (Number.isNaN(seconds)) {
    throw new SqlError("22008", "timestamp cannot be NaN");
  }
  if (seconds === Infinity) return infinity;
  if (seconds === -Infinity) return minusInfinity;
  const outside = () =>
    new SqlError(
      "22008",
      `timestamp out of range: "${writeFloat8(seconds, -9)}"`,
    );
  if (Math.abs(seconds) > 1e13) throw outside();
  const whole = Math.floor(seconds);
  const value = BigInt(whole - unixDays * 86_400) * 1000000n +
    BigInt(Math.round((seconds - whole) * second));
  const at = narrow(value);
  try {
    return checkedTimestamp(at);
  } catch {
    throw outside();
  }
}

/** Order of two values of one type. */
type Order = (a: Datum, b: Datum) => number;
const byNumber: Order = (a, b) => {
  const [x, y] = [a as number | bigint, b as number | bigint];
  return x < y ? -1 : x > y ? 1 : 0;
};
const byTimeTz: Order = (a, b) => compareTimeTz(a as string, b as string);

/** `OVERLAPS` of two stretches whose ends may be unknown (SQL's own rules). */
function overlap(order: Order, ends: readonly Datum[]): boolean | null {
  const pair = (a: Datum, b: Datum): [Datum, Datum] | undefined => {
    if (a === null) return b === null ? undefined : [b, null];
    if (b !== null && order(a, b) > 0) return [b, a];
    return [a, b];
  };
  const first = pair(ends[0] as Datum, ends[1] as Datum);
  const other = pair(ends[2] as Datum, ends[3] as Datum);
  if (first === undefined || other === undefined) return null;
  const [s1, e1] = first;
  const [s2, e2] = other;
  const starts = order(s1, s2);
  if (starts > 0) {
    // The one that begins first must not have ended.
    if (e2 === null) return null;
    if (order(s1, e2) < 0) return true;
    return e1 === null ? null : false;
  }
  if (starts < 0) {
    if (e1 === null) return null;
    if (order(s2, e1) < 0) return true;
    return e2 === null ? null : false;
  }
  return e1 === null || e2 === null ? null : true;
}

function overlapsOf(
  type: string,
  order: Order,
  shift?: (at: Datum, by: string, context: EvalContext) => Datum,
): Definition[] {
  const forms = shift === undefined
    ? [[type, type]]
    : [[type, type], ["interval", "interval"], [type, "interval"], [
      "interval",
      type,
    ]];
  return forms.map(([first, other]) =>
    fn(`overlaps(${type}, ${first}, ${type}, ${other}) bool`, {
      strict: false,
      volatility: type === "timestamptz" && forms.length > 1 ? "s" : "i",
      call: (args, context) => {
        const ends = [...args];
        const end = (at: number, kind: string | undefined) => {
          if (kind !== "interval" || shift === undefined) return;
          const [from, by] = [ends[at - 1], ends[at]];
          ends[at] = from === null || by === null
            ? null
            : shift(from as Datum, by as string, context);
        };
        end(1, first);
        end(3, other);
        return overlap(order, ends);
      },
    })
  );
}

/** The clock, in microseconds since 2000. */
function clock(context: EvalContext): number {
  return Math.round(context.clock() * 1000) - unixDays * day;
}

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

  fn("make_date(int4, int4, int4) date", {
    argNames: ["year", "month", "day"],
    call: ([y, m, d]) => makeDays(Number(y), Number(m), Number(d)),
  }),
  fn("make_time(int4, int4, float8) time", {
    argNames: ["hour", "min", "sec"],
    call: ([h, m, s]) => makeMicros(Number(h), Number(m), floatOf(s)),
  }),
  fn("make_timestamp(int4, int4, int4, int4, int4, float8) timestamp", {
    argNames: ["year", "month", "mday", "hour", "min", "sec"],
    call: (args) => checkedTimestamp(timestampOf(...makeTimestamp(args))),
  }),
  fn("make_timestamptz(int4, int4, int4, int4, int4, float8) timestamptz", {
    argNames: ["year", "month", "mday", "hour", "min", "sec"],
    volatility: "s",
    call: (args, context) =>
      checkedTimestamp(
        utcOf(...makeTimestamp(args), sessionZone(context.timeZone)),
      ),
  }),
  fn(
    "make_timestamptz(int4, int4, int4, int4, int4, float8, text) timestamptz",
    {
      argNames: ["year", "month", "mday", "hour", "min", "sec", "timezone"],
      volatility: "s",
      call: (args) =>
        checkedTimestamp(
          utcOf(...makeTimestamp(args), writtenZone(String(args[6]))),
        ),
    },
  ),
  fn("to_timestamp(float8) timestamptz", { call: fromUnix }),
  fn("clock_timestamp() timestamptz", {
    volatility: "v",
    call: (_, context) => clock(context),
  }),
  fn("timeofday() text", {
    volatility: "v",
    call: (_, context) => {
      const text = timestampTzText(clock(context), {
        timeZone: context.timeZone,
        dateStyle: "Postgres, MDY",
      });
      const micros = localOf(clock(context), sessionZone(context.timeZone));
      return text.replace(
        /\d\d:\d\d:\d\d(\.\d+)?/,
        `${writeClock(Math.floor(micros.micros / second) * second)}.${
          String(micros.micros % second).padStart(6, "0")
        }`,
      );
    },
  }),

  ...overlapsOf("timetz", byTimeTz),
  ...overlapsOf(
    "time",
    byNumber,
    (at, by) => wrapDay(BigInt(at as number) + intervalOf(by).micros),
  ),
  ...overlapsOf(
    "timestamp",
    byNumber,
    (at, by) => addInterval(at as Timestamp, intervalOf(by)),
  ),
  ...overlapsOf("timestamptz", byNumber, (at, by, context) =>
    addInterval(
      at as Timestamp,
      intervalOf(by),
      sessionZone(context.timeZone),
    )),
];
