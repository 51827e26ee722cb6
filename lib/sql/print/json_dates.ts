/**
 * Prints dates and moments as JSON has them, with SQLite's own functions.
 *
 * @module
 */

import { oid } from "../types/type.ts";
import type { PrintContext } from "./context.ts";

/** Seconds from 0001-01-01 to 2000-01-01, and from there to 1970-01-01. */
const toEpoch = 63_082_281_600;
const toUnix = 62_135_596_800;
/** Ends of the year 9999, the last that SQLite knows, in seconds and days since 2000. */
const lastSecond = 252_455_615_999;
const firstDay = -730_119;
const lastDay = 2_921_939;
const unix2000 = 946_684_800;

/** Zones that are never off Greenwich. */
const utc: ReadonlySet<string> = new Set([
  "UTC",
  "Etc/UTC",
  "UCT",
  "Etc/UCT",
  "Universal",
  "Zulu",
  "Etc/Zulu",
  "GMT",
  "Etc/GMT",
  "GMT0",
  "Greenwich",
]);

/**
 * @param type `date`, `timestamp` or `timestamptz`.
 * @param value Expression of its datum; repeated.
 * @param context Where it is printed.
 * @returns Expression of the JSON text, NULL for NULL; nothing in a time zone that only we know.
 */
export function printDateJson(
  type: number,
  value: string,
  context: PrintContext,
): string | undefined {
  const otherwise =
    `WHEN ${value} IS NOT NULL THEN "to_json(anyelement)"(${value}, '${type}')`;
  if (type === oid.date) {
    return `CASE WHEN ${value} BETWEEN ${firstDay} AND ${lastDay} THEN strftime('"%Y-%m-%d"', ${value} * 86400 + ${unix2000}, 'unixepoch') ${otherwise} END`;
  }
  if (
    type === oid.timestamptz &&
    !(context.ofSession && utc.has(context.env.eval.timeZone))
  ) return undefined;
  const since = `(${value} + ${toEpoch}000000)`;
  const zone = type === oid.timestamptz ? '+00:00"' : '"';
  return `CASE WHEN ${value} BETWEEN -${toEpoch}000000 AND ${lastSecond}999999 THEN concat(strftime('"%Y-%m-%dT%H:%M:%S', ${since} / 1000000 - ${toUnix}, 'unixepoch'), CASE ${value} % 1000000 WHEN 0 THEN '${zone}' ELSE rtrim(format('.%06d', ${since} % 1000000), '0') || '${zone}' END) ${otherwise} END`;
}
