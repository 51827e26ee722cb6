/**
 * Adds intervals to timestamps, and takes timestamps from each other.
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import {
  civilOf,
  day,
  daysInMonth,
  daysOf,
  inTimestampRange,
  isFinite,
  type Moment,
  momentOf,
  narrow,
  second,
  timestampOf,
} from "./calendar.ts";
import { type Interval, intervalOutOfRange } from "./interval.ts";
import { type Zone } from "./time_zone.ts";

/** A datum of a timestamp. */
export type Timestamp = number | bigint;

/** @returns Error 22008 `timestamp out of range`. */
export function timestampOutOfRange(): SqlError {
  return new SqlError("22008", "timestamp out of range");
}

/**
 * @param value A point in time.
 * @returns It, if a timestamp can be that.
 * @throws {SqlError} 22008.
 */
export function checkedTimestamp(value: Timestamp): Timestamp {
  if (inTimestampRange(value)) return value;
  throw timestampOutOfRange();
}

/**
 * @param at A point in time, UTC, finite.
 * @param zone A zone.
 * @returns Day and time by its clocks, and its offset.
 */
export function localOf(
  at: Timestamp,
  zone: Zone,
): Moment & { readonly offset: number } {
  const { days, micros } = momentOf(at);
  const offset = zone.offsetAt(days * 86_400 + Math.floor(micros / second));
  const local = micros + offset * second;
  const shift = Math.floor(local / day);
  return { days: days + shift, micros: local - shift * day, offset };
}

/**
 * @param days Days since 2000-01-01 by the zone's clocks.
 * @param micros Microseconds of the day.
 * @param zone The zone.
 * @returns The point in time, UTC, not checked.
 */
export function utcOf(days: number, micros: number, zone: Zone): Timestamp {
  const seconds = days * 86_400 + Math.floor(micros / second);
  return timestampOf(days, micros - zone.offsetOfLocal(seconds) * second);
}

/**
 * @param days A day.
 * @param months Months to go on, or back.
 * @returns The same day of that month, or its last one.
 */
export function addMonths(days: number, months: number): number {
  if (months === 0) return days;
  const civil = civilOf(days);
  const month = civil.year * 12 + civil.month - 1 + months;
  const year = Math.floor(month / 12);
  const of = month - year * 12 + 1;
  return daysOf(year, of, Math.min(civil.day, daysInMonth(year, of)));
}

/**
 * Adds an interval: months first, then days, then the rest.
 *
 * @param at A timestamp.
 * @param interval What to add.
 * @param zone Zone of the days, for `timestamptz`.
 * @returns The sum.
 * @throws {SqlError} 22008.
 */
export function addInterval(
  at: Timestamp,
  interval: Interval,
  zone?: Zone,
): Timestamp {
  if (!isFinite(at)) return at;
  const { months, days, micros } = interval;
  let value = at;
  if (months !== 0 || days !== 0) {
    const local = zone === undefined ? momentOf(at) : localOf(at, zone);
    const there = addMonths(local.days, months) + days;
    if (Math.abs(there) > 200_000_000) throw timestampOutOfRange();
    value = zone === undefined
      ? timestampOf(there, local.micros)
      : utcOf(there, local.micros, zone);
    checkedTimestamp(value);
  }
  return micros === 0n
    ? value
    : checkedTimestamp(narrow(BigInt(value) + micros));
}

/** @returns The interval with the other sign. */
export function negateInterval(
  { months, days, micros }: Interval,
): Interval {
  return { months: 0 - months, days: 0 - days, micros: -micros };
}

/**
 * @param interval An interval.
 * @returns The same with 24 hours counted as a day.
 */
export function justifyHours(interval: Interval): Interval {
  const length = BigInt(day);
  const whole = interval.micros / length;
  let days = interval.days + Number(whole);
  let micros = interval.micros - whole * length;
  if (days > 0 && micros < 0n) {
    micros += length;
    days -= 1;
  } else if (days < 0 && micros > 0n) {
    micros -= length;
    days += 1;
  }
  return { months: interval.months, days, micros };
}

/**
 * @param interval An interval.
 * @returns The same with 30 days counted as a month.
 */
export function justifyDays(interval: Interval): Interval {
  const whole = Math.trunc(interval.days / 30);
  let months = interval.months + whole;
  let days = interval.days - whole * 30;
  if (months > 0 && days < 0) {
    days += 30;
    months -= 1;
  } else if (months < 0 && days > 0) {
    days -= 30;
    months += 1;
  }
  return { months, days: days + 0, micros: interval.micros };
}

/**
 * @param interval An interval.
 * @returns The same with one sign for all parts, hours below 24 and days below 30.
 */
export function justifyInterval(interval: Interval): Interval {
  const length = BigInt(day);
  let { months, days, micros } = interval;
  // Days are settled first if they and the time agree, lest their sum be too large.
  if ((days > 0 && micros > 0n) || (days < 0 && micros < 0n)) {
    const whole = Math.trunc(days / 30);
    days -= whole * 30;
    months += whole;
  }
  const wholeDays = micros / length;
  micros -= wholeDays * length;
  days += Number(wholeDays);
  const whole = Math.trunc(days / 30);
  days -= whole * 30;
  months += whole;
  if (months > 0 && (days < 0 || (days === 0 && micros < 0n))) {
    days += 30;
    months -= 1;
  } else if (months < 0 && (days > 0 || (days === 0 && micros > 0n))) {
    days -= 30;
    months += 1;
  }
  if (days > 0 && micros < 0n) {
    micros += length;
    days -= 1;
  } else if (days < 0 && micros > 0n) {
    micros -= length;
    days += 1;
  }
  if (Math.abs(months) > 2147483647) throw intervalOutOfRange();
  return { months: months + 0, days: days + 0, micros };
}

/**
 * @returns Days and time between two timestamps.
 * @throws {SqlError} 22008.
 */
export function subtractTimestamps(a: Timestamp, b: Timestamp): Interval {
  if (!isFinite(a) || !isFinite(b)) {
    throw new SqlError("22008", "cannot subtract infinite timestamps");
  }
  return justifyHours({
    months: 0,
    days: 0,
    micros: BigInt(a) - BigInt(b),
  });
}

/**
 * @param a Local time.
 * @param b Another.
 * @returns Years, months, days and time between them, as people count.
 */
export function ageBetween(a: Moment, b: Moment): Interval {
  const order = a.days - b.days || a.micros - b.micros;
  if (order < 0) return negateInterval(ageForward(b, a));
  return ageForward(a, b);
}

function ageForward(later: Moment, earlier: Moment): Interval {
  const to = civilOf(later.days);
  const from = civilOf(earlier.days);
  let months = (to.year - from.year) * 12 + to.month - from.month;
  let days = to.day - from.day;
  let micros = later.micros - earlier.micros;
  if (micros < 0) {
    micros += day;
    days -= 1;
  }
  if (days < 0) {
    // The month that is broken up is the earlier one's.
    days += daysInMonth(from.year, from.month);
    months -= 1;
  }
  return { months, days, micros: BigInt(micros) };
}

/** Rounds to microseconds, to even. */
function roundSix(value: number): number {
  return roundEven(value * second) / second;
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/**
 * @param interval An interval.
 * @param times What to do to each part: multiply or divide.
 * @returns The product; parts of months become days, parts of days become time.
 * @throws {SqlError} 22008.
 */
export function scaleInterval(
  interval: Interval,
  times: (part: number) => number,
): Interval {
  const product = times(interval.months);
  let dayProduct = times(interval.days);
  const fits = (value: number) => value >= -2147483648 && value <= 2147483647;
  if (!fits(product) || !fits(dayProduct)) throw intervalOutOfRange();
  const months = Math.trunc(product) + 0;
  const restDays = roundSix((product - months) * 30);
  let days = Math.trunc(dayProduct) + 0;
  dayProduct -= days;
  let seconds = roundSix(
    (dayProduct + restDays - Math.trunc(restDays)) * 86_400,
  );
  if (Math.abs(seconds) >= 86_400) {
    const whole = Math.trunc(seconds / 86_400);
    days += whole;
    seconds -= whole * 86_400;
  }
  days += Math.trunc(restDays) + 0;
  const micros = roundEven(times(Number(interval.micros)) + seconds * second);
  if (!(micros >= -(2 ** 63) && micros < 2 ** 63) || !fits(days)) {
    throw intervalOutOfRange();
  }
  return { months, days, micros: BigInt(micros) };
}

/**
 * @param micros Microseconds, below zero or beyond a day too.
 * @returns The time of day that is.
 */
export function wrapDay(micros: bigint): number {
  const length = BigInt(day);
  return Number(((micros % length) + length) % length);
}
