/**
 * Reads intervals: units, SQL's and ISO 8601's forms (manual, 8.5.4).
 *
 * @module
 */

import type { EvalContext } from "../../eval_context.ts";
import { day, hour, minute, second } from "./calendar.ts";
import type { Interval } from "./interval.ts";
import { readClock } from "./read_clock.ts";
import { readError, ReadFailure } from "./read_error.ts";
import { type Token, tokenize } from "./tokens.ts";
import { findUnit, type Unit } from "./words.ts";

/** Fields of an interval's modifier (`INTERVAL YEAR TO MONTH`), as bits. */
export const rangeBits = {
  month: 1 << 1,
  year: 1 << 2,
  day: 1 << 3,
  hour: 1 << 10,
  minute: 1 << 11,
  second: 1 << 12,
} as const;

const int64 = (value: bigint) => BigInt.asIntN(64, value) === value;

/** Sums up the fields of one text. */
class Sum {
  months = 0;
  days = 0;
  micros = 0n;

  addMicros(value: bigint): void {
    this.micros += value;
    if (!int64(this.micros)) throw new ReadFailure("interval");
  }

  addDays(whole: number, fraction: number): void {
    this.days += whole;
    this.addMicros(BigInt(roundFraction(fraction * day)));
    this.#check();
  }

  addMonths(whole: number, fraction: number): void {
    this.months += whole;
    const days = fraction * 30;
    const wholeDays = Math.trunc(days);
    // The quotient of decimal fractions is a hair off; PostgreSQL rounds to microseconds too.
    this.addDays(wholeDays, days - wholeDays);
    this.#check();
  }

  addYears(whole: number, fraction: number, years: number): void {
    if (Math.abs(whole * years) > 2147483648) {
      throw new ReadFailure("interval");
    }
    this.months += whole * years * 12 + Math.round(fraction * years * 12);
  }

  #check(): void {
    if (Math.abs(this.days) > 2147483648) throw new ReadFailure("interval");
  }

  negate(): void {
    this.months = -this.months;
    this.days = -this.days;
    this.micros = -this.micros;
  }

  /** Adds a number of some unit. */
  add(unit: Unit, whole: bigint, fraction: number): void {
    const scaled = (size: number) => {
      this.addMicros(
        whole * BigInt(size) + BigInt(roundFraction(fraction * size)),
      );
    };
    const count = Number(whole);
    switch (unit) {
      case "microsecond":
        return scaled(1);
      case "millisecond":
        return scaled(1000);
      case "second":
        return scaled(second);
      case "minute":
        return scaled(minute);
      case "hour":
        return scaled(hour);
      case "day":
        return this.addDays(count, fraction);
      case "week": {
        const days = fraction * 7;
        const wholeDays = Math.trunc(days);
        return this.addDays(count * 7 + wholeDays, days - wholeDays);
      }
      case "month":
        return this.addMonths(count, fraction);
      case "year":
        return this.addYears(count, fraction, 1);
      case "decade":
        return this.addYears(count, fraction, 10);
      case "century":
        return this.addYears(count, fraction, 100);
      case "millennium":
        return this.addYears(count, fraction, 1000);
      default:
        throw new ReadFailure("format");
    }
  }
}

/** Rounds; a half goes towards zero, as in PostgreSQL. */
function roundFraction(value: number): number {
  const whole = Math.trunc(value);
  const rest = value - whole;
  return rest > 0.5 ? whole + 1 : rest < -0.5 ? whole - 1 : whole;
}

/** Unit of a number without one, by the modifier. */
function lastUnit(range: number): Unit {
  const { month, year, day: dayBit, hour: hourBit, minute: minuteBit } =
    rangeBits;
  switch (range) {
    case year:
      return "year";
    case month:
    case year | month:
      return "month";
    case dayBit:
      return "day";
    case hourBit:
    case dayBit | hourBit:
      return "hour";
    case minuteBit:
    case hourBit | minuteBit:
    case dayBit | hourBit | minuteBit:
      return "minute";
    default:
      return "second";
  }
}

/** Which units stand for the same field, so that two of one kind are seen. */
function fieldOf(unit: Unit, fraction: number): string[] {
  switch (unit) {
    case "second":
      return fraction === 0
        ? ["second"]
        : ["second", "millisecond", "microsecond"];
    default:
      return [unit];
  }
}

function readTokens(
  tokens: readonly Token[],
  range: number,
  sqlStyle: boolean,
): Sum {
  const sum = new Sum();
  const found = new Set<string>();
  let unit: Unit | undefined;
  let before = false;
  const mark = (fields: readonly string[]) => {
    for (const field of fields) {
      if (found.has(field)) throw new ReadFailure("format");
      found.add(field);
    }
  };
  // SQL's form lets one sign in front count for all fields, if there is no other.
  const first = tokens[0]?.text ?? "";
  const allNegative = sqlStyle && first.startsWith("-") &&
    !tokens.slice(1).some(({ text }) => /^[+-]/.test(text));

  for (let i = tokens.length - 1; i >= 0; i--) {
    const { kind, text } = tokens[i] as Token;
    const negative = text.startsWith("-") || (allNegative && i > 0);
    if (kind === "time" || (kind === "signed" && text.includes(":"))) {
      const micros = clockOf(text.replace(/^[+-]/, ""), range);
      mark(["hour", "minute", "second", "millisecond", "microsecond"]);
      sum.addMicros(negative ? -micros : micros);
      unit = "day";
    } else if (
      kind === "signed" || kind === "date" || kind === "number"
    ) {
      unit ??= lastUnit(range);
      const match = /^([+-]?)(\d*)(?:-(\d+)|\.(\d*))?$/.exec(text);
      if (match === null) throw new ReadFailure("format");
      const [, , digits = "", months, decimals] = match;
      if (digits.length > 19) throw new ReadFailure("interval");
      let whole = BigInt(digits === "" ? "0" : digits);
      let fraction = decimals === undefined || decimals === ""
        ? 0
        : Number(`0.${decimals}`);
      if (digits === "" && !decimals) throw new ReadFailure("format");
      if (months !== undefined) {
        if (Number(months) > 11) throw new ReadFailure("interval");
        whole = whole * 12n + BigInt(months);
        unit = "month";
      }
      if (negative) {
        whole = -whole;
        fraction = -fraction;
      }
      if (!int64(whole)) throw new ReadFailure("interval");
      mark(fieldOf(unit, fraction));
      sum.add(unit, whole, fraction);
      // What stands before hours without a unit are days.
      if (unit === "hour") unit = "day";
    } else {
      const next = findUnit(text);
      if (next === "ago") {
        before = true;
        unit = undefined;
      } else if (next === undefined) {
        throw new ReadFailure("format");
      } else unit = next;
    }
  }
  if (found.size === 0) throw new ReadFailure("format");
  if (before) sum.negate();
  return sum;
}

/** A time within an interval; `a:b` are minutes and seconds where the modifier says so. */
function clockOf(text: string, range: number): bigint {
  const minuteToSecond = range === (rangeBits.minute | rangeBits.second) &&
    /^\d+:\d+$/.test(text);
  const match = /^(\d+)(:.*)$/.exec(minuteToSecond ? `0:${text}` : text);
  if (match === null) throw new ReadFailure("format");
  const [, hours = "0", rest = ""] = match;
  if (/^:\d+\.\d*$/.test(rest)) return BigInt(readClock(hours + rest, true));
  const micros = BigInt(hours) * BigInt(hour) +
    BigInt(readClock(`0${rest}`, true));
  if (!int64(micros)) throw new ReadFailure("field");
  return micros;
}

const isoForm =
  /^P(?=[-+\dT.])((?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)[YMWD])*)(?:T((?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)[HMS])*))?$/;
const isoAlternative =
  /^P([+-]?\d+)(?:-([+-]?\d+)(?:-([+-]?\d+))?)?(?:T([+-]?\d+)(?::([+-]?\d+)(?::([+-]?\d+(?:\.\d+)?))?)?)?$/;
const isoDateUnits: Readonly<Record<string, Unit>> = {
  Y: "year",
  M: "month",
  W: "week",
  D: "day",
};
const isoTimeUnits: Readonly<Record<string, Unit>> = {
  H: "hour",
  M: "minute",
  S: "second",
};

function addNumber(sum: Sum, unit: Unit, text: string): void {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (match === null) throw new ReadFailure("format");
  const [, sign, digits = "", decimals = ""] = match;
  const whole = BigInt(digits === "" ? "0" : digits);
  const fraction = decimals === "" ? 0 : Number(`0.${decimals}`);
  if (sign === "-") sum.add(unit, -whole, -fraction);
  else sum.add(unit, whole, fraction);
}

/** ISO 8601: `P1Y2M3DT4H5M6S` and `P0001-02-03T04:05:06`. */
function readIso(text: string): Sum | undefined {
  const sum = new Sum();
  const designated = isoForm.exec(text);
  if (designated !== null) {
    const [, dates = "", times] = designated;
    for (
      const [, value = "", unit = ""] of dates.matchAll(/([^A-Z]+)([A-Z])/g)
    ) {
      addNumber(sum, isoDateUnits[unit] as Unit, value);
    }
    for (
      const [, value = "", unit = ""] of (times ?? "").matchAll(
        /([^A-Z]+)([A-Z])/g,
      )
    ) addNumber(sum, isoTimeUnits[unit] as Unit, value);
    return sum;
  }
  const alternative = isoAlternative.exec(text);
  if (alternative === null) return undefined;
  const units: Unit[] = ["year", "month", "day", "hour", "minute", "second"];
  units.forEach((unit, i) => {
    const value = alternative[i + 1];
    if (value !== undefined) addNumber(sum, unit, value);
  });
  return sum;
}

/**
 * @param text Text as a client writes it.
 * @param range Fields of the modifier, as bits; 0 for all.
 * @param context `IntervalStyle`.
 * @returns The interval.
 * @throws {SqlError} 22007, 22008, 22015.
 */
export function readInterval(
  text: string,
  range: number,
  context: Pick<EvalContext, "intervalStyle">,
): Interval {
  try {
    const tokens = tokenize(text);
    let sum: Sum | undefined;
    try {
      if (tokens === undefined) throw new ReadFailure("format");
      // `@` and other signs were dropped by the splitter.
      sum = readTokens(
        tokens,
        range,
        context.intervalStyle === "sql_standard",
      );
    } catch (error) {
      if (!(error instanceof ReadFailure) || error.fault !== "format") {
        throw error;
      }
      sum = text.startsWith("P") ? readIso(text) : undefined;
      if (sum === undefined) throw error;
    }
    if (sum.days > 2147483647) throw new ReadFailure("interval");
    return {
      months: sum.months + 0,
      days: sum.days + 0,
      micros: sum.micros,
    };
  } catch (error) {
    if (error instanceof ReadFailure) {
      const { fault } = error;
      throw readError(fault === "field" ? "interval" : fault, text, "interval");
    }
    throw error;
  }
}
