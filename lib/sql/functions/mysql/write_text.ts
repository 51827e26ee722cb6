/**
 * Writes days and times as MySQL does.
 *
 * @module
 */

import { civilOf } from "../../types/date_time/calendar.ts";

/** At least two digits. */
export const two = (value: number): string => String(value).padStart(2, "0");

/** `2020-01-31`. */
export function writeDay(days: number): string {
  const { year, month, day } = civilOf(days);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/**
 * `10:20:30`; more than a day and less than nothing too.
 *
 * @param micros Microseconds.
 * @param digits Digits of the second; fewer than 0 for as many as count.
 */
export function writeTime(micros: number, digits = -1): string {
  const size = Math.abs(micros);
  const seconds = Math.floor(size / 1_000_000);
  const rest = size % 1_000_000;
  const text = `${two(Math.floor(seconds / 3600))}:${
    two(Math.floor(seconds / 60) % 60)
  }:${two(seconds % 60)}`;
  const fraction = digits < 0
    ? rest === 0 ? "" : String(rest).padStart(6, "0")
    : String(rest).padStart(6, "0").slice(0, digits);
  return `${micros < 0 ? "-" : ""}${text}${
    fraction === "" ? "" : `.${fraction}`
  }`;
}
