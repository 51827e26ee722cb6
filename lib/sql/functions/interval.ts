/**
 * Functions of `interval`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  justifyDays,
  justifyHours,
  justifyInterval,
  negateInterval,
  scaleInterval,
} from "../types/date_time/arithmetic.ts";
import { day, hour, minute, second } from "../types/date_time/calendar.ts";
import {
  type Interval,
  intervalDatum,
  intervalOf,
  intervalOutOfRange,
} from "../types/date_time/interval.ts";
import { floatOf } from "../types/float.ts";
import { divisionByZero } from "../types/integer.ts";
import { type Definition, fn, op } from "./define.ts";
import { callOf } from "./native.ts";
import { comparisons } from "./text_compare.ts";

/** A function of one interval. */
function of(how: (interval: Interval) => Interval) {
  return {
    call: ([a]: readonly Datum[]) =>
      intervalDatum(how(intervalOf(a as string))),
  };
}

/**
 * @param a An interval.
 * @param b Another.
 * @returns Their sum, part by part.
 */
export function addIntervals(a: Interval, b: Interval): Interval {
  return {
    months: a.months + b.months,
    days: a.days + b.days,
    micros: a.micros + b.micros,
  };
}

function times(a: Datum, factor: number): string {
  if (Number.isNaN(factor)) throw intervalOutOfRange();
  return intervalDatum(
    scaleInterval(intervalOf(a as string), (part) => part * factor),
  );
}

function make(args: readonly Datum[]): string {
  const [years, months, weeks, days, hours, minutes] = args.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = floatOf(args[6]);
  if (!Number.isFinite(seconds)) throw intervalOutOfRange();
  return intervalDatum({
    // PostgreSQL 15 lets these wrap around.
    months: (Math.imul(years, 12) + months) | 0,
    days: (Math.imul(weeks, 7) + days) | 0,
    micros: BigInt(hours) * BigInt(hour) + BigInt(minutes) * BigInt(minute) +
      BigInt(Math.round(seconds * second)),
  });
}

/** See the top of the file. */
export const intervalFunctions: readonly Definition[] = [
  ...comparisons("interval", "interval", "pg_interval"),
  op("- interval = interval", of(negateInterval)),
  op("interval + interval = interval", {
    call: ([a, b]) =>
      intervalDatum(
        addIntervals(intervalOf(a as string), intervalOf(b as string)),
      ),
  }),
  op("interval - interval = interval", {
    call: ([a, b]) =>
      intervalDatum(
        addIntervals(
          intervalOf(a as string),
          negateInterval(intervalOf(b as string)),
        ),
      ),
  }),
  fn("interval_mul(interval, float8) interval", {
    call: ([a, factor]) => times(a as Datum, floatOf(factor)),
  }),
  op("interval * float8 = interval", {
    sql: callOf("interval_mul(interval, float8)"),
  }),
  op("float8 * interval = interval", {
    sql: ([a, b]) => `"interval_mul(interval, float8)"(${b}, ${a})`,
  }),
  op("interval / float8 = interval", {
    call: ([a, divisor]) => {
      const by = floatOf(divisor);
      if (by === 0) throw divisionByZero();
      if (Number.isNaN(by)) throw intervalOutOfRange();
      return intervalDatum(
        scaleInterval(intervalOf(a as string), (part) => part / by),
      );
    },
  }),
  fn("justify_hours(interval) interval", of(justifyHours)),
  fn("justify_days(interval) interval", of(justifyDays)),
  fn("justify_interval(interval) interval", of(justifyInterval)),
  fn(
    "make_interval(int4, int4, int4, int4, int4, int4, float8) interval",
    {
      argNames: ["years", "months", "weeks", "days", "hours", "mins", "secs"],
      defaults: ["0", "0", "0", "0", "0", "0", "0.0"],
      call: make,
    },
  ),
];

/**
 * @param stride Length of a bin.
 * @returns It in microseconds.
 * @throws {SqlError} 0A000, 22008.
 */
export function strideOf({ months, days, micros }: Interval): bigint {
  if (months !== 0) {
    throw new SqlError(
      "0A000",
      "timestamps cannot be binned into intervals containing months or years",
    );
  }
  const length = BigInt(days) * BigInt(day) + micros;
  if (length <= 0n) {
    throw new SqlError("22008", "stride must be greater than zero");
  }
  return length;
}
