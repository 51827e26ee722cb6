/**
 * Reads dates, times and timestamps in every form PostgreSQL takes (manual, 8.5.1 and appendix B).
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import type { EvalContext } from "../../eval_context.ts";
import {
  civilOf,
  daysInMonth,
  daysOf,
  hour,
  isLeap,
  julianOfEpoch,
  minute,
  momentOf,
  second,
} from "./calendar.ts";
import { readError, ReadFailure, type ReadFault } from "./read_error.ts";
import { findZone, sessionZone, type Zone, zoneOfOffset } from "./time_zone.ts";
import { type Token, tokenize } from "./tokens.ts";
import { findWord } from "./words.ts";
import { abbreviations } from "./zone_abbreviations.ts";

/** What a text says. */
export interface ReadMoment {
  /** `infinity`, `-infinity` and `epoch` stand alone. */
  readonly special?: "infinity" | "-infinity" | "epoch" | undefined;
  /** Days since 2000-01-01; 0 when only a time was read. */
  readonly days: number;
  /** Whether there was a date. */
  readonly dated: boolean;
  /** Microseconds since midnight, up to and with 24:00:00. */
  readonly micros: number;
  /** Zone, if one was named. */
  readonly zone?: Zone | undefined;
}

const year = 1;
const month = 2;
const dayOfMonth = 4;
const dayOfYear = 8;
const time = 16;
const zone = 32;
const date = year | month | dayOfMonth;

/** Order of fields in `DateStyle`. */
type DateOrder = "MDY" | "DMY" | "YMD";

/**
 * @param dateStyle `DateStyle`.
 * @returns Its second half.
 */
export function dateOrder(dateStyle: string): DateOrder {
  return /\bDMY\b/i.test(dateStyle) || /^\s*German\s*$/i.test(dateStyle)
    ? "DMY"
    : /\bYMD\b/i.test(dateStyle)
    ? "YMD"
    : "MDY";
}

function fail(fault: ReadFault): never {
  throw new ReadFailure(fault);
}

/**
 * @param text `+hh`, `+hh:mm`, `+hh:mm:ss` or `+hhmm`.
 * @returns Seconds east of UTC.
 */
export function readOffset(text: string): number {
  const match = /^([+-])(\d+)(?::(\d+)(?::(\d+))?)?$/.exec(text);
  if (match === null) fail("format");
  const [, sign, first = "", minutes, seconds = "0"] = match;
  let hours = Number(first);
  let rest = Number(minutes ?? "0");
  if (minutes === undefined && first.length > 2) {
    rest = hours % 100;
    hours = Math.floor(hours / 100);
  }
  if (hours > 15 || rest > 59 || Number(seconds) > 59) fail("zone");
  const size = hours * 3600 + rest * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

/** Microseconds of a fraction `.123`, rounded. */
function readFraction(text: string): number {
  if (!/^\.\d*$/.test(text)) fail("format");
  return text.length < 2 ? 0 : Math.round(Number(`0${text}`) * second);
}

/**
 * @param text `hh:mm`, `hh:mm:ss.fraction`, `mm:ss.fraction`.
 * @param anyHour Whether hours have no limit, as in intervals.
 * @returns Microseconds.
 */
export function readClock(text: string, anyHour = false): number {
  const match = /^(\d+):(\d*)(?::(\d+))?(\.\d*)?$/.exec(text);
  if (match === null) fail("format");
  const [, first = "", middle = "", last, fraction] = match;
  let hours = Number(first);
  let minutes = Number(middle);
  let seconds = Number(last ?? "0");
  if (last === undefined && fraction !== undefined) {
    seconds = minutes;
    minutes = hours;
    hours = 0;
  }
  const micros = fraction === undefined ? 0 : readFraction(fraction);
  if (minutes > 59 || seconds > 60) fail("field");
  const total = hours * hour + minutes * minute + seconds * second + micros;
  if (!anyHour && total > 24 * hour) fail("field");
  return total;
}

/** State while the fields of one text are read. */
class Reader {
  readonly #order: DateOrder;
  readonly #context: EvalContext;
  readonly #timeOnly: boolean;
  #found = 0;
  #year = 0;
  #month = 0;
  #day = 0;
  #dayOfYear = 0;
  #twoDigits = false;
  #textMonth = false;
  #julian: number | undefined;
  #micros = 0;
  #afternoon: boolean | undefined;
  #beforeChrist = false;
  #zone: Zone | undefined;
  #summer = false;
  #prefix: "julian" | "time" | undefined;
  #special: ReadMoment["special"];
  #dateFirst = true;

  constructor(context: EvalContext, timeOnly: boolean) {
    this.#context = context;
    this.#timeOnly = timeOnly;
    this.#order = dateOrder(context.dateStyle);
  }

  read(tokens: readonly Token[]): ReadMoment {
    if (tokens.length === 0) fail("format");
    // Only here may a time begin with a date.
    this.#dateFirst = !this.#timeOnly || (tokens.length > 1 &&
      (tokens.at(-1)?.kind === "date" || tokens[1]?.kind === "time"));
    tokens.forEach((token, i) => {
      const mask = this.#take(token, tokens[i + 1]);
      this.#dateFirst &&= !this.#timeOnly;
      if ((mask & this.#found) !== 0) fail("format");
      this.#found |= mask;
    });
    if (this.#prefix !== undefined) fail("format");
    if (this.#special !== undefined) {
      if (tokens.length > 1) fail("format");
      return { special: this.#special, days: 0, dated: true, micros: 0 };
    }
    return this.#finish();
  }

  #finish(): ReadMoment {
    const days = this.#finishDate();
    let micros = this.#micros;
    if (this.#afternoon !== undefined) {
      const hours = Math.floor(micros / hour);
      if (hours > 12) fail("field");
      if (!this.#afternoon && hours === 12) micros -= 12 * hour;
      else if (this.#afternoon && hours !== 12) micros += 12 * hour;
    }
    if (days === undefined) {
      if (!this.#timeOnly || (this.#found & time) === 0) fail("format");
      if (this.#zone?.fixed === false) fail("format");
      return { days: 0, dated: false, micros, zone: this.#zone };
    }
    if (this.#timeOnly && (this.#found & time) === 0) fail("format");
    return { days, dated: true, micros, zone: this.#zone };
  }

  /** Checks the date; nothing when there is none. */
  #finishDate(): number | undefined {
    const found = this.#found;
    if (this.#julian !== undefined) return this.#julian;
    let y = this.#year;
    if ((found & year) !== 0) {
      if (this.#beforeChrist) {
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

  #take(token: Token, next: Token | undefined): number {
    switch (token.kind) {
      case "date":
        return this.#takeDateLike(token.text);
      case "time":
        if (this.#prefix !== undefined && this.#prefix !== "time") {
          fail("format");
        }
        this.#prefix = undefined;
        this.#micros = readClock(token.text);
        return time;
      case "signed":
        this.#zone = zoneOfOffset(readOffset(token.text));
        return zone;
      case "number":
        return this.#takeNumber(token.text);
      default:
        return this.#takeWord(token.text, next);
    }
  }

  #takeDateLike(text: string): number {
    const complete = (this.#found & (month | dayOfMonth)) ===
      (month | dayOfMonth);
    const startsWithDigit = /^\d/.test(text);
    const timeAlone = !this.#dateFirst;
    if (this.#prefix === undefined && !complete && !timeAlone) {
      return this.#takeDate(text);
    }
    if (!startsWithDigit && this.#prefix === undefined) {
      const named = findZone(text);
      if (named === undefined) {
        throw new SqlError("22023", `time zone "${text}" not recognized`);
      }
      this.#zone = named;
      return zone;
    }
    // A time without colons, and its zone: hhmmss-zz.
    if (this.#prefix === "julian" || (this.#found & time) !== 0) {
      fail("format");
    }
    this.#prefix = undefined;
    const dash = text.indexOf("-");
    if (dash < 0) fail("format");
    this.#zone = zoneOfOffset(readOffset(text.slice(dash)));
    return this.#takeRun(
      text.slice(0, dash),
      this.#timeOnly ? this.#found | date : this.#found,
    ) | zone;
  }

  /** Fields with separators between them. */
  #takeDate(text: string): number {
    const parts = text.match(/\d+|[a-z]+/g) ?? [];
    let mask = 0;
    const numbers: string[] = [];
    for (const part of parts) {
      if (/^\d/.test(part)) {
        numbers.push(part);
        continue;
      }
      const word = findWord(part);
      if (word?.is === "ignored" || word?.is === "weekday") continue;
      if (word?.is !== "month" || (mask & month) !== 0) fail("format");
      this.#month = word.value;
      this.#textMonth = true;
      mask |= month;
    }
    for (const part of numbers) {
      const taken = this.#takeField(part, this.#found | mask);
      if ((taken & (mask | this.#found)) !== 0) fail("format");
      mask |= taken;
    }
    const all = mask | this.#found;
    const wanted = (all & dayOfYear) === 0 ? date : year;
    if ((all & ~(dayOfYear | zone)) !== wanted) fail("format");
    return mask;
  }

  #takeNumber(text: string): number {
    const prefix = this.#prefix;
    if (prefix === "julian") {
      this.#prefix = undefined;
      const point = text.indexOf(".");
      const whole = point < 0 ? text : text.slice(0, point);
      this.#julian = Number(whole) - julianOfEpoch;
      if (point < 0) return date;
      this.#micros = Math.round(Number(`0${text.slice(point)}`) * 24 * hour);
      return date | time;
    }
    if (prefix === "time") {
      this.#prefix = undefined;
      const mask = this.#takeRun(text, this.#found | date);
      if (mask !== time) fail("format");
      return mask;
    }
    const point = text.indexOf(".");
    if (this.#timeOnly) return this.#takeRun(text, this.#found | date);
    if (point >= 0 && (this.#found & date) === 0) return this.#takeDate(text);
    if (point >= 0 && point > 2) return this.#takeRun(text);
    if (
      text.length >= 6 &&
      ((this.#found & date) === 0 || (this.#found & time) === 0)
    ) return this.#takeRun(text);
    return this.#takeField(text, this.#found);
  }

  /** One number that is a year, month or day, by what is there already. */
  #takeField(text: string, found: number): number {
    if (!/^\d+$/.test(text)) {
      const point = text.indexOf(".");
      if (point > 2) return this.#takeRun(text, found | date);
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
        return this.#takeRun(text, found);
      default:
        return fail("format");
    }
  }

  /** Digits that are run together: `yyyymmdd`, `yymmdd`, `hhmmss.fraction`, `hhmm`. */
  #takeRun(text: string, found = this.#found): number {
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
      this.#micros = Number(digits.slice(0, 2)) * hour + minutes * minute +
        seconds * second + fraction;
      if (this.#micros > 24 * hour) fail("field");
      return time;
    }
    return fail("format");
  }

  #takeWord(text: string, next: Token | undefined): number {
    const short = abbreviations.get(text);
    if (short !== undefined) {
      this.#zone = zoneOfOffset(
        short.offset + (this.#summer && !short.summer ? 3600 : 0),
      );
      return zone;
    }
    const word = findWord(text);
    switch (word?.is) {
      case undefined: {
        const named = /^[a-z]/.test(text) ? findZone(text) : undefined;
        if (named === undefined) fail("format");
        this.#zone = named;
        return zone;
      }
      case "ignored":
      case "weekday":
        return 0;
      case "month":
        if (
          (this.#found & month) !== 0 && !this.#textMonth &&
          (this.#found & dayOfMonth) === 0 && this.#month >= 1 &&
          this.#month <= 31
        ) {
          // What was taken for a month was the day.
          this.#day = this.#month;
          this.#month = word.value;
          this.#textMonth = true;
          return dayOfMonth;
        }
        this.#textMonth = true;
        this.#month = word.value;
        return month;
      case "half":
        this.#afternoon = word.afternoon;
        return 0;
      case "era":
        this.#beforeChrist = word.beforeChrist;
        return 0;
      case "summer":
        if (this.#zone === undefined || !this.#zone.fixed) fail("format");
        this.#zone = zoneOfOffset(this.#zone.offsetAt(0) + 3600);
        return 0;
      case "unit":
        if (word.unit === "time") {
          const known = this.#timeOnly || (this.#found & date) === date ||
            this.#julian !== undefined ||
            (this.#found & dayOfYear) !== 0;
          if (!known || !/^(?:number|time|date)$/.test(next?.kind ?? "")) {
            fail("format");
          }
        }
        this.#prefix = word.unit;
        return 0;
      case "special":
        return this.#takeSpecial(word.name);
    }
  }

  #takeSpecial(
    name:
      | "now"
      | "today"
      | "tomorrow"
      | "yesterday"
      | "epoch"
      | "infinity"
      | "-infinity"
      | "allballs",
  ): number {
    switch (name) {
      case "now": {
        const here = this.#now();
        this.#setDays(here.days);
        this.#micros = here.micros;
        this.#zone = sessionZone(this.#context.timeZone);
        return date | time | zone;
      }
      case "today":
      case "tomorrow":
      case "yesterday": {
        const shift = name === "today" ? 0 : name === "tomorrow" ? 1 : -1;
        this.#setDays(this.#now().days + shift);
        return date;
      }
      case "allballs":
        this.#micros = 0;
        this.#zone = zoneOfOffset(0);
        return time | zone;
      default:
        this.#special = name;
        return date | time | zone;
    }
  }

  #setDays(days: number): void {
    const civil = civilOf(days);
    this.#year = civil.year;
    this.#month = civil.month;
    this.#day = civil.day;
  }

  /** The time of the transaction by the session's clocks. */
  #now(): { days: number; micros: number } {
    const at = this.#context.transactionTime;
    const offset = sessionZone(this.#context.timeZone).offsetAt(
      Number(at) / second,
    );
    return momentOf(at + BigInt(offset) * BigInt(second));
  }
}

const usualDate = /^(\d{4})-(\d\d)-(\d\d)$/;

/**
 * @param text Text as a client writes it.
 * @param label Name of the type in messages.
 * @param context Time zone, order of fields, present time.
 * @param timeOnly Whether a time is wanted, and a date is only in the way.
 * @returns What it says.
 * @throws {SqlError} 22007, 22008, 22009, 22023.
 */
export function readDateTime(
  text: string,
  label: string,
  context: EvalContext,
  timeOnly = false,
): ReadMoment {
  const usual = timeOnly ? null : usualDate.exec(text);
  if (usual !== null) {
    const [y, m, d] = [Number(usual[1]), Number(usual[2]), Number(usual[3])];
    if (y > 0 && m >= 1 && m <= 12 && d >= 1 && d <= daysInMonth(y, m)) {
      return { days: daysOf(y, m, d), dated: true, micros: 0 };
    }
  }
  const tokens = tokenize(text);
  if (tokens === undefined) throw readError("format", text, label);
  try {
    return new Reader(context, timeOnly).read(tokens);
  } catch (error) {
    if (error instanceof ReadFailure) {
      throw readError(error.fault, text, label);
    }
    throw error;
  }
}
