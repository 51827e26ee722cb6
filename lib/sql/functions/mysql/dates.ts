/**
 * Date and time functions of MySQL (manual, 14.7).
 *
 * @module
 */

import { monthNames, weekdayNames } from "../../types/date_time/words.ts";
import type { Datum } from "../../datum.ts";
import type { EvalContext } from "../../eval_context.ts";
import { localOf, utcOf } from "../../types/date_time/arithmetic.ts";
import {
  civilOf,
  daysInMonth,
  daysOf,
  momentOf,
  narrow,
  timestampOf,
  unixDays,
  weekdayOf,
} from "../../types/date_time/calendar.ts";
import { sessionZone } from "../../types/date_time/time_zone.ts";
import { timeDatum } from "../../mysql/time_value.ts";
import { type Definition, fn } from "../define.ts";
import { dateFormat, modeWeek } from "./date_format.ts";
import { addUnit } from "./date_add.ts";
import { readByFormat } from "./str_to_date.ts";
import { readMoment, readTime } from "./read_text.ts";
import { writeDay, writeTime } from "./write_text.ts";
import {
  between,
  part,
  periodMonths,
  periodOf,
  zoneNamed,
} from "./date_parts.ts";

type Args = readonly Datum[];

/** A moment as it is kept. */
export type Stamp = number | bigint;

const stamp = (args: Args, at = 0) => args[at] as Stamp;

const text = (args: Args, at = 0) => args[at] as string;

const days = (args: Args, at = 0) => Number(args[at]);

/** MySQL counts days from year 0; day 730485 is 2000-01-01. */
const zeroDay = 730_485;

const stable = { volatility: "s" } as const;

/** Seconds' digits of NOW(n). */
function cut(at: Stamp, digits: number): Stamp {
  const unit = 10n ** BigInt(6 - Math.max(0, Math.min(6, digits)));
  const value = BigInt(at);
  return narrow(value - ((value % unit) + unit) % unit);
}

function local(at: bigint, zone: string): Stamp {
  const found = localOf(narrow(at), sessionZone(zone));
  return timestampOf(found.days, found.micros);
}

const now = (context: EvalContext, digits: number) =>
  cut(local(context.statementTime, context.timeZone), digits);

const clockTime = (context: EvalContext) =>
  BigInt(Math.round((context.clock() - 946_684_800_000) * 1000));

/** Year, month and so on of a date. */
const ofDate = (name: string, give: (days: number) => Datum): Definition =>
  fn(`pg_mysql.${name}(date) int4`, { call: (a) => give(days(a)) });

/** Hour and so on of a time, which may be given as text or as a moment. */
const ofTime = (
  name: string,
  give: (seconds: number, micros: number) => number,
): Definition =>
  fn(`pg_mysql.${name}(text) int4`, {
    call: (a) => {
      const micros = readMoment(text(a))?.timed === true
        ? readMoment(text(a))?.micros
        : readTime(text(a)) ?? readMoment(text(a))?.micros;
      if (micros === undefined) return null;
      return give(
        Math.floor(Math.abs(micros) / 1_000_000),
        Math.abs(micros) % 1_000_000,
      );
    },
  });

/** See the top of the file. */
export const mysqlDates: readonly Definition[] = [
  fn("pg_mysql.now(int4) timestamp", {
    ...stable,
    call: (a, context) => now(context, days(a)),
  }),
  fn("pg_mysql.sysdate(int4) timestamp", {
    volatility: "v",
    call: (a, context) =>
      cut(local(clockTime(context), context.timeZone), days(a)),
  }),
  fn("pg_mysql.utc_timestamp(int4) timestamp", {
    ...stable,
    call: (a, context) => cut(narrow(context.statementTime), days(a)),
  }),
  fn("pg_mysql.current_date() date", {
    ...stable,
    call: (_, context) => momentOf(now(context, 0)).days,
  }),
  fn("pg_mysql.utc_date() date", {
    ...stable,
    call: (_, context) => momentOf(narrow(context.statementTime)).days,
  }),
  fn("pg_mysql.current_time(int4) interval", {
    ...stable,
    call: (a, context) => timeDatum(momentOf(now(context, days(a))).micros),
  }),
  fn("pg_mysql.utc_time(int4) interval", {
    ...stable,
    call: (a, context) =>
      timeDatum(momentOf(cut(narrow(context.statementTime), days(a))).micros),
  }),
  fn("pg_mysql.date_format(timestamp, text) text", {
    call: (a) => dateFormat(stamp(a), text(a, 1)),
  }),
  fn("pg_mysql.moment_by_format(text, text) timestamp", {
    call: (a, { notes }) => {
      const found = readByFormat(text(a), text(a, 1));
      if (found === null) {
        notes?.doubt(
          1411,
          `Incorrect datetime value: '${
            text(a).slice(0, 128)
          }' for function str_to_date`,
          "22007",
        );
      }
      return found;
    },
  }),
  fn("pg_mysql.add_to_timestamp(timestamp, text, text) timestamp", {
    call: (a) => addUnit(stamp(a), text(a, 1), text(a, 2)),
  }),
  fn("pg_mysql.add_to_text(text, text, text) text", {
    call: (a) => {
      const read = readMoment(text(a));
      if (read === undefined) return null;
      const added = addUnit(
        timestampOf(read.days, read.micros),
        text(a, 1),
        text(a, 2),
      );
      if (added === null) return null;
      const moment = momentOf(added);
      const whole = !read.timed && !/hour|minute|second/.test(text(a, 2));
      return whole
        ? writeDay(moment.days)
        : `${writeDay(moment.days)} ${writeTime(moment.micros)}`;
    },
  }),
  fn("pg_mysql.timestampdiff(text, timestamp, timestamp) int8", {
    call: (a) => between(text(a), stamp(a, 1), stamp(a, 2)),
  }),
  fn("pg_mysql.datediff(date, date) int8", {
    sql: ([a, b]) => `(${a} - ${b})`,
  }),
  fn("pg_mysql.extract(text, timestamp) int8", {
    call: (a) => part(text(a), stamp(a, 1)),
  }),
  ofDate("year", (at) => civilOf(at).year),
  ofDate("month", (at) => civilOf(at).month),
  ofDate("day", (at) => civilOf(at).day),
  ofDate("quarter", (at) => Math.ceil(civilOf(at).month / 3)),
  ofDate("dayofweek", (at) => weekdayOf(at) + 1),
  ofDate("weekday", (at) => (weekdayOf(at) + 6) % 7),
  ofDate("dayofyear", (at) => at - daysOf(civilOf(at).year, 1, 1) + 1),
  ofDate("week", (at) => modeWeek(at, 0).week),
  ofDate("weekofyear", (at) => modeWeek(at, 3).week),
  ofDate("yearweek", (at) => {
    const { year, week } = modeWeek(at, 2);
    return year * 100 + week;
  }),
  fn("pg_mysql.week(date, int4) int4", {
    call: (a) => modeWeek(days(a), days(a, 1)).week,
  }),
  fn("pg_mysql.yearweek(date, int4) int4", {
    call: (a) => {
      const { year, week } = modeWeek(days(a), days(a, 1) | 2);
      return year * 100 + week;
    },
  }),
  ofDate("to_days", (at) => at + zeroDay),
  fn("pg_mysql.from_days(int8) date", { call: (a) => days(a) - zeroDay }),
  fn("pg_mysql.to_seconds(timestamp) int8", {
    call: (a) => {
      const moment = momentOf(stamp(a));
      return (moment.days + zeroDay) * 86_400 +
        Math.floor(moment.micros / 1_000_000);
    },
  }),
  fn("pg_mysql.last_day(date) date", {
    call: (a) => {
      const { year, month } = civilOf(days(a));
      return daysOf(year, month, daysInMonth(year, month));
    },
  }),
  fn("pg_mysql.dayname(date) text", {
    call: (a) => weekdayNames[weekdayOf(days(a))] as string,
  }),
  fn("pg_mysql.monthname(date) text", {
    call: (a) => monthNames[civilOf(days(a)).month - 1] as string,
  }),
  ofTime("hour", (seconds) => Math.floor(seconds / 3600)),
  ofTime("minute", (seconds) => Math.floor(seconds / 60) % 60),
  ofTime("second", (seconds) => seconds % 60),
  ofTime("microsecond", (_, micros) => micros),
  fn("pg_mysql.time_to_sec(text) int8", {
    call: (a) => {
      const micros = readTime(text(a));
      return micros === undefined ? null : Math.trunc(micros / 1_000_000);
    },
  }),
  fn("pg_mysql.makedate(int8, int8) date", {
    call: (a) => days(a, 1) < 1 ? null : daysOf(days(a), 1, 1) + days(a, 1) - 1,
  }),
  fn("pg_mysql.period_add(int8, int8) int8", {
    call: (a) => periodOf(periodMonths(days(a)) + days(a, 1)),
  }),
  fn("pg_mysql.period_diff(int8, int8) int8", {
    call: (a) => periodMonths(days(a)) - periodMonths(days(a, 1)),
  }),
  fn("pg_mysql.timestamp_of_unix(numeric) timestamp", {
    ...stable,
    call: (a, context) => {
      const seconds = Number(text(a));
      if (seconds < 0 || seconds > 32_536_771_199) return null;
      const micros = BigInt(Math.round(seconds * 1_000_000)) -
        BigInt(Math.abs(unixDays)) * 86_400_000_000n;
      return local(micros, context.timeZone);
    },
  }),
  fn("pg_mysql.unix_now() int8", {
    ...stable,
    call: (_, context) =>
      Number(context.statementTime / 1_000_000n) + 946_684_800,
  }),
  fn("pg_mysql.unix_of_timestamp(timestamp) numeric", {
    ...stable,
    call: (a, context) => {
      const moment = momentOf(stamp(a));
      const utc = BigInt(
        utcOf(moment.days, moment.micros, sessionZone(context.timeZone)),
      );
      const seconds = utc / 1_000_000n + 946_684_800n;
      const rest = ((utc % 1_000_000n) + 1_000_000n) % 1_000_000n;
      if (seconds < 0n) return "0";
      return rest === 0n
        ? String(seconds)
        : `${seconds}.${String(rest).padStart(6, "0")}`;
    },
  }),
  fn("pg_mysql.convert_tz(timestamp, text, text) timestamp", {
    call: (a) => {
      try {
        const moment = momentOf(stamp(a));
        const utc = utcOf(moment.days, moment.micros, zoneNamed(text(a, 1)));
        const there = localOf(utc, zoneNamed(text(a, 2)));
        return timestampOf(there.days, there.micros);
      } catch {
        return null;
      }
    },
  }),
];
