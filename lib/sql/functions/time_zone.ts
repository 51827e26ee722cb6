/**
 * `AT TIME ZONE`: `timezone(zone, value)`.
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
  isFinite,
  momentOf,
  second,
  timestampOf,
} from "../types/date_time/calendar.ts";
import { intervalOf } from "../types/date_time/interval.ts";
import { writeInterval } from "../types/date_time/interval_write.ts";
import { readOffset } from "../types/date_time/read_clock.ts";
import { ReadFailure } from "../types/date_time/read_error.ts";
import {
  findZone,
  type Zone,
  zoneOfOffset,
} from "../types/date_time/time_zone.ts";
import { abbreviations } from "../types/date_time/zone_abbreviations.ts";
import { timeTzDatum, timeTzOf } from "../types/time.ts";
import { type Definition, fn } from "./define.ts";

/**
 * @param name Abbreviation, IANA name or POSIX text.
 * @returns The zone.
 * @throws {SqlError} 22023.
 */
export function namedZone(name: string): Zone {
  const short = abbreviations.get(name.toLowerCase());
  if (short !== undefined) return zoneOfOffset(short.offset);
  const zone = findZone(name);
  if (zone !== undefined) return zone;
  throw new SqlError("22023", `time zone "${name}" not recognized`);
}

/**
 * @param name What `make_timestamptz` takes: an offset with the sign of ISO 8601, or a name.
 * @returns The zone.
 * @throws {SqlError} 22023.
 */
export function writtenZone(name: string): Zone {
  if (/^\d/.test(name)) {
    throw new SqlError(
      "22023",
      `invalid input syntax for type numeric time zone: "${name}"`,
      { hint: 'Numeric time zones must have "-" or "+" as first character.' },
    );
  }
  if (!/^[+-]/.test(name)) return namedZone(name);
  try {
    return zoneOfOffset(readOffset(name));
  } catch (error) {
    if (error instanceof ReadFailure && error.fault === "zone") {
      throw new SqlError(
        "22023",
        `numeric time zone "${name}" out of range`,
      );
    }
    throw new SqlError("22023", `time zone "${name}" not recognized`);
  }
}

/** A zone given as an interval. */
function zoneOfInterval(datum: string): Zone {
  const interval = intervalOf(datum);
  if (interval.months !== 0 || interval.days !== 0) {
    throw new SqlError(
      "22023",
      `interval time zone "${
        writeInterval(interval, "postgres")
      }" must not include months or days`,
    );
  }
  return zoneOfOffset(Math.trunc(Number(interval.micros) / second));
}

const kinds = {
  text: (zone: Datum) => namedZone(zone as string),
  interval: (zone: Datum) => zoneOfInterval(zone as string),
} as const;

function toTimestamp(at: Timestamp, zone: Zone): Timestamp {
  if (!isFinite(at)) return at;
  const { days, micros } = localOf(at, zone);
  return checkedTimestamp(timestampOf(days, micros));
}

function toTimestampTz(at: Timestamp, zone: Zone): Timestamp {
  if (!isFinite(at)) return at;
  const { days, micros } = momentOf(at);
  return checkedTimestamp(utcOf(days, micros, zone));
}

function moveTime(value: string, zone: Zone, context: EvalContext): string {
  const { micros, west } = timeTzOf(value);
  const now = Number(context.transactionTime) / second;
  const there = 0 - zone.offsetAt(now);
  const moved = micros + (west - there) * second;
  return timeTzDatum(((moved % day) + day) % day, there);
}

/** See the top of the file. */
export const timeZoneFunctions: readonly Definition[] = (
  Object.keys(kinds) as (keyof typeof kinds)[]
).flatMap((kind) => [
  fn(`timezone(${kind}, timestamptz) timestamp`, {
    call: ([zone, at]) =>
      toTimestamp(at as Timestamp, kinds[kind](zone as Datum)),
  }),
  fn(`timezone(${kind}, timestamp) timestamptz`, {
    call: ([zone, at]) =>
      toTimestampTz(at as Timestamp, kinds[kind](zone as Datum)),
  }),
  fn(`timezone(${kind}, timetz) timetz`, {
    volatility: kind === "text" ? "s" : "i",
    call: ([zone, at], context) =>
      moveTime(at as string, kinds[kind](zone as Datum), context),
  }),
]);
