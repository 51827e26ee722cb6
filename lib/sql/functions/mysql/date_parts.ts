/**
 * Parts of dates and differences between them (MySQL manual, 14.7).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- units are named as MySQL names them

import type { Datum } from "../../datum.ts";
import { civilOf, momentOf, narrow } from "../../types/date_time/calendar.ts";
import {
  sessionZone,
  type Zone,
  zoneOfOffset,
} from "../../types/date_time/time_zone.ts";
import { modeWeek } from "./date_format.ts";
import { type Stamp } from "./dates.ts";

/** A time zone by name or as `+02:00`. */
export function zoneNamed(name: string): Zone {
  const match = /^([-+])(\d{1,2}):(\d{2})$/.exec(name);
  if (match === null) return sessionZone(name);
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60;
  return zoneOfOffset(match[1] === "-" ? -seconds : seconds);
}

/** Whole units from one moment to another (TIMESTAMPDIFF). */
export function between(unit: string, from: Stamp, to: Stamp): Datum {
  const micros = BigInt(to) - BigInt(from);
  const lengths: Readonly<Record<string, bigint>> = {
    microsecond: 1n,
    second: 1_000_000n,
    minute: 60_000_000n,
    hour: 3_600_000_000n,
    day: 86_400_000_000n,
    week: 604_800_000_000n,
  };
  const length = lengths[unit];
  if (length !== undefined) return narrow(micros / length);
  const [early, late] = micros >= 0n
    ? [momentOf(from), momentOf(to)]
    : [momentOf(to), momentOf(from)];
  const a = civilOf(early.days);
  const b = civilOf(late.days);
  let months = (b.year - a.year) * 12 + b.month - a.month;
  if (b.day < a.day || (b.day === a.day && late.micros < early.micros)) {
    months--;
  }
  const size = unit === "year" ? 12 : unit === "quarter" ? 3 : 1;
  const count = Math.floor(months / size);
  return micros >= 0n ? count : -count || 0;
}

/** A part of a moment, or several as one number (EXTRACT). */
export function part(unit: string, at: Stamp): Datum {
  const moment = momentOf(at);
  const { year, month, day } = civilOf(moment.days);
  const seconds = Math.floor(moment.micros / 1_000_000);
  const hour = Math.floor(seconds / 3600);
  const minute = Math.floor(seconds / 60) % 60;
  const second = seconds % 60;
  const micros = moment.micros % 1_000_000;
  const values: Readonly<Record<string, number>> = {
    microsecond: micros,
    second,
    minute,
    hour,
    day,
    month,
    year,
    quarter: Math.ceil(month / 3),
    week: modeWeek(moment.days, 0).week,
    second_microsecond: second * 1_000_000 + micros,
    minute_second: minute * 100 + second,
    minute_microsecond: (minute * 100 + second) * 1_000_000 + micros,
    hour_minute: hour * 100 + minute,
    hour_second: (hour * 100 + minute) * 100 + second,
    hour_microsecond: ((hour * 100 + minute) * 100 + second) * 1_000_000 +
      micros,
    day_hour: day * 100 + hour,
    day_minute: (day * 100 + hour) * 100 + minute,
    day_second: ((day * 100 + hour) * 100 + minute) * 100 + second,
    day_microsecond:
      (((day * 100 + hour) * 100 + minute) * 100 + second) * 1_000_000 + micros,
    year_month: year * 100 + month,
  };
  return values[unit] ?? null;
}

/** Months since year 0 of a period such as 202001. */
export function periodMonths(period: number): number {
  const year = Math.floor(period / 100);
  return (year < 70 ? year + 2000 : year < 100 ? year + 1900 : year) * 12 +
    period % 100 - 1;
}

/** Months since year 0 as a period. */
export const periodOf = (months: number): number =>
  Math.floor(months / 12) * 100 + months % 12 + 1;
