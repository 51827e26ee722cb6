/**
 * Functions of TIME (MySQL manual, 14.7).
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import {
  microsOf,
  mostTime,
  nearestTime,
  timeDatum,
} from "../../mysql/time_value.ts";
import {
  momentOf,
  narrow,
  timestampOf,
} from "../../types/date_time/calendar.ts";
import { type Definition, fn } from "../define.ts";
import { doubtValue } from "../notes.ts";
import { addUnit, inRange } from "./date_add.ts";
import { dateFormat } from "./date_format.ts";
import { part } from "./date_parts.ts";
import { readMoment, readTime } from "./read_text.ts";
import { readByFormat } from "./str_to_date.ts";
import { two, writeDay, writeTime } from "./write_text.ts";

type Args = readonly Datum[];
const text = (args: Args, at = 0) => args[at] as string;
const micros = (args: Args, at = 0) => microsOf(args[at] as string);

const nearest = (value: number): Datum => timeDatum(nearestTime(value));

/** `hhmmss`, with a fraction of so many digits; of as many as count for fewer than 0. */
function timeNumber(value: number, digits: number): string {
  const size = Math.abs(value);
  const seconds = Math.floor(size / 1_000_000);
  const whole = Math.floor(seconds / 3600) * 10_000 +
    Math.floor(seconds / 60) % 60 * 100 + seconds % 60;
  const rest = String(size % 1_000_000).padStart(6, "0");
  const shown = digits < 0
    ? size % 1_000_000 === 0 ? "" : rest
    : rest.slice(0, digits);
  const sign = value < 0 ? "-" : "";
  return `${sign}${whole}${shown === "" ? "" : `.${shown}`}`;
}

/** A text that is a time alone, or one after a day. */
function readEither(
  value: string,
): { readonly dated: boolean; readonly micros: bigint } | undefined {
  // A day without a time is neither.
  const moment = /\d\D+\d/.test(value.trim()) ? readMoment(value) : undefined;
  if (moment !== undefined) {
    return moment.timed
      ? {
        dated: true,
        micros: BigInt(timestampOf(moment.days, moment.micros)),
      }
      : undefined;
  }
  const time = readTime(value);
  return time === undefined
    ? undefined
    : { dated: false, micros: BigInt(nearestTime(time)) };
}

/** ADDTIME and SUBTIME of a text, which gives a text. */
function addToText(value: string, added: number): Datum {
  const read = readEither(value);
  if (read === undefined) return null;
  const sum = read.micros + BigInt(added);
  const digits = sum % 1_000_000n === 0n ? 0 : 6;
  if (!read.dated) return writeTime(nearestTime(Number(sum)), digits);
  const at = inRange(narrow(sum));
  if (at === null) return null;
  const moment = momentOf(at);
  return `${writeDay(moment.days)} ${writeTime(moment.micros, digits)}`;
}

/** TIME_FORMAT: hours may be more than a day has. */
function timeFormat(value: number, pattern: string): string {
  const hours = Math.floor(Math.abs(value) / 3_600_000_000);
  const whole = pattern.replaceAll(
    /%(.)/gs,
    (all, letter: string) =>
      letter === "H"
        ? two(hours)
        : letter === "k"
        ? String(hours)
        : letter === "T"
        ? `${two(hours)}:%i:%s`
        : all,
  );
  return `${value < 0 ? "-" : ""}${
    dateFormat(timestampOf(0, Math.abs(value) % 86_400_000_000), whole)
  }`;
}

/** How much greater a part is for each hour, and for each day that it tells apart. */
const hourScales: Readonly<Record<string, number>> = {
  hour: 1,
  "hour_minute": 100,
  "hour_second": 10_000,
  "hour_microsecond": 10_000_000_000,
};
const dayScales: Readonly<Record<string, number>> = {
  day: 1,
  "day_hour": 100,
  "day_minute": 10_000,
  "day_second": 1_000_000,
  "day_microsecond": 1_000_000_000_000,
};

/** EXTRACT of a time: its hours are all of them, unless days are wanted too. */
function timePart(unit: string, value: number): Datum {
  const size = Math.abs(value);
  const sign = value < 0 ? -1 : 1;
  const days = Math.floor(size / 86_400_000_000);
  const clock = timestampOf(0, size % 86_400_000_000);
  const dayScale = dayScales[unit];
  if (dayScale !== undefined) {
    const within = unit === "day" || unit === "day_hour"
      ? "hour"
      : unit.replace("day", "hour");
    const rest = unit === "day" ? 0 : Number(part(within, clock));
    return sign * (days * dayScale + rest);
  }
  if (!/hour|minute|second/.test(unit)) return 0;
  const found = part(unit, clock);
  return found === null
    ? null
    : sign * (Number(found) + days * 24 * (hourScales[unit] ?? 0));
}

const stable = { volatility: "s" } as const;

/** See the top of the file. */
export const mysqlTimes: readonly Definition[] = [
  fn("pg_mysql.time_to_timestamp(interval) timestamp", {
    ...stable,
    call: (a, context) => {
      const { days } = momentOf(narrow(context.statementTime));
      return narrow(BigInt(timestampOf(days, 0)) + BigInt(micros(a)));
    },
  }),
  fn("pg_mysql.text_to_time(text) interval", {
    call: (a, context) => {
      const found = readTime(text(a));
      if (found !== undefined) return nearest(found);
      doubtValue(context, "Truncated incorrect time", text(a));
      return null;
    },
  }),
  fn("pg_mysql.time_to_number(interval, int4) numeric", {
    call: (a) => timeNumber(micros(a), Number(a[1])),
  }),
  fn("pg_mysql.time_to_text(interval, int4) text", {
    call: (a) => writeTime(micros(a), Number(a[1])),
  }),
  fn("pg_mysql.time_of_text(text) interval", {
    call: (a) => {
      const found = readTime(text(a));
      if (found !== undefined && Math.abs(found) <= mostTime) {
        return timeDatum(found);
      }
      throw new SqlError("22007", `Incorrect time value: '${text(a)}'`);
    },
  }),
  fn("pg_mysql.clock_of_time(interval) time", {
    call: (a) => {
      const found = micros(a);
      if (found >= 0 && found <= 86_400_000_000) return found;
      throw new SqlError(
        "22007",
        `Incorrect time value: '${writeTime(found)}'`,
      );
    },
  }),
  fn("pg_mysql.time_format(interval, text) text", {
    call: (a) => timeFormat(micros(a), text(a, 1)),
  }),
  fn("pg_mysql.time_by_format(text, text) interval", {
    call: (a) => {
      const found = readByFormat(
        `2000-01-01 ${text(a)}`,
        `%Y-%m-%d ${text(a, 1)}`,
      );
      return found === null
        ? null
        : timeDatum(momentOf(found as number).micros);
    },
  }),
  fn("pg_mysql.add_to_time(interval, text, text) interval", {
    call: (a) => {
      const unit = text(a, 2).replace("-", "");
      if (/month|quarter|year/.test(unit)) return null;
      const sum = addUnit(micros(a), text(a, 1), text(a, 2));
      if (sum === null || Math.abs(Number(sum)) > mostTime) return null;
      return timeDatum(Number(sum));
    },
  }),
  fn("pg_mysql.add_times(interval, interval) interval", {
    call: (a) => nearest(micros(a) + micros(a, 1)),
  }),
  fn("pg_mysql.subtract_times(interval, interval) interval", {
    call: (a) => nearest(micros(a) - micros(a, 1)),
  }),
  fn("pg_mysql.add_time_to_timestamp(timestamp, interval) timestamp", {
    call: (a) => inRange(narrow(BigInt(a[0] as number) + BigInt(micros(a, 1)))),
  }),
  fn("pg_mysql.subtract_time_from_timestamp(timestamp, interval) timestamp", {
    call: (a) => inRange(narrow(BigInt(a[0] as number) - BigInt(micros(a, 1)))),
  }),
  fn("pg_mysql.add_time_to_text(text, interval) text", {
    call: (a) => addToText(text(a), micros(a, 1)),
  }),
  fn("pg_mysql.subtract_time_from_text(text, interval) text", {
    call: (a) => addToText(text(a), -micros(a, 1)),
  }),
  fn("pg_mysql.plain_time(text) interval", {
    call: (a) => {
      const found = readEither(text(a));
      return found === undefined || found.dated
        ? null
        : timeDatum(Number(found.micros));
    },
  }),
  fn("pg_mysql.time_difference(text, text) interval", {
    call: (a) => {
      const left = readEither(text(a));
      const right = readEither(text(a, 1));
      return left === undefined || right === undefined ||
          left.dated !== right.dated
        ? null
        : nearest(Number(left.micros - right.micros));
    },
  }),
  fn("pg_mysql.extract_of_time(text, interval) int8", {
    call: (a) => timePart(text(a), micros(a, 1)),
  }),
  fn("pg_mysql.time_of_seconds(numeric) interval", {
    call: (a) => nearest(Math.round(Number(text(a)) * 1_000_000)),
  }),
  fn("pg_mysql.time_of_parts(int8, int8, numeric) interval", {
    call: (a) => {
      const [hour, minute, second] = a.map(Number) as [number, number, number];
      if (minute < 0 || minute > 59 || !(second >= 0 && second < 60)) {
        return null;
      }
      const size = (Math.abs(hour) * 60 + minute) * 60_000_000 +
        Math.round(second * 1_000_000);
      return nearest(hour < 0 ? -size : size);
    },
  }),
];
