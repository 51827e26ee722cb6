/**
 * Parts of dates and times: `extract`, `date_part`, `date_trunc`, `date_bin`, `age`, `isfinite`.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { divideTo, divisionScale } from "../numeric/arithmetic.ts";
import { type Decimal, pow10, printNumeric } from "../numeric/decimal.ts";
import { localOf, type Timestamp } from "../types/date_time/arithmetic.ts";
import {
  civilOf,
  dateInfinity,
  dateMinusInfinity,
  day,
  daysOf,
  hour,
  infinity,
  isFinite,
  isoWeek,
  julianOfEpoch,
  minute,
  type Moment,
  momentOf,
  second,
  timestampOf,
  unixDays,
  weekdayOf,
} from "../types/date_time/calendar.ts";
import {
  decadeOf,
  type Field,
  type FieldType,
  findField,
  periodOf,
  shownYear,
  unsupportedField,
} from "../types/date_time/fields.ts";
import { intervalOf } from "../types/date_time/interval.ts";
import { partsOf } from "../types/date_time/interval_write.ts";
import { sessionZone } from "../types/date_time/time_zone.ts";
import { timeTzOf } from "../types/time.ts";
import { type Definition, fn } from "./define.ts";

/** A numeric of so many digits after the point. */
const decimal = (digits: number | bigint, scale = 0) =>
  printNumeric({ digits: BigInt(digits), scale });

/** Fields of a time of day; nothing for other fields. */
function clockField(field: Field, micros: number): string | undefined {
  switch (field) {
    case "microsecond":
      return decimal(micros % minute);
    case "millisecond":
      return decimal(micros % minute, 3);
    case "second":
      return decimal(micros % minute, 6);
    case "minute":
      return decimal(Math.floor(micros / minute) % 60);
    case "hour":
      return decimal(Math.floor(micros / hour));
    default:
      return undefined;
  }
}

/** Fields of a day; nothing for other fields. */
function dayField(field: Field, days: number): number | undefined {
  const { year, month, day: dayOfMonth } = civilOf(days);
  switch (field) {
    case "day":
      return dayOfMonth;
    case "month":
      return month;
    case "quarter":
      return Math.floor((month - 1) / 3) + 1;
    case "week":
      return isoWeek(days).week;
    case "isoyear":
      return shownYear(isoWeek(days).year);
    case "year":
      return shownYear(year);
    case "decade":
      return decadeOf(year);
    case "century":
      return periodOf(year, 100);
    case "millennium":
      return periodOf(year, 1000);
    case "dow":
      return weekdayOf(days);
    case "isodow":
      return weekdayOf(days) || 7;
    case "doy":
      return days - daysOf(year, 1, 1) + 1;
    default:
      return undefined;
  }
}

/** Offsets; nothing for other fields. */
function zoneField(field: Field, offset: number): string | undefined {
  switch (field) {
    case "timezone":
      return decimal(offset);
    case "zoneHour":
      return decimal(Math.trunc(offset / 3600));
    case "zoneMinute":
      return decimal(Math.trunc(offset / 60) % 60);
    default:
      return undefined;
  }
}

/** Fields that have a value at infinity. */
const monotonous: ReadonlySet<Field> = new Set([
  "year",
  "decade",
  "century",
  "millennium",
  "julian",
  "isoyear",
  "epoch",
]);

function ofInfinity(
  field: Field,
  positive: boolean,
  unsupported: () => SqlError,
): string | null {
  if (monotonous.has(field)) return positive ? "Infinity" : "-Infinity";
  const known: readonly Field[] = [
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "month",
    "quarter",
    "week",
    "dow",
    "isodow",
    "doy",
    "timezone",
    "zoneHour",
    "zoneMinute",
  ];
  if (known.includes(field)) return null;
  throw unsupported();
}

/** Days of the Julian calendar with the part of the day. */
function julian({ days, micros }: Moment): string {
  const part: Decimal = { digits: BigInt(micros), scale: 0 };
  const whole: Decimal = { digits: BigInt(day), scale: 0 };
  const quotient = divideTo(part, whole, divisionScale(part, whole));
  return decimal(
    BigInt(days + julianOfEpoch) * pow10(quotient.scale) + quotient.digits,
    quotient.scale,
  );
}

/** Microseconds since 1970. */
const epochMicros = (at: Timestamp) =>
  BigInt(at) + BigInt(unixDays) * BigInt(day);

function timestampField(
  name: string,
  at: Timestamp,
  type: FieldType,
  local: Moment & { readonly offset?: number },
): string {
  const field = findField(name, type);
  const whole = dayField(field, local.days);
  if (whole !== undefined) return decimal(whole);
  const clock = clockField(field, local.micros);
  if (clock !== undefined) return clock;
  if (field === "epoch") return decimal(epochMicros(at), 6);
  if (field === "julian") return julian(local);
  const zone = local.offset === undefined
    ? undefined
    : zoneField(field, local.offset);
  if (zone !== undefined) return zone;
  throw unsupportedField(name, type);
}

function extractTimestamp([name, a]: readonly Datum[]): string | null {
  const type = "timestamp without time zone";
  const at = a as Timestamp;
  if (!isFinite(at)) {
    return ofInfinity(
      findField(name as string, type),
      at === infinity,
      () => unsupportedField(name as string, type),
    );
  }
  return timestampField(name as string, at, type, momentOf(at));
}

function extractTimestampTz(
  [name, a]: readonly Datum[],
  context: EvalContext,
): string | null {
  const type = "timestamp with time zone";
  const at = a as Timestamp;
  if (!isFinite(at)) {
    return ofInfinity(
      findField(name as string, type),
      at === infinity,
      () => unsupportedField(name as string, type),
    );
  }
  const local = localOf(at, sessionZone(context.timeZone));
  return timestampField(name as string, at, type, local);
}

function extractDate([name, a]: readonly Datum[]): string | null {
  const type = "date";
  const days = Number(a);
  const field = findField(name as string, type);
  const clock = clockField(field, 0) ?? zoneField(field, 0);
  if (clock !== undefined) throw unsupportedField(name as string, type);
  if (days === dateInfinity || days === dateMinusInfinity) {
    return ofInfinity(
      field,
      days === dateInfinity,
      () => unsupportedField(name as string, type),
    );
  }
  if (field === "epoch") return decimal((days + unixDays) * 86_400);
  if (field === "julian") return decimal(days + julianOfEpoch);
  return decimal(dayField(field, days) as number);
}

function extractTime([name, a]: readonly Datum[]): string {
  const type = "time without time zone";
  const field = findField(name as string, type);
  const clock = clockField(field, Number(a));
  if (clock !== undefined) return clock;
  if (field === "epoch") return decimal(Number(a), 6);
  throw unsupportedField(name as string, type);
}

function extractTimeTz([name, a]: readonly Datum[]): string {
  const type = "time with time zone";
  const field = findField(name as string, type);
  const { micros, west } = timeTzOf(a as string);
  const value = clockField(field, micros) ?? zoneField(field, 0 - west);
  if (value !== undefined) return value;
  if (field === "epoch") return decimal(micros + west * second, 6);
  throw unsupportedField(name as string, type);
}

function extractInterval([name, a]: readonly Datum[]): string {
  const type = "interval";
  const field = findField(name as string, type);
  const interval = intervalOf(a as string);
  const parts = partsOf(interval);
  const seconds = parts.seconds * second + parts.micros;
  switch (field) {
    case "microsecond":
      return decimal(seconds);
    case "millisecond":
      return decimal(seconds, 3);
    case "second":
      return decimal(seconds, 6);
    case "minute":
      return decimal(parts.minutes);
    case "hour":
      return decimal(parts.hours);
    case "day":
      return decimal(parts.days);
    case "month":
      return decimal(parts.months);
    case "quarter":
      return decimal(Math.trunc(parts.months / 3) + 1);
    case "year":
      return decimal(parts.years);
    case "decade":
      return decimal(Math.trunc(parts.years / 10));
    case "century":
      return decimal(Math.trunc(parts.years / 100));
    case "millennium":
      return decimal(Math.trunc(parts.years / 1000));
    case "epoch": {
      // A year has 365.25 days here, a month 30.
      const days = BigInt(parts.years) * 1461n + BigInt(parts.months) * 120n +
        BigInt(interval.days) * 4n;
      return decimal(days * 21600n * 1000000n + interval.micros, 6);
    }
    default:
      throw unsupportedField(name as string, type);
  }
}

const part = (value: string | null): number | null =>
  value === null ? null : Number(value);

/** `extract` and `date_part` of each type. */
const parts: readonly (readonly [
  string,
  (args: readonly Datum[], context: EvalContext) => string | null,
  ((args: readonly Datum[], context: EvalContext) => string | null)?,
])[] = [
  ["timestamp", extractTimestamp],
  ["timestamptz", extractTimestampTz],
  ["date", extractDate, ([name, a]) =>
    extractTimestamp([
      name as Datum,
      Number(a) === dateInfinity
        ? infinity
        : Number(a) === dateMinusInfinity
        ? -infinity - 1n
        : timestampOf(Number(a), 0),
    ])],
  ["time", extractTime],
  ["timetz", extractTimeTz],
  ["interval", extractInterval],
];

/** See the top of the file. */
export const datePartFunctions: readonly Definition[] = [
  ...parts.flatMap(([type, extract, datePart = extract]) => {
    const volatility = type === "timestamptz" ? "s" : "i";
    return [
      fn(`extract(text, ${type}) numeric`, { volatility, call: extract }),
      fn(`date_part(text, ${type}) float8`, {
        volatility,
        call: (args, context) => part(datePart(args, context)),
      }),
    ];
  }),
  fn("isfinite(date) bool", {
    sql: ([a]) => `(${a} NOT IN (${dateInfinity}, ${dateMinusInfinity}))`,
  }),
  ...["timestamp", "timestamptz"].map((type) =>
    fn(`isfinite(${type}) bool`, { call: ([a]) => isFinite(a as Timestamp) })
  ),
  fn("isfinite(interval) bool", { call: () => true }),
];
