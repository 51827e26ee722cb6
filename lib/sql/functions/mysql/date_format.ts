/**
 * DATE_FORMAT and the weeks it counts (MySQL manual, 14.7).
 *
 * @module
 */

import {
  civilOf,
  daysOf,
  momentOf,
  weekdayOf,
} from "../../types/date_time/calendar.ts";
import { monthNames, weekdayNames } from "../../types/date_time/words.ts";
import { two } from "./write_text.ts";

/**
 * @param days Day.
 * @param mode Mode of WEEK(): bit 0 Monday first, bit 1 weeks from 1, bit 2 the first week is that of the first such day.
 * @returns Week, and the year that it belongs to.
 */
export function modeWeek(
  days: number,
  mode: number,
): { year: number; week: number } {
  const monday = (mode & 1) !== 0;
  const fromOne = (mode & 2) !== 0;
  // With Sunday first the meaning of the third bit is turned round.
  const wholeWeek = ((mode & 4) !== 0) === monday;
  /** Day on which week 1 of a year begins. */
  const begins = (year: number) => {
    const first = daysOf(year, 1, 1);
    const weekday = monday ? (weekdayOf(first) + 6) % 7 : weekdayOf(first);
    const joins = wholeWeek ? weekday === 0 : weekday <= 3;
    return joins ? first - weekday : first + 7 - weekday;
  };
  const { year } = civilOf(days);
  const weekOf = (of: number) => Math.floor((days - begins(of)) / 7) + 1;
  if (days < begins(year)) {
    return fromOne
      ? { year: year - 1, week: weekOf(year - 1) }
      : { year, week: 0 };
  }
  return fromOne && days >= begins(year + 1)
    ? { year: year + 1, week: 1 }
    : { year, week: weekOf(year) };
}

function ordinal(day: number): string {
  const tens = Math.floor(day / 10);
  const suffix = tens === 1 ? "th" : ["th", "st", "nd", "rd"][day % 10] ?? "th";
  return `${day}${suffix}`;
}

/**
 * @param at Moment.
 * @param pattern Format, with `%Y` and so on.
 * @returns The text.
 */
export function dateFormat(at: number | bigint, pattern: string): string {
  const { days, micros } = momentOf(at);
  const { year, month, day } = civilOf(days);
  const seconds = Math.floor(micros / 1_000_000);
  const hour = Math.floor(seconds / 3600);
  const minute = Math.floor(seconds / 60) % 60;
  const second = seconds % 60;
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const half = hour < 12 ? "AM" : "PM";
  const weekday = weekdayNames[weekdayOf(days)] as string;
  const monthName = monthNames[month - 1] as string;
  const of = (c: string): string => {
    switch (c) {
      case "a":
        return weekday.slice(0, 3);
      case "b":
        return monthName.slice(0, 3);
      case "c":
        return String(month);
      case "D":
        return ordinal(day);
      case "d":
        return two(day);
      case "e":
        return String(day);
      case "f":
        return String(micros % 1_000_000).padStart(6, "0");
      case "H":
        return two(hour);
      case "h":
      case "I":
        return two(twelve);
      case "i":
        return two(minute);
      case "j":
        return String(days - daysOf(year, 1, 1) + 1).padStart(3, "0");
      case "k":
        return String(hour);
      case "l":
        return String(twelve);
      case "M":
        return monthName;
      case "m":
        return two(month);
      case "p":
        return half;
      case "r":
        return `${two(twelve)}:${two(minute)}:${two(second)} ${half}`;
      case "S":
      case "s":
        return two(second);
      case "T":
        return `${two(hour)}:${two(minute)}:${two(second)}`;
      case "U":
        return two(modeWeek(days, 0).week);
      case "u":
        return two(modeWeek(days, 1).week);
      case "V":
        return two(modeWeek(days, 2).week);
      case "v":
        return two(modeWeek(days, 3).week);
      case "W":
        return weekday;
      case "w":
        return String(weekdayOf(days));
      case "X":
        return String(modeWeek(days, 2).year).padStart(4, "0");
      case "x":
        return String(modeWeek(days, 3).year).padStart(4, "0");
      case "Y":
        return String(year).padStart(4, "0");
      case "y":
        return two(year % 100);
      default:
        return c;
    }
  };
  return pattern.replaceAll(/%([\s\S])/g, (_, c: string) => of(c));
}
