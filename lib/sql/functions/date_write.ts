/**
 * `to_char` of timestamps and intervals.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import {
  civilOf,
  daysOf,
  hour,
  isoWeek,
  julianOfEpoch,
  minute,
  mondayOf,
  second,
  weekdayOf,
} from "../types/date_time/calendar.ts";
import type { Interval } from "../types/date_time/interval.ts";
import { partsOf } from "../types/date_time/interval_write.ts";
import { monthNames, weekdayNames } from "../types/date_time/words.ts";
import { datePattern, type DateWord, isLowerCase } from "./date_pattern.ts";
import { ordinalEnding } from "./ordinal.ts";

/** What a template may show. */
interface Shown {
  /** Astronomical, or years of an interval. */
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly micros: number;
  readonly dayOfYear: number;
  /** Days since 2000-01-01; nothing for an interval. */
  readonly days: number | undefined;
  readonly zone: { readonly offset: number; readonly name: string } | undefined;
}

/** Roman numerals of months. */
export const romanMonths = [
  "I",
  "II",
  "III",
  "IV",
  "V",
  "VI",
  "VII",
  "VIII",
  "IX",
  "X",
  "XI",
  "XII",
] as const;

/** C's `%0*d`, with a place more for a sign. */
function padded(value: number, width: number, fill: boolean): string {
  if (fill) return String(value);
  const digits = String(Math.abs(value)).padStart(width, "0");
  return value < 0 ? `-${digits}` : digits;
}

const notForIntervals: ReadonlySet<DateWord> = new Set<DateWord>([
  "A.D.",
  "AD",
  "B.C.",
  "BC",
  "DAY",
  "Day",
  "DY",
  "Dy",
  "D",
  "ID",
  "MONTH",
  "Month",
  "MON",
  "Mon",
  "OF",
  "TZ",
  "TZH",
  "TZM",
]);

function named(
  name: string,
  text: string,
  options: { fill: boolean; width: number },
): string {
  const cased = isLowerCase(text)
    ? name.toLowerCase()
    : text === text.toUpperCase()
    ? name.toUpperCase()
    : name;
  return options.fill ? cased : cased.padEnd(options.width);
}

/** Text of one word of a template. */
function showWord(
  word: DateWord,
  text: string,
  fill: boolean,
  shown: Shown,
): string {
  const { year, month, day, hour, minute, second, micros, days } = shown;
  const interval = days === undefined;
  if (interval && notForIntervals.has(word)) {
    throw new SqlError(
      "22007",
      "invalid format specification for an interval value",
      { hint: "Intervals are not tied to specific calendar dates." },
    );
  }
  const number = (value: number, width: number) => padded(value, width, fill);
  // Here PostgreSQL lets the sign take one of the places.
  const counted = (value: number, width: number) =>
    number(value, value < 0 ? width - 1 : width);
  const seconds = hour * 3600 + minute * 60 + second;
  const plainYear = interval ? year : year <= 0 ? 1 - year : year;
  const week = () =>
    interval ? isoWeek(daysOf(year, month, day)) : isoWeek(days);
  const isoYear = () => {
    const { year: iso } = week();
    return interval ? iso : iso <= 0 ? 1 - iso : iso;
  };
  const half = (afternoon: string, morning: string) =>
    named(hour % 24 >= 12 ? afternoon : morning, text, { fill, width: 0 });
  switch (word) {
    case "A.M.":
    case "P.M.":
      return half("P.M.", "A.M.");
    case "AM":
    case "PM":
      return half("PM", "AM");
    case "HH":
    case "HH12":
      return number(hour % 12 === 0 ? 12 : hour % 12, 2);
    case "HH24":
      return number(hour, 2);
    case "MI":
      return number(minute, 2);
    case "SS":
      return number(second, 2);
    case "FF1":
    case "FF2":
    case "FF3":
    case "FF4":
    case "FF5":
    case "FF6": {
      const digits = Number(word[2]);
      return padded(Math.trunc(micros / 10 ** (6 - digits)), digits, false);
    }
    case "MS":
      return padded(Math.trunc(micros / 1000), 3, false);
    case "US":
      return padded(micros, 6, false);
    case "SSSS":
    case "SSSSS":
      return String(seconds);
    case "TZ":
      return isLowerCase(text)
        ? (shown.zone?.name ?? "").toLowerCase()
        : shown.zone?.name ?? "";
    case "TZH": {
      const offset = shown.zone?.offset ?? 0;
      return `${offset < 0 ? "-" : "+"}${
        padded(Math.floor(Math.abs(offset) / 3600), 2, false)
      }`;
    }
    case "TZM": {
      const offset = Math.abs(shown.zone?.offset ?? 0);
      return padded(Math.floor(offset % 3600 / 60), 2, false);
    }
    case "OF": {
      const offset = shown.zone?.offset ?? 0;
      const size = Math.abs(offset);
      const minutes = Math.floor(size % 3600 / 60);
      return `${offset < 0 ? "-" : "+"}${number(Math.floor(size / 3600), 2)}${
        minutes === 0 ? "" : `:${padded(minutes, 2, false)}`
      }`;
    }
    case "A.D.":
    case "B.C.":
      return named(year <= 0 ? "B.C." : "A.D.", text, { fill, width: 0 });
    case "AD":
    case "BC":
      return named(year <= 0 ? "BC" : "AD", text, { fill, width: 0 });
    case "MONTH":
    case "Month":
      return named(monthNames[month - 1] ?? "", text, { fill, width: 9 });
    case "MON":
    case "Mon":
      return named((monthNames[month - 1] ?? "").slice(0, 3), text, {
        fill,
        width: 0,
      });
    case "MM":
      return number(month, 2);
    case "DAY":
    case "Day":
      return named(weekdayNames[weekdayOf(days ?? 0)] as string, text, {
        fill,
        width: 9,
      });
    case "DY":
    case "Dy":
      return named(
        (weekdayNames[weekdayOf(days ?? 0)] as string).slice(0, 3),
        text,
        { fill, width: 0 },
      );
    case "DDD":
      return counted(shown.dayOfYear, 3);
    case "IDDD":
      return number(
        (days ?? daysOf(year, month, day)) - mondayOf(week().year, 1) + 1,
        3,
      );
    case "DD":
      return counted(day, 2);
    case "D":
      return String(weekdayOf(days ?? 0) + 1);
    case "ID":
      return String(weekdayOf(days ?? 0) || 7);
    case "WW":
      return number(Math.trunc((shown.dayOfYear - 1) / 7) + 1, 2);
    case "IW":
      return number(week().week, 2);
    case "Q":
      return month === 0 ? "" : String(Math.trunc((month - 1) / 3) + 1);
    case "CC": {
      const century = interval
        ? Math.trunc(year / 100)
        : year > 0
        ? Math.trunc((year - 1) / 100) + 1
        : Math.trunc(year / 100) - 1;
      return number(century, 2);
    }
    case "Y,YYY":
      return `${Math.trunc(plainYear / 1000)},${
        padded(plainYear % 1000, 3, false)
      }`;
    case "YYYY":
      return number(plainYear, 4);
    case "IYYY":
      return number(isoYear(), 4);
    case "YYY":
      return number(plainYear % 1000, 3);
    case "IYY":
      return number(isoYear() % 1000, 3);
    case "YY":
      return number(plainYear % 100, 2);
    case "IY":
      return number(isoYear() % 100, 2);
    case "Y":
      return number(plainYear % 10, 1);
    case "I":
      return number(isoYear() % 10, 1);
    case "RM": {
      if (month === 0 && year === 0) return "";
      const numeral = month === 0
        ? (year >= 0 ? "XII" : "I")
        : month < 0
        ? romanMonths[12 + month - 0] ?? romanMonths[-month - 1] ?? ""
        : romanMonths[month - 1] as string;
      return named(numeral, text, { fill, width: 4 });
    }
    case "W":
      return String(Math.trunc((day - 1) / 7) + 1);
    case "J":
      return String((days ?? daysOf(year, month, day)) + julianOfEpoch);
    default:
      return "";
  }
}

/** Words that take an ordinal's ending. */
function hasEnding(word: DateWord): boolean {
  return !/^(?:[AP]\.?M|[AB]\.?[DC]|MON|Mon|DAY|Day|DY|Dy|RM|TZ$|OF)/.test(
    word,
  );
}

function show(format: string, shown: Shown): string {
  let out = "";
  for (const node of datePattern(format).nodes) {
    if (node.is === "text") {
      out += node.text;
      continue;
    }
    const text = showWord(node.word, node.text, node.fill, shown);
    out += text;
    if (node.ordinal !== "" && hasEnding(node.word) && text !== "") {
      out += ordinalEnding(text, node.ordinal === "TH");
    }
  }
  return out;
}

/**
 * @param format Template.
 * @param days Days since 2000-01-01, local.
 * @param micros Microseconds of the day.
 * @param zone Zone of a `timestamptz`.
 * @returns The timestamp as the template says.
 */
export function showTimestamp(
  format: string,
  days: number,
  micros: number,
  zone?: Shown["zone"],
): string {
  const civil = civilOf(days);
  return show(format, {
    ...civil,
    hour: Math.floor(micros / hour),
    minute: Math.floor(micros % hour / minute),
    second: Math.floor(micros % minute / second),
    micros: micros % second,
    dayOfYear: days - daysOf(civil.year, 1, 1) + 1,
    days,
    zone,
  });
}

/**
 * @param format Template.
 * @param interval An interval.
 * @returns It as the template says.
 * @throws {SqlError} 22007.
 */
export function showInterval(format: string, interval: Interval): string {
  const parts = partsOf(interval);
  return show(format, {
    year: parts.years,
    month: parts.months,
    day: parts.days,
    hour: Number(parts.hours),
    minute: parts.minutes,
    second: parts.seconds,
    micros: parts.micros,
    dayOfYear: (parts.years * 12 + parts.months) * 30 + parts.days,
    days: undefined,
    zone: undefined,
  });
}
