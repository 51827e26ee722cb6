/**
 * `age`: years, months and days between two timestamps, as people count.
 *
 * @module
 */

import type { EvalContext } from "../eval_context.ts";
import {
  ageBetween,
  localOf,
  type Timestamp,
  utcOf,
} from "../types/date_time/arithmetic.ts";
import {
  type Moment,
  momentOf,
  timestampOf,
} from "../types/date_time/calendar.ts";
import { intervalDatum } from "../types/date_time/interval.ts";
import { sessionZone, type Zone } from "../types/date_time/time_zone.ts";
import { type Definition, fn } from "./define.ts";

function age(a: Timestamp, b: Timestamp, zone?: Zone): string {
  const local = (at: Timestamp) =>
    zone === undefined ? momentOf(at) : localOf(at, zone);
  return intervalDatum(ageBetween(local(a), local(b)));
}

/** Midnight of today. */
function today(context: EvalContext): Moment {
  const zone = sessionZone(context.timeZone);
  return { days: localOf(context.transactionTime, zone).days, micros: 0 };
}

/** `age`. */
export const ageFunctions: readonly Definition[] = [
  fn("age(timestamp, timestamp) interval", {
    call: ([a, b]) => age(a as Timestamp, b as Timestamp),
  }),
  fn("age(timestamptz, timestamptz) interval", {
    volatility: "s",
    call: ([a, b], context) =>
      age(a as Timestamp, b as Timestamp, sessionZone(context.timeZone)),
  }),
  fn("age(timestamp) interval", {
    volatility: "s",
    call: ([a], context) => {
      const { days, micros } = today(context);
      return age(timestampOf(days, micros), a as Timestamp);
    },
  }),
  fn("age(timestamptz) interval", {
    volatility: "s",
    call: ([a], context) => {
      const zone = sessionZone(context.timeZone);
      const { days, micros } = today(context);
      return age(utcOf(days, micros, zone), a as Timestamp, zone);
    },
  }),
];
