/**
 * The fields of a date or time while its text is read: which number is the year, the month or the day, and
 * whether they make a date.
 *
 * @module
 */

import {
  civilOf,
  daysInMonth,
  daysOf,
  hour,
  isLeap,
  minute,
  second,
} from "./calendar.ts";
import type { DateOrder } from "./date_order.ts";
import { readFraction } from "./read_clock.ts";
import { fail } from "./read_error.ts";

/** Bits of the fields that were found. */
export const fieldBits = {
  year: 1,
  month: 2,
  dayOfMonth: 4,
  dayOfYear: 8,
  time: 16,
  zone: 32,
  /** Year, month and day. */
  date: 7,
} as const;

const { year, month, dayOfMonth, dayOfYear, time, date } = fieldBits;

/** See the top of the file. */
export class DateFields {
  readonly #order: DateOrder;
  #year = 0;
  #month = 0;
  #day = 0;
  #dayOfYear = 0;
  #twoDigits = false;
  #textMonth = false;
  /** Bits of the fields that were found. */
  found = 0;
  /** Microseconds since midnight. */
  micros = 0;
  /** Whether the year counts back from the year 1. */
  beforeChrist = false;
  /** Days since 2000-01-01, if a Julian day was given. */
  julian: number | undefined;

  /**
   * @param order Order of fields that `DateStyle` asks for.
   */
  constructor(order: DateOrder) {
    this.#order = order;
  }

  /**
   * @param days Days since 2000-01-01 that the fields shall be.
   */
  setDays(days: number): void {
    const civil = civilOf(days);
    this.#year = civil.year;
    this.#month = civil.month;
    this.#day = civil.day;
  }

  /**
   * Takes a month that was written as a word.
   *
   * @param value From 1.
   * @returns Bits of what was found.
   */
  takeMonth(value: number): number {
    if (
      (this.found & month) !== 0 && !this.#textMonth &&
      (this.found & dayOfMonth) === 0 && this.#month >= 1 && this.#month <= 31
    ) {
      // What was taken for a month was the day.
      this.#day = this.#month;
      this.#month = value;
      this.#textMonth = true;
      return dayOfMonth;
    }
    this.#textMonth = true;
    this.#month = value;
    return month;
  }

  /**
   * Takes a number that is a year, month or day, by what is there already.
   *
   * @param text Digits.
   * @param found Bits of what is there.
   * @returns Bits of what was found.
   */
  takeField(text: string, found: number): number {
    if (!/^\d+$/.test(text)) {
      const point = text.indexOf(".");
      if (point > 2) return this.takeRun(text, found | date);
      fail("format");
    }
    const value = Number(text);
    const { length } = text;
    if (
      length === 3 && (found & date) === year && value >= 1 && value <= 366
    ) {
      this.#dayOfYear = value;
      return dayOfYear;
    }
    const asYear = () => {
      this.#year = value;
      this.#twoDigits = length <= 2;
      return year;
    };
    const asMonth = () => {
      this.#month = value;
      return month;
    };
    const asDay = () => {
      this.#day = value;
      return dayOfMonth;
    };
    switch (found & date) {
      case 0:
        if (length >= 3 || this.#order === "YMD") return asYear();
        return this.#order === "DMY" ? asDay() : asMonth();
      case year:
        return asMonth();
      case month:
        if (!this.#textMonth) return asDay();
        return length >= 3 || this.#order === "YMD" ? asYear() : asDay();
      case year | month:
        if (this.#textMonth && length >= 3 && this.#twoDigits) {
          // What was taken for a year of two digits was the day.
          this.#day = this.#year;
          this.#year = value;
          this.#twoDigits = false;
          return dayOfMonth;
        }
        return asDay();
      case dayOfMonth:
        return asMonth();
      case month | dayOfMonth:
        return asYear();
      case date:
        return this.takeRun(text, found);
      default:
        return fail("format");
    }
  }

  /**
   * Takes digits that are run together: `yyyymmdd`, `yymmdd`, `hhmmss.fraction`, `hhmm`.
   *
   * @param text Digits.
   * @param found Bits of what is there.
   * @returns Bits of what was found.
   */
  takeRun(text: string, found = this.found): number {
    const point = text.indexOf(".");
    const digits = point < 0 ? text : text.slice(0, point);
    if (!/^\d+$/.test(digits)) fail("format");
    const fraction = point < 0 ? 0 : readFraction(text.slice(point));
    const { length } = digits;
    if (point < 0 && (found & date) !== date && length >= 6) {
      this.#day = Number(digits.slice(-2));
      this.#month = Number(digits.slice(-4, -2));
      this.#year = Number(digits.slice(0, -4));
      this.#twoDigits = length === 6;
      return date;
    }
    if ((found & time) === 0 && (length === 6 || length === 4)) {
      const seconds = length === 6 ? Number(digits.slice(4)) : 0;
      const minutes = Number(digits.slice(2, 4));
      if (minutes > 59 || seconds > 60) fail("field");
      this.micros = Number(digits.slice(0, 2)) * hour + minutes * minute +
        seconds * second + fraction;
      if (this.micros > 24 * hour) fail("field");
      return time;
    }
    return fail("format");
  }

  /**
   * Checks the date.
   *
   * @returns Days since 2000-01-01; nothing when there is no date.
   */
  finishDate(): number | undefined {
    const found = this.found;
    if (this.julian !== undefined) return this.julian;
    let y = this.#year;
    if ((found & year) !== 0) {
      if (this.beforeChrist) {
        if (y <= 0) fail("field");
        y = 1 - y;
      } else if (this.#twoDigits) {
        y += y < 70 ? 2000 : y < 100 ? 1900 : 0;
      } else if (y <= 0) fail("field");
    }
    if ((found & dayOfYear) !== 0 && (found & year) !== 0) {
      if (this.#dayOfYear > (isLeap(y) ? 366 : 365)) fail("order");
      return daysOf(y, 1, this.#dayOfYear);
    }
    if ((found & month) !== 0 && (this.#month < 1 || this.#month > 12)) {
      fail("order");
    }
    if ((found & dayOfMonth) !== 0 && (this.#day < 1 || this.#day > 31)) {
      fail("order");
    }
    if ((found & date) !== date) {
      if ((found & date) !== 0) fail("format");
      return undefined;
    }
    if (this.#day > daysInMonth(y, this.#month)) fail("field");
    return daysOf(y, this.#month, this.#day);
  }
}
