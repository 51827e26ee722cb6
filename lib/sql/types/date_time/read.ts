/**
 * Reads dates, times and timestamps in every form PostgreSQL takes (manual, 8.5.1 and appendix B).
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import type { EvalContext } from "../../eval_context.ts";
import {
  daysInMonth,
  daysOf,
  hour,
  julianOfEpoch,
  momentOf,
  second,
} from "./calendar.ts";
import { dateOrder } from "./date_order.ts";
import { DateFields, fieldBits } from "./date_fields.ts";
import { readClock, readOffset } from "./read_clock.ts";
import { fail, readError, ReadFailure } from "./read_error.ts";
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

const { year, month, dayOfMonth, dayOfYear, time, zone, date } = fieldBits;

/** State while the fields of one text are read. */
class Reader {
  readonly #fields: DateFields;
  readonly #context: EvalContext;
  readonly #timeOnly: boolean;
  #afternoon: boolean | undefined;
  #zone: Zone | undefined;
  #summer = false;
  #prefix: "julian" | "time" | undefined;
  #special: ReadMoment["special"];
  #dateFirst = true;

  constructor(context: EvalContext, timeOnly: boolean) {
    this.#context = context;
    this.#timeOnly = timeOnly;
    this.#fields = new DateFields(dateOrder(context.dateStyle));
  }

  read(tokens: readonly Token[]): ReadMoment {
    if (tokens.length === 0) fail("format");
    // Only here may a time begin with a date.
    this.#dateFirst = !this.#timeOnly || (tokens.length > 1 &&
      (tokens.at(-1)?.kind === "date" || tokens[1]?.kind === "time"));
    tokens.forEach((token, i) => {
      const mask = this.#take(token, tokens[i + 1]);
      this.#dateFirst &&= !this.#timeOnly;
      if ((mask & this.#fields.found) !== 0) fail("format");
      this.#fields.found |= mask;
    });
    if (this.#prefix !== undefined) fail("format");
    if (this.#special !== undefined) {
      if (tokens.length > 1) fail("format");
      return { special: this.#special, days: 0, dated: true, micros: 0 };
    }
    return this.#finish();
  }

  #finish(): ReadMoment {
    const days = this.#fields.finishDate();
    let micros = this.#fields.micros;
    if (this.#afternoon !== undefined) {
      const hours = Math.floor(micros / hour);
      if (hours > 12) fail("field");
      if (!this.#afternoon && hours === 12) micros -= 12 * hour;
      else if (this.#afternoon && hours !== 12) micros += 12 * hour;
    }
    if (days === undefined) {
      if (!this.#timeOnly || (this.#fields.found & time) === 0) fail("format");
      if (this.#zone?.fixed === false) fail("format");
      return { days: 0, dated: false, micros, zone: this.#zone };
    }
    if (this.#timeOnly && (this.#fields.found & time) === 0) fail("format");
    return { days, dated: true, micros, zone: this.#zone };
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
        this.#fields.micros = readClock(token.text);
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
    const complete = (this.#fields.found & (month | dayOfMonth)) ===
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
    if (this.#prefix === "julian" || (this.#fields.found & time) !== 0) {
      fail("format");
    }
    this.#prefix = undefined;
    const dash = text.indexOf("-");
    if (dash < 0) fail("format");
    this.#zone = zoneOfOffset(readOffset(text.slice(dash)));
    return this.#fields.takeRun(
      text.slice(0, dash),
      this.#timeOnly ? this.#fields.found | date : this.#fields.found,
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
      mask |= this.#fields.takeMonth(word.value);
    }
    for (const part of numbers) {
      const taken = this.#fields.takeField(part, this.#fields.found | mask);
      if ((taken & (mask | this.#fields.found)) !== 0) fail("format");
      mask |= taken;
    }
    const all = mask | this.#fields.found;
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
      this.#fields.julian = Number(whole) - julianOfEpoch;
      if (point < 0) return date;
      this.#fields.micros = Math.round(
        Number(`0${text.slice(point)}`) * 24 * hour,
      );
      return date | time;
    }
    if (prefix === "time") {
      this.#prefix = undefined;
      const mask = this.#fields.takeRun(text, this.#fields.found | date);
      if (mask !== time) fail("format");
      return mask;
    }
    const point = text.indexOf(".");
    if (this.#timeOnly) {
      return this.#fields.takeRun(text, this.#fields.found | date);
    }
    if (point >= 0 && (this.#fields.found & date) === 0) {
      return this.#takeDate(text);
    }
    if (point >= 0 && point > 2) return this.#fields.takeRun(text);
    if (
      text.length >= 6 &&
      ((this.#fields.found & date) === 0 || (this.#fields.found & time) === 0)
    ) return this.#fields.takeRun(text);
    return this.#fields.takeField(text, this.#fields.found);
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
        return this.#fields.takeMonth(word.value);
      case "half":
        this.#afternoon = word.afternoon;
        return 0;
      case "era":
        this.#fields.beforeChrist = word.beforeChrist;
        return 0;
      case "summer":
        if (this.#zone === undefined || !this.#zone.fixed) fail("format");
        this.#zone = zoneOfOffset(this.#zone.offsetAt(0) + 3600);
        return 0;
      case "unit":
        if (word.unit === "time") {
          const known = this.#timeOnly ||
            (this.#fields.found & date) === date ||
            this.#fields.julian !== undefined ||
            (this.#fields.found & dayOfYear) !== 0;
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
        this.#fields.setDays(here.days);
        this.#fields.micros = here.micros;
        this.#zone = sessionZone(this.#context.timeZone);
        return date | time | zone;
      }
      case "today":
      case "tomorrow":
      case "yesterday": {
        const shift = name === "today" ? 0 : name === "tomorrow" ? 1 : -1;
        this.#fields.setDays(this.#now().days + shift);
        return date;
      }
      case "allballs":
        this.#fields.micros = 0;
        this.#zone = zoneOfOffset(0);
        return time | zone;
      default:
        this.#special = name;
        return date | time | zone;
    }
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
