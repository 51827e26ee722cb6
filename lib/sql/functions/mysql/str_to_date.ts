/**
 * STR_TO_DATE (MySQL manual, 14.7).
 *
 * @module
 */

import {
  daysInMonth,
  daysOf,
  timestampOf,
} from "../../types/date_time/calendar.ts";
import { monthNames, weekdayNames } from "../../types/date_time/words.ts";

/**
 * @param text Text.
 * @param pattern Format, with `%Y` and so on.
 * @returns The moment; NULL when the text is not of that form.
 */
export function readByFormat(
  text: string,
  pattern: string,
): number | bigint | null {
  const parts = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    yearDay: 0,
  };
  let afternoon: boolean | undefined;
  let at = 0;
  const take = (regex: RegExp): string | undefined => {
    const found = regex.exec(text.slice(at))?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const number = (most: number) => {
    const digits = take(new RegExp(`^\\d{1,${most}}`));
    return digits === undefined ? undefined : Number(digits);
  };
  const name = (names: readonly string[], short: boolean) => {
    const index = names.findIndex((each) =>
      text.slice(at).toLowerCase().startsWith(
        (short ? each.slice(0, 3) : each).toLowerCase(),
      )
    );
    if (index >= 0) at += short ? 3 : (names[index] as string).length;
    return index < 0 ? undefined : index + 1;
  };
  const one = (c: string): boolean => {
    const set = (key: keyof typeof parts, found: number | undefined) => {
      if (found === undefined) return false;
      parts[key] = found;
      return true;
    };
    switch (c) {
      case "Y":
        return set("year", number(4));
      case "y": {
        const found = number(2);
        return set(
          "year",
          found === undefined
            ? undefined
            : found < 70
            ? 2000 + found
            : 1900 + found,
        );
      }
      case "m":
      case "c":
        return set("month", number(2));
      case "M":
        return set("month", name(monthNames, false));
      case "b":
        return set("month", name(monthNames, true));
      case "d":
      case "e":
        return set("day", number(2));
      case "D": {
        const found = number(2);
        take(/^(?:st|nd|rd|th)/i);
        return set("day", found);
      }
      case "j":
        return set("yearDay", number(3));
      case "H":
      case "k":
      case "h":
      case "I":
      case "l":
        return set("hour", number(2));
      case "i":
        return set("minute", number(2));
      case "S":
      case "s":
        return set("second", number(2));
      case "f": {
        const digits = take(/^\d{1,6}/);
        return set(
          "micros",
          digits === undefined ? undefined : Number(digits.padEnd(6, "0")),
        );
      }
      case "p": {
        const found = take(/^[ap]m/i);
        afternoon = found?.toLowerCase() === "pm";
        return found !== undefined;
      }
      case "T":
        return one("H") && take(/^:/) !== undefined && one("i") &&
          take(/^:/) !== undefined && one("s");
      case "r":
        return one("T") && take(/^\s*/) !== undefined && one("p");
      case "W":
        return name(weekdayNames, false) !== undefined;
      case "a":
        return name(weekdayNames, true) !== undefined;
      default:
        return text[at] === c && ++at > 0;
    }
  };
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === "%" && i + 1 < pattern.length) {
      take(/^\s+/);
      if (at >= text.length && text.length > 0) break;
      if (!one(pattern[++i] as string)) return null;
    } else if (/\s/.test(c)) take(/^\s*/);
    else if (at >= text.length) break;
    else if (text[at++] !== c) return null;
  }
  let { hour } = parts;
  if (afternoon !== undefined) hour = hour % 12 + (afternoon ? 12 : 0);
  if (hour > 23 || parts.minute > 59 || parts.second > 59) return null;
  const micros = ((hour * 60 + parts.minute) * 60 + parts.second) * 1_000_000 +
    parts.micros;
  if (parts.yearDay > 0 && parts.year > 0) {
    return timestampOf(daysOf(parts.year, 1, 1) + parts.yearDay - 1, micros);
  }
  const { year, month, day } = parts;
  if (
    year < 1 || month < 1 || month > 12 || day < 1 ||
    day > daysInMonth(year, month)
  ) return null;
  return timestampOf(daysOf(year, month, day), micros);
}
