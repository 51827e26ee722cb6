/**
 * `date_trunc` and `date_bin`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  checkedTimestamp,
  localOf,
  type Timestamp,
  utcOf,
} from "../types/date_time/arithmetic.ts";
import {
  civilOf,
  daysOf,
  hour,
  isFinite,
  minute,
  momentOf,
  narrow,
  second,
  timestampOf,
  weekdayOf,
} from "../types/date_time/calendar.ts";
import {
  decadeOf,
  type Field,
  findField,
  periodOf,
  unsupportedField,
} from "../types/date_time/fields.ts";
import {
  type Interval,
  intervalDatum,
  intervalOf,
} from "../types/date_time/interval.ts";
import { sessionZone, type Zone } from "../types/date_time/time_zone.ts";
import { type Definition, fn } from "./define.ts";
import { strideOf } from "./interval.ts";
import { namedZone } from "./time_zone.ts";

/** First day of the field a day lies in; nothing for fields below a day. */
function truncateDay(field: Field, days: number): number | undefined {
  const { year, month } = civilOf(days);
  switch (field) {
    case "day":
      return days;
    case "week":
      return days - (weekdayOf(days) + 6) % 7;
    case "month":
      return daysOf(year, month, 1);
    case "quarter":
      return daysOf(year, month - (month - 1) % 3, 1);
    case "year":
      return daysOf(year, 1, 1);
    case "decade":
      return daysOf(decadeOf(year) * 10, 1, 1);
    case "century":
    case "millennium": {
      const length = field === "century" ? 100 : 1000;
      const period = periodOf(year, length);
      return daysOf(
        period > 0 ? (period - 1) * length + 1 : period * length + 1,
        1,
        1,
      );
    }
    default:
      return undefined;
  }
}

/** Length of the fields below a day. */
const lengths: Partial<Record<Field, number>> = {
  hour,
  minute,
  second,
  millisecond: 1000,
  microsecond: 1,
};

function truncateTimestamp([name, a]: readonly Datum[]): Timestamp {
  const type = "timestamp without time zone";
  const field = findField(name as string, type);
  const at = a as Timestamp;
  if (!isFinite(at)) return at;
  const { days, micros } = momentOf(at);
  const start = truncateDay(field, days);
  if (start !== undefined) return checkedTimestamp(timestampOf(start, 0));
  const length = lengths[field];
  if (length === undefined) throw unsupportedField(name as string, type);
  return timestampOf(days, Math.floor(micros / length) * length);
}

function truncateInZone(name: string, at: Timestamp, zone: Zone): Timestamp {
  const type = "timestamp with time zone";
  const field = findField(name, type);
  if (!isFinite(at)) return at;
  const { days, micros, offset } = localOf(at, zone);
  const start = truncateDay(field, days);
  if (start !== undefined) return checkedTimestamp(utcOf(start, 0, zone));
  const length = lengths[field];
  if (length === undefined) throw unsupportedField(name, type);
  return timestampOf(
    days,
    Math.floor(micros / length) * length - offset * second,
  );
}

function truncateInterval([name, a]: readonly Datum[]): string {
  const type = "interval";
  const field = findField(name as string, type);
  const { months, days, micros } = intervalOf(a as string);
  const cut = (value: number, unit: number) =>
    Math.trunc(value / unit) * unit + 0;
  const cutMonths: Partial<Record<Field, number>> = {
    millennium: 12000,
    century: 1200,
    decade: 120,
    year: 12,
    quarter: 3,
    month: 1,
  };
  const unit = cutMonths[field];
  let result: Interval;
  if (unit !== undefined) {
    result = { months: cut(months, unit), days: 0, micros: 0n };
  } else if (field === "day") result = { months, days, micros: 0n };
  else {
    const length = lengths[field];
    if (length === undefined) {
      const error = unsupportedField(name as string, type);
      throw field === "week"
        ? new SqlError(error.sqlState, error.message, {
          detail: "Months usually have fractional weeks.",
        })
        : error;
    }
    const size = BigInt(length);
    result = { months, days, micros: micros / size * size };
  }
  return intervalDatum(result);
}

function bin([stride, source, origin]: readonly Datum[]): Timestamp {
  const at = source as Timestamp;
  if (!isFinite(at)) return at;
  if (!isFinite(origin as Timestamp)) {
    throw new SqlError("22008", "origin out of range");
  }
  const length = strideOf(intervalOf(stride as string));
  const from = BigInt(origin as Timestamp);
  const way = BigInt(at) - from;
  let rest = way % length;
  if (rest < 0n) rest += length;
  return checkedTimestamp(narrow(from + way - rest));
}

/** `date_trunc` and `date_bin`. */
export const dateTruncFunctions: readonly Definition[] = [
  fn("date_trunc(text, timestamp) timestamp", { call: truncateTimestamp }),
  fn("date_trunc(text, timestamptz) timestamptz", {
    volatility: "s",
    call: ([name, at], context) =>
      truncateInZone(
        name as string,
        at as Timestamp,
        sessionZone(context.timeZone),
      ),
  }),
  fn("date_trunc(text, timestamptz, text) timestamptz", {
    volatility: "s",
    call: ([name, at, zone]) =>
      truncateInZone(
        name as string,
        at as Timestamp,
        namedZone(zone as string),
      ),
  }),
  fn("date_trunc(text, interval) interval", { call: truncateInterval }),
  fn("date_bin(interval, timestamp, timestamp) timestamp", { call: bin }),
  fn("date_bin(interval, timestamptz, timestamptz) timestamptz", {
    call: bin,
  }),
];
