/**
 * Writes dates, times and timestamps in the four styles of `DateStyle` (manual, 8.5.2).
 *
 * @module
 */

import {
  type Civil,
  civilOf,
  hour,
  minute,
  second,
  weekdayOf,
} from "./calendar.ts";
import { dateOrder } from "./date_order.ts";
import { monthNames, weekdayNames } from "./words.ts";

/**
 * @param value A number, at least 0.
 * @returns It with two digits at least.
 */
export function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/**
 * @param micros Microseconds of a fraction of a second.
 * @returns `.123`, without zeros at its end; nothing for 0.
 */
export function writeFraction(micros: number): string {
  return micros === 0
    ? ""
    : `.${String(micros).padStart(6, "0").replace(/0+$/, "")}`;
}

/**
 * @param micros Microseconds since midnight.
 * @returns `hh:mm:ss.fraction`.
 */
export function writeClock(micros: number): string {
  const hours = Math.floor(micros / hour);
  const rest = micros - hours * hour;
  const minutes = Math.floor(rest / minute);
  const seconds = Math.floor((rest - minutes * minute) / second);
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${
    writeFraction(micros % second)
  }`;
}

/**
 * @param offset Seconds east of UTC.
 * @returns `+hh`, `+hh:mm` or `+hh:mm:ss`.
 */
export function writeOffset(offset: number): string {
  const size = Math.abs(offset);
  const hours = two(Math.floor(size / 3600));
  const minutes = Math.floor(size % 3600 / 60);
  const seconds = size % 60;
  const sign = offset < 0 ? "-" : "+";
  if (seconds !== 0) return `${sign}${hours}:${two(minutes)}:${two(seconds)}`;
  return minutes === 0 ? `${sign}${hours}` : `${sign}${hours}:${two(minutes)}`;
}

/** First half of `DateStyle`. */
type Style = "ISO" | "SQL" | "Postgres" | "German";

function styleOf(dateStyle: string): Style {
  if (/^\s*SQL/i.test(dateStyle)) return "SQL";
  if (/^\s*Postgres/i.test(dateStyle)) return "Postgres";
  return /^\s*German/i.test(dateStyle) ? "German" : "ISO";
}

const shownYear = (year: number) =>
  String(year > 0 ? year : 1 - year).padStart(4, "0");
const era = (year: number) => year > 0 ? "" : " BC";

function isoDate({ year, month, day }: Civil): string {
  return `${shownYear(year)}-${two(month)}-${two(day)}`;
}

/**
 * @param days Days since 2000-01-01.
 * @param dateStyle `DateStyle`.
 * @returns Text of a date.
 */
export function writeDate(days: number, dateStyle: string): string {
  const civil = civilOf(days);
  const { year, month, day } = civil;
  const style = styleOf(dateStyle);
  const order = dateOrder(dateStyle);
  const [m, d, y] = [two(month), two(day), shownYear(year)];
  switch (style) {
    case "ISO":
      return isoDate(civil) + era(year);
    case "SQL":
      return `${order === "DMY" ? `${d}/${m}` : `${m}/${d}`}/${y}${era(year)}`;
    case "German":
      return `${d}.${m}.${y}${era(year)}`;
    default:
      if (order === "YMD") return `${y}-${m}-${d}${era(year)}`;
      return `${order === "DMY" ? `${d}-${m}` : `${m}-${d}`}-${y}${era(year)}`;
  }
}

/** Zone of a timestamp as it is written. */
export interface WrittenZone {
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly abbreviation: string;
}

/**
 * @param days Days since 2000-01-01, local.
 * @param micros Microseconds of the day.
 * @param dateStyle `DateStyle`.
 * @param zone Its zone, for `timestamptz`.
 * @returns Text of a timestamp.
 */
export function writeTimestamp(
  days: number,
  micros: number,
  dateStyle: string,
  zone?: () => WrittenZone,
): string {
  const civil = civilOf(days);
  const { year, month, day } = civil;
  const clock = writeClock(micros);
  const style = styleOf(dateStyle);
  if (style === "ISO") {
    const offset = zone === undefined ? "" : writeOffset(zone().offset);
    return `${isoDate(civil)} ${clock}${offset}${era(year)}`;
  }
  const named = zone?.();
  const suffix = named === undefined ? "" : ` ${named.abbreviation}`;
  const dayFirst = dateOrder(dateStyle) === "DMY";
  const [m, d, y] = [two(month), two(day), shownYear(year)];
  if (style === "SQL") {
    return `${dayFirst ? `${d}/${m}` : `${m}/${d}`}/${y} ${clock}${suffix}${
      era(year)
    }`;
  }
  if (style === "German") return `${d}.${m}.${y} ${clock}${suffix}${era(year)}`;
  const weekday = (weekdayNames[weekdayOf(days)] as string).slice(0, 3);
  const name = (monthNames[month - 1] as string).slice(0, 3);
  return `${weekday} ${
    dayFirst ? `${d} ${name}` : `${name} ${d}`
  } ${clock} ${y}${suffix}${era(year)}`;
}
