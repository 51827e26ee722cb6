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

/** `10:20:30`, with microseconds if there are any; more than a day and less than nothing too. */
export function writeTime(micros: number): string {
  const size = Math.abs(micros);
  const seconds = Math.floor(size / 1_000_000);
  const rest = size % 1_000_000;
  const text = `${two(Math.floor(seconds / 3600))}:${
    two(Math.floor(seconds / 60) % 60)
  }:${two(seconds % 60)}`;
  return `${micros < 0 ? "-" : ""}${text}${
    rest === 0 ? "" : `.${String(rest).padStart(6, "0")}`
  }`;
}
