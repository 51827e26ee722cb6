/**
 * `make_date` and its kin, `to_timestamp(float8)`, and the clock.
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
} from "../types/date_time/arithmetic.ts";
import {
  day,
  daysInMonth,
  daysOf,
  hour,
  inDateRange,
  infinity,
  minusInfinity,
  minute,
  narrow,
  second,
  timestampOf,
  unixDays,
} from "../types/date_time/calendar.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { two, writeClock } from "../types/date_time/write.ts";
import { floatOf, writeFloat8 } from "../types/float.ts";
import { timestampTzText } from "../types/timestamp.ts";
import { type Definition, fn } from "./define.ts";
import { writtenZone } from "./time_zone.ts";

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

/** The clock, in microseconds since 2000. */
function clock(context: EvalContext): number {
  return Math.round(context.clock() * 1000) - unixDays * day;
}

/** Constructors of dates and times, and the clock. */
export const dateConstructors: readonly Definition[] = [
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
];
