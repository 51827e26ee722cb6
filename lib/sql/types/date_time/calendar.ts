/**
 * Days, months and years of the proleptic Gregorian calendar, and points in time as datums.
 *
 * Years are astronomical: 0 is 1 BC. Days count from 2000-01-01.
 *
 * @module
 */

/** Microseconds of a second. */
export const second = 1_000_000;
/** Microseconds of a minute. */
export const minute = 60_000_000;
/** Microseconds of an hour. */
export const hour = 3_600_000_000;
/** Microseconds of a day. */
export const day = 86_400_000_000;

/** Days from 1970-01-01 to 2000-01-01. */
export const unixDays = 10_957;
/** Milliseconds from 1970 to the beginning of PostgreSQL's count, 2000-01-01 UTC. */
export const epochMilliseconds = Math.abs(unixDays) * 86_400_000;
/** Julian day of 2000-01-01. */
export const julianOfEpoch = 2_451_545;

/** `infinity` of timestamps. */
export const infinity = 9223372036854775807n;
/** `-infinity` of timestamps. */
export const minusInfinity = -9223372036854775808n;
/** `infinity` of dates. */
export const dateInfinity = 2147483647;
/** `-infinity` of dates. */
export const dateMinusInfinity = -2147483648;

/** First day of timestamps: 4714-11-24 BC. */
const firstDay = -2_451_545;
/** Day after the last one of timestamps: 294277-01-01. */
const endDay = 106_751_983;
/** Day after the last one of dates: 5874898-01-01. */
const endDate = 2_145_031_949;

/** A day by its calendar. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/**
 * @param year Astronomical year.
 * @param month From 1.
 * @param dayOfMonth From 1; may lie beyond the month.
 * @returns Days since 2000-01-01.
 */
export function daysOf(
  year: number,
  month: number,
  dayOfMonth: number,
): number {
  // Years begin in March, so that the odd day is the last one.
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const m = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * m + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 730_425;
}

/**
 * @param days Days since 2000-01-01.
 * @returns The day by its calendar.
 */
export function civilOf(days: number): Civil {
  const z = days + 730_425;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra -
    (365 * yearOfEra + Math.floor(yearOfEra / 4) -
      Math.floor(yearOfEra / 100));
  const m = Math.floor((5 * dayOfYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * m + 2) / 5) + 1,
  };
}

/**
 * @param year Astronomical year.
 * @returns Whether it has a 29th of February.
 */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/**
 * @param year Astronomical year.
 * @param month From 1.
 * @returns Days of the month.
 */
export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/**
 * @param days Days since 2000-01-01.
 * @returns Day of the week, Sunday is 0.
 */
export function weekdayOf(days: number): number {
  return ((days + 6) % 7 + 7) % 7;
}

/** ISO year and week (ISO 8601) of a day. */
export function isoWeek(days: number): { year: number; week: number } {
  // The week belongs to the year of its Thursday.
  const thursday = days + 4 - ((weekdayOf(days) + 6) % 7 + 1);
  const { year } = civilOf(thursday);
  return {
    year,
    week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1,
  };
}

/**
 * @param year ISO year.
 * @param week ISO week.
 * @returns Its Monday, in days since 2000-01-01.
 */
export function mondayOf(year: number, week: number): number {
  const fourth = daysOf(year, 1, 4);
  return fourth - (weekdayOf(fourth) + 6) % 7 + (week - 1) * 7;
}

/** A point in time as days since 2000-01-01 and microseconds of that day. */
export interface Moment {
  readonly days: number;
  readonly micros: number;
}

/**
 * @param value Datum of a timestamp that is finite.
 * @returns Its day and the rest.
 */
export function momentOf(value: number | bigint): Moment {
  if (typeof value === "number") {
    const days = Math.floor(value / day);
    return { days, micros: value - days * day };
  }
  const length = BigInt(day);
  let days = value / length;
  let micros = value % length;
  if (micros < 0n) {
    micros += length;
    days -= 1n;
  }
  return { days: Number(days), micros: Number(micros) };
}

/** Days whose microseconds since 2000 a float holds exactly. */
const safeDays = 104_000;

/**
 * @param days Days since 2000-01-01.
 * @param micros Microseconds of that day; may be more or less than a day.
 * @returns Datum of the timestamp, not checked.
 */
export function timestampOf(days: number, micros: number): number | bigint {
  return days < safeDays && days > -safeDays && Math.abs(micros) < day * 2
    ? days * day + micros
    : narrow(BigInt(days) * BigInt(day) + BigInt(micros));
}

/** @returns An integer as the datum it is. */
export function narrow(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n
    ? Number(value)
    : value;
}

/**
 * @param value Datum of a timestamp.
 * @returns Whether it is neither infinity.
 */
export function isFinite(value: number | bigint): boolean {
  return value !== infinity && value !== minusInfinity;
}

/**
 * @param value Datum of a timestamp that should be finite.
 * @returns Whether PostgreSQL could keep it.
 */
export function inTimestampRange(value: number | bigint): boolean {
  return value >= BigInt(firstDay) * BigInt(day) &&
    value < BigInt(endDay) * BigInt(day);
}

/**
 * @param days Days since 2000-01-01.
 * @returns Whether a date can be that day.
 */
export function inDateRange(days: number): boolean {
  return days >= firstDay && days < endDate;
}

/**
 * @param days Days since 2000-01-01.
 * @returns Whether a timestamp can be on that day.
 */
export function dayInTimestampRange(days: number): boolean {
  return days >= firstDay && days < endDay;
}
