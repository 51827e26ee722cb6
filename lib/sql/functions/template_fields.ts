/**
 * Puts the fields that `to_timestamp` and `to_date` have read together.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import {
  daysInMonth,
  daysOf,
  hour,
  isLeap,
  julianOfEpoch,
  minute,
  mondayOf,
  second,
} from "../types/date_time/calendar.ts";
import { readError } from "../types/date_time/read_error.ts";

/** What was read. */
export interface ReadByTemplate {
  /** Days since 2000-01-01. */
  readonly days: number;
  readonly micros: number;
  /** Seconds east of UTC, if the template has `TZH`. */
  readonly offset: number | undefined;
}

/** A number of a template. */
export type FieldName =
  | "hour"
  | "minute"
  | "second"
  | "ms"
  | "us"
  | "secondsOfDay"
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "weekday"
  | "week"
  | "weekOfMonth"
  | "century"
  | "julian";

/** Fields by their names, and what words said. */
export class TemplateFields {
  readonly #text: string;
  readonly #fields = new Map<FieldName, number>();
  #iso: boolean | undefined;
  /** Whether the hour is one of twelve. */
  twelve = false;
  afternoon = false;
  beforeChrist = false;
  /** Digits of the template's year. */
  yearDigits = 0;
  /** -1 or 1 once a zone was read. */
  zoneSign = 0;
  zoneHours = 0;
  zoneMinutes = 0;

  /**
   * @param text The whole text, for messages.
   */
  constructor(text: string) {
    this.#text = text;
  }

  /**
   * @param name Field.
   * @param value Its value.
   * @param word Word of the template, for messages.
   * @throws {SqlError} 22007 if the field had another value.
   */
  set(name: FieldName, value: number, word: string): void {
    const known = this.#get(name);
    if (known !== 0 && known !== value) {
      throw invalid(
        `conflicting values for "${word}" field in formatting string`,
        "This value contradicts a previous setting for the same field type.",
      );
    }
    this.#fields.set(name, value);
  }

  /**
   * Weeks of ISO 8601 and the months of the calendar do not mix.
   *
   * @param iso Which of them a word belongs to.
   */
  setMode(iso: boolean): void {
    if (this.#iso !== undefined && this.#iso !== iso) {
      throw invalid(
        "invalid combination of date conventions",
        undefined,
        "Do not mix Gregorian and ISO week date conventions in a formatting template.",
      );
    }
    this.#iso = iso;
  }

  #get(name: FieldName): number {
    return this.#fields.get(name) ?? 0;
  }

  /**
   * @returns Date and time of the fields.
   * @throws {SqlError} 22007, 22008.
   */
  finish(): ReadByTemplate {
    const micros = this.#finishTime();
    let offset: number | undefined;
    if (this.zoneSign !== 0) {
      if (this.zoneHours > 15 || this.zoneMinutes > 59) {
        throw readError("field", this.#text, "timestamp");
      }
      offset = this.zoneSign *
        (this.zoneHours * 3600 + this.zoneMinutes * 60);
    }
    return { days: this.#finishDate(), micros, offset };
  }

  #finishTime(): number {
    let hours = this.#get("hour");
    let minutes = this.#get("minute");
    let seconds = this.#get("second");
    const ofDay = this.#get("secondsOfDay");
    if (ofDay !== 0) {
      hours = Math.floor(ofDay / 3600);
      minutes = Math.floor(ofDay % 3600 / 60);
      seconds = ofDay % 60;
    }
    if (this.twelve) {
      if (hours < 1 || hours > 12) {
        throw invalid(
          `hour "${hours}" is invalid for the 12-hour clock`,
          undefined,
          "Use the 24-hour clock, or give an hour between 1 and 12.",
        );
      }
      if (this.afternoon && hours < 12) hours += 12;
      else if (!this.afternoon && hours === 12) hours = 0;
    }
    const micros = this.#get("ms") * 1000 + this.#get("us");
    if (
      hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 ||
      seconds > 59 || micros < 0 || micros >= second
    ) throw readError("field", this.#text, "timestamp");
    return hours * hour + minutes * minute + seconds * second + micros;
  }

  #finishYear(): number {
    let century = this.#get("century");
    const year = this.#get("year");
    const era = this.beforeChrist ? -1 : 1;
    if (year !== 0) {
      if (century !== 0 && this.yearDigits <= 2) {
        century *= era;
        const low = year % 100;
        if (low !== 0) {
          return century >= 0
            ? low + (century - 1) * 100
            : (century + 1) * 100 - low + 1;
        }
        return century * 100 + (century >= 0 ? 0 : 1);
      }
      const signed = year * era;
      return signed < 0 ? signed + 1 : signed;
    }
    if (century !== 0) {
      century *= era;
      return century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1;
    }
    return 0;
  }

  #finishDate(): number {
    const julian = this.#get("julian");
    if (julian !== 0) return julian - julianOfEpoch;
    const year = this.#finishYear();
    const week = this.#get("week");
    const weekday = this.#get("weekday");
    let dayOfYear = this.#get("dayOfYear");
    const month = this.#get("month") || 1;
    let day = this.#get("day") || 1;
    if (week !== 0) {
      if (this.#iso === true) {
        return mondayOf(year, week) + (weekday === 0 ? 0 : weekday - 1);
      }
      dayOfYear = (week - 1) * 7 + 1;
    }
    const weekOfMonth = this.#get("weekOfMonth");
    if (weekOfMonth !== 0) day = (weekOfMonth - 1) * 7 + 1;
    if (dayOfYear !== 0 && (month <= 1 || day <= 1)) {
      if (year === 0 && !this.beforeChrist) {
        throw invalid("cannot calculate day of year without year information");
      }
      if (this.#iso === true) return mondayOf(year, 1) + dayOfYear - 1;
      if (dayOfYear < 1 || dayOfYear > (isLeap(year) ? 366 : 365)) {
        throw readError("field", this.#text, "timestamp");
      }
      return daysOf(year, 1, dayOfYear);
    }
    if (month < 1 || month > 12 || day < 1 || day > 31) {
      throw readError("field", this.#text, "timestamp");
    }
    if (day > daysInMonth(year, month)) {
      throw readError("field", this.#text, "timestamp");
    }
    return daysOf(year, month, day);
  }
}

/**
 * @param message First sentence.
 * @param detail Second one.
 * @param hint What to do.
 * @returns Error 22007.
 */
export function invalid(
  message: string,
  detail?: string,
  hint?: string,
): SqlError {
  return new SqlError("22007", message, { detail, hint });
}
