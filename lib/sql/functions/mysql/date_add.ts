/**
 * Adds amounts of units to moments (MySQL manual, 14.7, DATE_ADD).
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- units are named as MySQL names them

import { addMonths } from "../../types/date_time/arithmetic.ts";
import {
  civilOf,
  momentOf,
  narrow,
  timestampOf,
} from "../../types/date_time/calendar.ts";
import { numberPrefix } from "./read_text.ts";

type Stamp = number | bigint;

/** Microseconds of a unit. */
const sizes: Readonly<Record<string, number>> = {
  microsecond: 1,
  second: 1_000_000,
  minute: 60_000_000,
  hour: 3_600_000_000,
  day: 86_400_000_000,
  week: 604_800_000_000,
};

const months: Readonly<Record<string, number>> = {
  month: 1,
  quarter: 3,
  year: 12,
};

/** Parts of a compound unit, from the smallest. */
const compounds: Readonly<Record<string, readonly string[]>> = {
  second_microsecond: ["microsecond", "second"],
  minute_microsecond: ["microsecond", "second", "minute"],
  minute_second: ["second", "minute"],
  hour_microsecond: ["microsecond", "second", "minute", "hour"],
  hour_second: ["second", "minute", "hour"],
  hour_minute: ["minute", "hour"],
  day_microsecond: ["microsecond", "second", "minute", "hour", "day"],
  day_second: ["second", "minute", "hour", "day"],
  day_minute: ["minute", "hour", "day"],
  day_hour: ["hour", "day"],
  year_month: ["month", "year"],
};

/** @returns It, if it is between the years 1 and 9999; NULL otherwise. */
export function inRange(at: Stamp): Stamp | null {
  const { year } = civilOf(momentOf(at).days);
  return year >= 1 && year <= 9999 ? at : null;
}

function addMicros(at: Stamp, micros: bigint): Stamp | null {
  const sum = BigInt(at) + micros;
  // Beyond this no calendar of ours goes.
  return sum > 300_000_000_000_000_000n || sum < -300_000_000_000_000_000n
    ? null
    : inRange(narrow(sum));
}

function addOne(at: Stamp, amount: number, unit: string): Stamp | null {
  const step = months[unit];
  if (step !== undefined) {
    const count = Math.round(amount) * step;
    if (Math.abs(count) > 120_000) return null;
    const { days, micros } = momentOf(at);
    return inRange(timestampOf(addMonths(days, count), micros));
  }
  const size = sizes[unit];
  if (size === undefined) return null;
  // Only seconds may have fractions.
  const micros = unit === "second"
    ? Math.round(amount * size)
    : Math.round(amount) * size;
  return Number.isSafeInteger(micros) ? addMicros(at, BigInt(micros)) : null;
}

/**
 * @param at Moment.
 * @param amount Number, or text such as `1:30` for a compound unit.
 * @param signedUnit Unit, after a `-` to go back.
 * @returns The moment; NULL when there is none.
 */
export function addUnit(
  at: Stamp,
  amount: string,
  signedUnit: string,
): Stamp | null {
  const back = signedUnit.startsWith("-");
  const unit = back ? signedUnit.slice(1) : signedUnit;
  const sign = back ? -1 : 1;
  const parts = compounds[unit];
  if (parts === undefined) {
    return addOne(at, sign * Number(numberPrefix(amount)), unit);
  }
  const negative = /^\s*-/.test(amount) ? -1 : 1;
  const given = (amount.match(/\d+/g) ?? []).reverse();
  let result: Stamp | null = at;
  for (const [index, digits] of given.entries()) {
    const name = parts[index];
    if (result === null || name === undefined) return null;
    const value = name === "microsecond"
      ? Number(digits.padEnd(6, "0").slice(0, 6))
      : Number(digits);
    result = addOne(result, sign * negative * value, name);
  }
  return result;
}
