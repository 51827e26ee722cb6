/**
 * The type `date`.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { int32Bytes, viewOf } from "./binary.ts";
import {
  dateInfinity,
  dateMinusInfinity,
  inDateRange,
  unixDays,
} from "./date_time/calendar.ts";
import { readDateTime } from "./date_time/read.ts";
import { writeDate } from "./date_time/write.ts";
import { oid, type PgType } from "./type.ts";

function read(text: string, context: EvalContext): number {
  const { special, days } = readDateTime(text, "date", context);
  switch (special) {
    case "infinity":
      return dateInfinity;
    case "-infinity":
      return dateMinusInfinity;
    case "epoch":
      return -unixDays;
    default:
      if (inDateRange(days)) return days;
      throw new SqlError("22008", `date out of range: "${text}"`);
  }
}

/**
 * @param days Datum of a date.
 * @param dateStyle `DateStyle`.
 * @returns Its text.
 */
export function dateText(days: number, dateStyle: string): string {
  if (days === dateInfinity) return "infinity";
  if (days === dateMinusInfinity) return "-infinity";
  return writeDate(days, dateStyle);
}

/** `date`. */
export const dateType: PgType = {
  oid: oid.date,
  name: "date",
  schema: 11,
  length: 4,
  kind: "b",
  category: "D",
  preferred: false,
  element: 0,
  array: 1182,
  input: (text, _typmod, context) => read(text, context),
  output: (value, context) => dateText(value as number, context.dateStyle),
  send: (value) => int32Bytes(value as number),
  receive(bytes) {
    const days = viewOf(bytes, 4).getInt32(0);
    if (
      inDateRange(days) || days === dateInfinity || days === dateMinusInfinity
    ) return days;
    throw new SqlError("22008", "date out of range");
  },
};
