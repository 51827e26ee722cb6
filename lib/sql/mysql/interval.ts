/**
 * Reads `INTERVAL amount unit` (MySQL manual, 11.1.9 Temporal Intervals).
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { valueOf } from "./expression.ts";
import type { Parser } from "./parser.ts";

/** Units; an amount of a compound one is text such as `1:30`. */
export const units: ReadonlySet<string> = new Set([
  "microsecond",
  "second",
  "minute",
  "hour",
  "day",
  "week",
  "month",
  "quarter",
  "year",
  "second_microsecond",
  "minute_microsecond",
  "minute_second",
  "hour_microsecond",
  "hour_second",
  "hour_minute",
  "day_microsecond",
  "day_second",
  "day_minute",
  "day_hour",
  "year_month",
]);

/** Whether an interval follows, not the function `INTERVAL(…)`. */
export const isInterval = (p: Parser): boolean => p.is("interval");

/** Reads a unit, `SQL_TSI_DAY` as well. */
export function unitOf(p: Parser): string {
  const { token } = p;
  const word = token.word.replace(/^sql_tsi_/, "");
  if (token.kind !== "word" || !units.has(word)) throw p.error();
  p.take();
  return word;
}

/** Reads an interval. */
export function intervalOf(
  p: Parser,
): { readonly amount: Node; readonly unit: string } {
  p.expect("interval");
  const amount = valueOf(p);
  return { amount, unit: unitOf(p) };
}
