/**
 * Names of time zones as `SET TimeZone` takes and `SHOW` writes them.
 *
 * @module
 */

import { readInterval } from "../../sql/types/date_time/interval_read.ts";

/** A name as it is kept, or what may be said of why there is no such zone. */
export type TimeZoneName =
  | { readonly name: string }
  | { readonly name?: undefined; readonly detail?: string };

/** As many as a POSIX zone may have, and one more: a week. */
const offsetLimit = 168 * 3600;

let names: Map<string, string> | undefined;

/** IANA names by lower-case name; made when first needed. */
function zoneNames(): Map<string, string> {
  return names ??= new Map(
    [
      ...Intl.supportedValuesOf("timeZone"),
      "UTC",
      "GMT",
      "Etc/UTC",
      "Etc/GMT",
      "UCT",
      "Universal",
      "Zulu",
      "GMT0",
      "Greenwich",
    ].map((name) => [name.toLowerCase(), name]),
  );
}

/** @returns POSIX text as PostgreSQL writes it, for example `<+03>-03` for three hours east of UTC. */
function offsetZone(eastSeconds: number): TimeZoneName {
  const seconds = Math.trunc(Math.abs(eastSeconds));
  if (!(seconds < offsetLimit)) {
    return { detail: "UTC timezone offset is out of range." };
  }
  const two = (value: number) => String(value).padStart(2, "0");
  let text = two(Math.floor(seconds / 3600));
  if (seconds % 3600 !== 0) text += `:${two(Math.floor(seconds / 60) % 60)}`;
  if (seconds % 60 !== 0) text += `:${two(seconds % 60)}`;
  return {
    name: eastSeconds < 0 ? `<-${text}>+${text}` : `<+${text}>-${text}`,
  };
}

function intervalZone(text: string): TimeZoneName {
  const { months, days, micros } = readInterval(text, 0, {
    intervalStyle: "postgres",
  });
  if (months !== 0) {
    return { detail: "Cannot specify months in time zone interval." };
  }
  if (days !== 0) {
    return { detail: "Cannot specify days in time zone interval." };
  }
  return offsetZone(Number(micros) / 1_000_000);
}

/**
 * @param value What a client sets: a name, hours east of UTC, POSIX text, or `INTERVAL '…'`.
 * @returns The name as it is kept.
 * @throws {SqlError} 22007 for an interval that cannot be read.
 */
export function readTimeZone(value: string): TimeZoneName {
  const text = value.trim();
  const interval = /^interval\s*'([^']*)'$/i.exec(text)?.[1];
  if (interval !== undefined) return intervalZone(interval);
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) {
    return offsetZone(Number(text) * 3600);
  }
  const name = zoneNames().get(text.toLowerCase());
  if (name !== undefined) return { name };
  if (/^(?:<[^<>]+>|[A-Za-z]{3,})[+-]?\d{1,3}(?::\d{2}){0,2}$/.test(text)) {
    return { name: text.toUpperCase() };
  }
  if (!/^[A-Za-z][\w/+-]*$/.test(text)) return {};
  try {
    // Links to other names ("US/Pacific") are known to the formatter though not listed.
    new Intl.DateTimeFormat("en", { timeZone: text });
    return { name: text };
  } catch {
    return {};
  }
}
