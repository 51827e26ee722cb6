/**
 * `to_char` of dates, `to_timestamp`, `to_date` (manual, 9.8).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  checkedTimestamp,
  localOf,
  type Timestamp,
  utcOf,
} from "../types/date_time/arithmetic.ts";
import {
  inDateRange,
  isFinite,
  momentOf,
  second,
} from "../types/date_time/calendar.ts";
import { intervalOf } from "../types/date_time/interval.ts";
import { sessionZone, zoneOfOffset } from "../types/date_time/time_zone.ts";
import { readByTemplate } from "./date_read.ts";
import { showInterval, showTimestamp } from "./date_write.ts";
import { type Definition, fn } from "./define.ts";

function timestampToChar([a, format]: readonly Datum[]): string | null {
  const at = a as Timestamp;
  if (format === "" || !isFinite(at)) return null;
  const { days, micros } = momentOf(at);
  return showTimestamp(format as string, days, micros);
}

function timestampTzToChar(
  [a, format]: readonly Datum[],
  context: EvalContext,
): string | null {
  const at = a as Timestamp;
  if (format === "" || !isFinite(at)) return null;
  const zone = sessionZone(context.timeZone);
  const { days, micros, offset } = localOf(at, zone);
  return showTimestamp(format as string, days, micros, {
    offset,
    name: zone.abbreviationAt(Math.floor(Number(at) / second)),
  });
}

function toTimestamp(
  [text, format]: readonly Datum[],
  context: EvalContext,
): Timestamp {
  const { days, micros, offset } = readByTemplate(
    text as string,
    format as string,
  );
  const zone = offset === undefined
    ? sessionZone(context.timeZone)
    : zoneOfOffset(offset);
  return checkedTimestamp(utcOf(days, micros, zone));
}

function toDate([text, format]: readonly Datum[]): number {
  const { days } = readByTemplate(text as string, format as string);
  if (inDateRange(days)) return days;
  throw new SqlError("22008", `date out of range: "${text}"`);
}

/** See the top of the file. */
export const dateFormatFunctions: readonly Definition[] = [
  fn("to_char(timestamp, text) text", {
    volatility: "s",
    call: timestampToChar,
  }),
  fn("to_char(timestamptz, text) text", {
    volatility: "s",
    call: timestampTzToChar,
  }),
  fn("to_char(interval, text) text", {
    volatility: "s",
    call: ([a, format]) =>
      format === ""
        ? null
        : showInterval(format as string, intervalOf(a as string)),
  }),
  fn("to_timestamp(text, text) timestamptz", {
    volatility: "s",
    call: toTimestamp,
  }),
  fn("to_date(text, text) date", { volatility: "s", call: toDate }),
];
