/**
 * The types `timestamp` and `timestamptz`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { int64Bytes, viewOf } from "./binary.ts";
import { checkedTimestamp, localOf, utcOf } from "./date_time/arithmetic.ts";
import {
  dayInTimestampRange,
  infinity,
  inTimestampRange,
  isFinite,
  minusInfinity,
  momentOf,
  narrow,
  second,
  timestampOf,
  unixDays,
} from "./date_time/calendar.ts";
import { readDateTime } from "./date_time/read.ts";
import { sessionZone } from "./date_time/time_zone.ts";
import { writeTimestamp } from "./date_time/write.ts";
import { precisionText, precisionTypmod, roundMicros } from "./precision.ts";
import { oid, type PgType } from "./type.ts";

function read(
  text: string,
  typmod: number,
  options: { label: string; context: EvalContext; zoned: boolean },
): number | bigint {
  const { label, context, zoned } = options;
  const moment = readDateTime(text, label, context);
  switch (moment.special) {
    case "infinity":
      return infinity;
    case "-infinity":
      return minusInfinity;
    case "epoch":
      return -unixDays * 86_400 * second;
  }
  const outside = () =>
    new SqlError("22008", `timestamp out of range: "${text}"`);
  // A day more, because a zone may bring it back.
  if (
    !dayInTimestampRange(moment.days) &&
    !dayInTimestampRange(moment.days + 1) &&
    !dayInTimestampRange(moment.days - 1)
  ) throw outside();
  const value = zoned
    ? utcOf(
      moment.days,
      moment.micros,
      moment.zone ?? sessionZone(context.timeZone),
    )
    : timestampOf(moment.days, moment.micros);
  if (!inTimestampRange(value)) throw outside();
  return roundMicros(value, typmod);
}

function fit(value: number | bigint, typmod: number): number | bigint {
  return isFinite(value) ? roundMicros(value, typmod) : value;
}

function receive(bytes: Uint8Array, typmod: number): number | bigint {
  const value = narrow(viewOf(bytes, 8).getBigInt64(0));
  return isFinite(value) ? fit(checkedTimestamp(value), typmod) : value;
}

const shape = {
  schema: 11,
  length: 8,
  kind: "b",
  category: "D",
  element: 0,
  applyTypmod: (value: unknown, typmod: number) =>
    fit(value as number | bigint, typmod),
  typmodIn: precisionTypmod("TIMESTAMP"),
  typmodOut: precisionText,
  send: (value: unknown) => int64Bytes(value as number | bigint),
  receive,
} as const;

/**
 * @param value Datum of a `timestamp`.
 * @param dateStyle `DateStyle`.
 * @returns Its text.
 */
export function timestampText(
  value: number | bigint,
  dateStyle: string,
): string {
  if (!isFinite(value)) return value === infinity ? "infinity" : "-infinity";
  const { days, micros } = momentOf(value);
  return writeTimestamp(days, micros, dateStyle);
}

/**
 * @param value Datum of a `timestamptz`.
 * @param context Time zone and `DateStyle`.
 * @returns Its text.
 */
export function timestampTzText(
  value: number | bigint,
  context: Pick<EvalContext, "timeZone" | "dateStyle">,
): string {
  if (!isFinite(value)) return value === infinity ? "infinity" : "-infinity";
  const zone = sessionZone(context.timeZone);
  const { days, micros, offset } = localOf(value, zone);
  return writeTimestamp(days, micros, context.dateStyle, () => ({
    offset,
    abbreviation: zone.abbreviationAt(Math.floor(Number(value) / second)),
  }));
}

/** `timestamp`. */
export const timestampType: PgType = {
  ...shape,
  oid: oid.timestamp,
  name: "timestamp",
  preferred: false,
  array: 1115,
  input: (text, typmod, context) =>
    read(text, typmod, { label: "timestamp", context, zoned: false }),
  output: (value, context) =>
    timestampText(value as number | bigint, context.dateStyle),
};

/** `timestamptz`. */
export const timestampTzType: PgType = {
  ...shape,
  oid: oid.timestamptz,
  name: "timestamptz",
  preferred: true,
  array: 1185,
  input: (text, typmod, context) =>
    read(text, typmod, {
      label: "timestamp with time zone",
      context,
      zoned: true,
    }),
  output: (value, context) =>
    timestampTzText(value as number | bigint, context),
};
