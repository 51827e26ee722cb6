/**
 * `to_timestamp` and `to_date`: reads a text by a template.
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
import { monthNames, weekdayNames } from "../types/date_time/words.ts";
import { type DateNode, datePattern, type DateWord } from "./date_pattern.ts";
import { romanMonths } from "./date_write.ts";

/** What was read. */
export interface ReadByTemplate {
  /** Days since 2000-01-01. */
  readonly days: number;
  readonly micros: number;
  /** Seconds east of UTC, if the template has `TZH`. */
  readonly offset: number | undefined;
}

type FieldName =
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

const isDigitWord = (node: DateNode) =>
  node.is === "word" &&
  !/^(?:A\.?[DM]|B\.?C|P\.?M|DAY|Day|DY|Dy|FX|MONTH|Month|MON|Mon|OF|RM|TZ$)/
    .test(node.word);

const spaces = " \t\n\r\f\v";
const isSeparator = (character: string) => /[!-/:-@[-`{-~]/.test(character);

function invalid(message: string, detail?: string, hint?: string): SqlError {
  return new SqlError("22007", message, { detail, hint });
}

const fixedWidth =
  'If your source string is not fixed-width, try using the "FM" modifier.';

/** Reads one text. */
class TemplateReader {
  readonly #text: string;
  readonly #nodes: readonly DateNode[];
  readonly #fields = new Map<FieldName, number>();
  #at = 0;
  /** Characters that were skipped beyond what the template said. */
  #extra = 0;
  #twelve = false;
  #afternoon = false;
  #beforeChrist = false;
  #yearDigits = 0;
  #iso: boolean | undefined;
  #zoneSign = 0;
  #zoneHours = 0;
  #zoneMinutes = 0;

  constructor(text: string, nodes: readonly DateNode[]) {
    this.#text = text;
    this.#nodes = nodes;
  }

  read(exact: boolean): ReadByTemplate {
    for (const [i, node] of this.#nodes.entries()) {
      if (this.#at >= this.#text.length) break;
      if (!exact && (node.is === "word" || i === 0)) {
        this.#extra += this.#skipSpaces();
      }
      if (node.is === "text") {
        this.#takeText(node, exact);
        continue;
      }
      this.#takeWord(node, i);
      if (!exact) this.#extra = this.#skipSpaces();
    }
    return this.#finish();
  }

  #skipSpaces(): number {
    const from = this.#at;
    while (
      this.#at < this.#text.length &&
      spaces.includes(this.#text[this.#at] as string)
    ) this.#at++;
    return this.#at - from;
  }

  #takeText(node: DateNode & { is: "text" }, exact: boolean): void {
    if (node.separator) {
      if (exact) {
        this.#at++;
        return;
      }
      this.#extra--;
      const character = this.#text[this.#at] ?? "";
      if (
        character !== "" &&
        (spaces.includes(character) || isSeparator(character))
      ) {
        this.#at++;
        this.#extra++;
      }
      return;
    }
    for (const character of node.text) {
      if (!exact && this.#extra > 0) this.#extra--;
      else this.#at += character.length;
    }
  }

  #set(name: FieldName, value: number, word: string): void {
    const known = this.#fields.get(name) ?? 0;
    if (known !== 0 && known !== value) {
      throw invalid(
        `conflicting values for "${word}" field in formatting string`,
        "This value contradicts a previous setting for the same field type.",
      );
    }
    this.#fields.set(name, value);
  }

  #get(name: FieldName): number {
    return this.#fields.get(name) ?? 0;
  }

  /** Whether what follows in the template is no digit, so that a number may have any length. */
  #endsNumber(i: number): boolean {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    if (node.ordinal !== "") return true;
    const next = this.#nodes[i + 1];
    if (next === undefined) return true;
    if (next.is === "word") return !isDigitWord(next);
    return !/^\d$/.test(next.text);
  }

  /** Reads a number; gives it and how many characters it took. */
  #number(
    i: number,
    length: number,
  ): { value: number; used: number } {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    this.#skipSpaces();
    const from = this.#at;
    const rest = this.#text.slice(from);
    const shown = rest.slice(0, length);
    let digits: string;
    if (node.fill || this.#endsNumber(i)) {
      digits = /^\s*[+-]?\d+/.exec(rest)?.[0] ?? "";
    } else {
      if (shown.length < length) {
        throw invalid(
          `source string too short for "${node.text}" formatting field`,
          `Field requires ${length} characters, but only ${shown.length} remain.`,
          fixedWidth,
        );
      }
      digits = /^\s*[+-]?\d+/.exec(shown)?.[0] ?? "";
      if (digits.length > 0 && digits.length < length) {
        throw invalid(
          `invalid value "${shown}" for "${node.text}"`,
          `Field requires ${length} characters, but only ${digits.length} could be parsed.`,
          fixedWidth,
        );
      }
    }
    if (digits === "") {
      throw invalid(
        `invalid value "${shown}" for "${node.text}"`,
        "Value must be an integer.",
      );
    }
    const value = Number(digits);
    if (Math.abs(value) > 2147483647) {
      throw new SqlError(
        "22008",
        `value for "${node.text}" in source string is out of range`,
        { detail: "Value must be in the range -2147483648 to 2147483647." },
      );
    }
    this.#at += digits.length;
    return { value, used: digits.length };
  }

  /** Reads one of some words; gives its index. */
  #oneOf(choices: readonly string[], text: string): number {
    const rest = this.#text.slice(this.#at);
    const lower = rest.toLowerCase();
    const found = choices.findIndex((each) =>
      lower.startsWith(each.toLowerCase())
    );
    if (found < 0) {
      const shown = /^\S*/.exec(rest)?.[0] ?? "";
      throw invalid(
        `invalid value "${shown}" for "${text}"`,
        "The given value did not match any of the allowed values for this field.",
      );
    }
    this.#at += (choices[found] as string).length;
    return found;
  }

  /** Weeks of ISO 8601 and the months of the calendar do not mix. */
  #setMode(iso: boolean): void {
    if (this.#iso !== undefined && this.#iso !== iso) {
      throw invalid(
        "invalid combination of date conventions",
        undefined,
        "Do not mix Gregorian and ISO week date conventions in a formatting template.",
      );
    }
    this.#iso = iso;
  }

  #takeNumberField(
    name: FieldName,
    i: number,
    length: number,
  ): void {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    this.#set(name, this.#number(i, length).value, node.text);
  }

  #takeYear(i: number, digits: number): void {
    const node = this.#nodes[i] as DateNode & { is: "word" };
    const { value, used } = this.#number(i, digits);
    this.#set(
      "year",
      digits < 4 && used < 4 ? completeYear(value) : value,
      node.text,
    );
    this.#yearDigits = digits;
  }

  #takeWord(node: DateNode & { is: "word" }, i: number): void {
    const { word, text } = node;
    this.#takeField(word, text, i);
    if (node.ordinal !== "" && isDigitWord(node)) this.#at += 2;
  }

  #takeField(word: DateWord, text: string, i: number): void {
    switch (word) {
      case "A.M.":
      case "P.M.":
        this.#twelve = true;
        this.#afternoon = this.#oneOf(["a.m.", "p.m."], text) === 1;
        return;
      case "AM":
      case "PM":
        this.#twelve = true;
        this.#afternoon = this.#oneOf(["am", "pm"], text) === 1;
        return;
      case "HH":
      case "HH12":
        this.#twelve = true;
        return this.#takeNumberField("hour", i, 2);
      case "HH24":
        return this.#takeNumberField("hour", i, 2);
      case "MI":
        return this.#takeNumberField("minute", i, 2);
      case "SS":
        return this.#takeNumberField("second", i, 2);
      case "MS": {
        const { value, used } = this.#number(i, 3);
        return this.#set("ms", value * 10 ** Math.max(3 - used, 0), text);
      }
      case "FF1":
      case "FF2":
      case "FF3":
      case "FF4":
      case "FF5":
      case "FF6":
      case "US": {
        const digits = word === "US" ? 6 : Number(word[2]);
        const { value, used } = this.#number(i, digits);
        return this.#set("us", value * 10 ** Math.max(6 - used, 0), text);
      }
      case "SSSS":
      case "SSSSS":
        return this.#takeNumberField("secondsOfDay", i, word.length);
      case "TZ":
      case "OF":
        throw new SqlError(
          "0A000",
          `formatting field "${text}" is only supported in to_char`,
        );
      case "TZH": {
        const character = this.#text[this.#at] ?? "";
        if (character !== "" && "+- ".includes(character)) {
          this.#zoneSign = character === "-" ? -1 : 1;
          this.#at++;
        } else {
          this.#zoneSign = this.#extra > 0 && this.#text[this.#at - 1] === "-"
            ? -1
            : 1;
        }
        this.#zoneHours = this.#number(i, 2).value;
        return;
      }
      case "TZM":
        this.#zoneSign ||= 1;
        this.#zoneMinutes = this.#number(i, 2).value;
        return;
      case "A.D.":
      case "B.C.":
        this.#beforeChrist = this.#oneOf(["a.d.", "b.c."], text) === 1;
        return;
      case "AD":
      case "BC":
        this.#beforeChrist = this.#oneOf(["ad", "bc"], text) === 1;
        return;
      case "MONTH":
      case "Month":
        return this.#set("month", this.#oneOf(monthNames, text) + 1, text);
      case "MON":
      case "Mon": {
        const short = monthNames.map((name) => name.slice(0, 3));
        return this.#set("month", this.#oneOf(short, text) + 1, text);
      }
      case "MM":
        this.#setMode(false);
        return this.#takeNumberField("month", i, 2);
      case "DAY":
      case "Day":
        this.#oneOf(weekdayNames, text);
        return;
      case "DY":
      case "Dy":
        this.#oneOf(weekdayNames.map((name) => name.slice(0, 3)), text);
        return;
      case "DDD":
        return this.#takeNumberField("dayOfYear", i, 3);
      case "IDDD":
        this.#setMode(true);
        return this.#takeNumberField("dayOfYear", i, 4);
      case "DD":
        this.#setMode(false);
        return this.#takeNumberField("day", i, 2);
      case "D":
        this.#setMode(false);
        return this.#takeNumberField("weekday", i, 1);
      case "ID": {
        this.#setMode(true);
        // Sunday is the last day here.
        return this.#set("weekday", this.#number(i, 2).value, text);
      }
      case "WW":
        this.#setMode(false);
        return this.#takeNumberField("week", i, 2);
      case "IW":
        this.#setMode(true);
        return this.#takeNumberField("week", i, 2);
      case "Q":
        this.#number(i, 1);
        return;
      case "CC":
        return this.#takeNumberField("century", i, 2);
      case "Y,YYY": {
        const match = /^(\d+),(\d{1,3})/.exec(this.#text.slice(this.#at));
        if (match === null) {
          throw invalid(`invalid input string for "Y,YYY"`);
        }
        this.#at += match[0].length;
        this.#yearDigits = 4;
        return this.#set(
          "year",
          Number(match[1]) * 1000 + Number(match[2]),
          text,
        );
      }
      case "YYYY":
      case "YYY":
      case "YY":
      case "Y":
        this.#setMode(false);
        return this.#takeYear(i, word.length);
      case "IYYY":
      case "IYY":
      case "IY":
      case "I":
        this.#setMode(true);
        return this.#takeYear(i, word.length);
      case "RM": {
        // The long ones first, or VIII would be V.
        const descending = [...romanMonths].reverse().sort((a, b) =>
          b.length - a.length
        );
        const found = descending[this.#oneOf(descending, text)];
        return this.#set(
          "month",
          romanMonths.indexOf(found as typeof romanMonths[number]) + 1,
          text,
        );
      }
      case "W":
        return this.#takeNumberField("weekOfMonth", i, 1);
      case "J":
        return this.#takeNumberField("julian", i, 1);
      default:
        return;
    }
  }

  #finish(): ReadByTemplate {
    const micros = this.#finishTime();
    let offset: number | undefined;
    if (this.#zoneSign !== 0) {
      if (this.#zoneHours > 15 || this.#zoneMinutes > 59) {
        throw readError("field", this.#text, "timestamp");
      }
      offset = this.#zoneSign *
        (this.#zoneHours * 3600 + this.#zoneMinutes * 60);
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
    if (this.#twelve) {
      if (hours < 1 || hours > 12) {
        throw invalid(
          `hour "${hours}" is invalid for the 12-hour clock`,
          undefined,
          "Use the 24-hour clock, or give an hour between 1 and 12.",
        );
      }
      if (this.#afternoon && hours < 12) hours += 12;
      else if (!this.#afternoon && hours === 12) hours = 0;
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
    const era = this.#beforeChrist ? -1 : 1;
    if (year !== 0) {
      if (century !== 0 && this.#yearDigits <= 2) {
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
    let month = this.#get("month") || 1;
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
      if (year === 0 && !this.#beforeChrist) {
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

/** A year of fewer than four digits becomes the one next to 2020. */
function completeYear(year: number): number {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

/**
 * @param text Text as a client writes it.
 * @param format Template.
 * @returns What it says.
 * @throws {SqlError} 22007, 22008, 0A000.
 */
export function readByTemplate(text: string, format: string): ReadByTemplate {
  const { nodes, exact } = datePattern(format);
  return new TemplateReader(text, nodes).read(exact);
}
