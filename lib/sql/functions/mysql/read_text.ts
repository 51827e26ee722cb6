/**
 * Reads numbers, dates and times out of texts as MySQL does by itself (manual, 11.1.2, 11.1.3 and 14.3).
 *
 * @module
 */

import { daysInMonth, daysOf } from "../../types/date_time/calendar.ts";

/** The number a text begins with, as it is written; `0` when it begins with none. */
export function numberPrefix(text: string): string {
  return /^\s*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)/.exec(text)
    ?.[1] ?? "0";
}

/** Whether a text is a number and nothing else. */
export const isNumeric = (text: string): boolean =>
  /^\s*[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text);

/** A day and a time of it. */
export interface ReadMoment {
  readonly days: number;
  readonly micros: number;
  /** Whether a time was written. */
  readonly timed: boolean;
}

/** Years of two digits. */
const fullYear = (digits: string) => {
  const year = Number(digits);
  return digits.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
};

/** Microseconds of `.123`. */
const fraction = (digits: string | undefined) =>
  digits === undefined ? 0 : Number(digits.slice(0, 6).padEnd(6, "0"));

const delimited =
  /^\s*(\d{1,4})[^\d\s](\d{1,2})[^\d\s](\d{1,2})(?:[T\s]+(\d{1,2})(?:[^\d\s](\d{1,2})(?:[^\d\s](\d{1,2})(?:\.(\d*))?)?)?)?\s*$/;
const together =
  /^\s*(\d{2}|\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})(?:\.(\d*))?)?\s*$/;

/**
 * @param text Date, with or without a time.
 * @returns Day and time; nothing when it is none, or a zero date.
 */
export function readMoment(text: string): ReadMoment | undefined {
  const match = delimited.exec(text) ?? together.exec(text);
  if (match === null) return undefined;
  const [, y = "", m = "", d = "", h, min, s, f] = match;
  return momentOfParts(fullYear(y), Number(m), Number(d), [h, min, s, f]);
}

function momentOfParts(
  year: number,
  month: number,
  day: number,
  [h, min, s, f]: readonly (string | undefined)[],
): ReadMoment | undefined {
  if (
    year < 1 || month < 1 || month > 12 || day < 1 ||
    day > daysInMonth(year, month)
  ) return undefined;
  const hour = Number(h ?? 0);
  const minute = Number(min ?? 0);
  const second = Number(s ?? 0);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return {
    days: daysOf(year, month, day),
    micros: ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction(f),
    timed: h !== undefined,
  };
}

/**
 * @param text Time: `hh:mm:ss.f`, `hh:mm`, `d hh:mm:ss`, `hhmmss`.
 * @returns Microseconds, maybe negative; nothing when it is none.
 */
export function readTime(text: string): number | undefined {
  const moment = /[-\/]\d.*[-\/]|T/.test(text.trim().slice(1))
    ? readMoment(text)
    : undefined;
  if (moment !== undefined) return moment.micros;
  if (/^\s*\d{12,14}(?:\.\d*)?\s*$/.test(text)) return readMoment(text)?.micros;
  const match =
    /^\s*(-)?(?:(\d+)\s+)?(\d{1,7})(?::(\d{1,2}))?(?::(\d{1,2}))?(?:\.(\d*))?\s*$/
      .exec(text);
  const packed = /^\s*(-)?(\d{1,7})(\d{2})(\d{2})(?:\.(\d*))?\s*$/.exec(text);
  if (match !== null && (match[4] !== undefined || match[2] !== undefined)) {
    const [, sign, days, h, min, s, f] = match;
    return signed(
      sign,
      Number(days ?? 0) * 24 + Number(h),
      Number(min ?? 0),
      Number(s ?? 0),
      fraction(f),
    );
  }
  if (packed !== null) {
    const [, sign, h, min, s, f] = packed;
    return signed(sign, Number(h), Number(min), Number(s), fraction(f));
  }
  const short = /^\s*(-)?(\d{1,2})?(\d{2})(?:\.(\d*))?\s*$/.exec(text) ??
    /^\s*(-)?()(\d)(?:\.(\d*))?\s*$/.exec(text);
  if (short === null) return undefined;
  return signed(
    short[1],
    0,
    Number(short[2] || 0),
    Number(short[3]),
    fraction(short[4]),
  );
}

function signed(
  sign: string | undefined,
  hour: number,
  minute: number,
  second: number,
  micros: number,
): number | undefined {
  if (minute > 59 || second > 59) return undefined;
  const total = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
  return sign === "-" ? -total : total;
}
