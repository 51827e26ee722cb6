/**
 * Writes intervals in the four styles of `IntervalStyle` (manual, 8.5.5).
 *
 * @module
 */

import type { Interval } from "./interval.ts";
import { two, writeFraction } from "./write.ts";

/** An interval taken apart; all parts of one group have one sign. */
interface Parts {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  /** May be too large for a float to count exactly; nobody looks so far. */
  readonly hours: bigint;
  readonly minutes: number;
  readonly seconds: number;
  readonly micros: number;
}

/**
 * @param interval An interval.
 * @returns Its parts.
 */
export function partsOf({ months, days, micros }: Interval): Parts {
  return {
    years: Math.trunc(months / 12) + 0,
    months: months % 12 + 0,
    days,
    hours: micros / 3_600_000_000n,
    minutes: Number(micros / 60_000_000n % 60n),
    seconds: Number(micros / 1_000_000n % 60n),
    micros: Number(micros % 1_000_000n),
  };
}

const magnitude = (value: bigint) => value < 0n ? -value : value;

/** `ss.fraction` of seconds without their sign. */
function seconds(parts: Parts, padded: boolean): string {
  const whole = Math.abs(parts.seconds);
  return (padded ? two(whole) : String(whole)) +
    writeFraction(Math.abs(parts.micros));
}

function clock(parts: Parts): string {
  return `${magnitude(parts.hours).toString().padStart(2, "0")}:${
    two(Math.abs(parts.minutes))
  }:${seconds(parts, true)}`;
}

const hasClock = ({ hours, minutes, seconds, micros }: Parts) =>
  hours !== 0n || minutes !== 0 || seconds !== 0 || micros !== 0;
const clockNegative = ({ hours, minutes, seconds, micros }: Parts) =>
  hours < 0n || minutes < 0 || seconds < 0 || micros < 0;

function writePostgres(parts: Parts): string {
  const words: string[] = [];
  let negative = false;
  const add = (value: number, unit: string) => {
    if (value === 0) return;
    const sign = value > 0 && negative ? "+" : "";
    words.push(`${sign}${value} ${unit}${value === 1 ? "" : "s"}`);
    negative = value < 0;
  };
  add(parts.years, "year");
  add(parts.months, "mon");
  add(parts.days, "day");
  if (words.length === 0 || hasClock(parts)) {
    const sign = clockNegative(parts) ? "-" : negative ? "+" : "";
    words.push(sign + clock(parts));
  }
  return words.join(" ");
}

function writeVerbose(parts: Parts): string {
  const words: string[] = [];
  let ago: boolean | undefined;
  const add = (value: number | bigint, unit: string, text?: string) => {
    if (value === 0 || value === 0n) return;
    const negative = value < 0;
    ago ??= negative;
    const size = negative ? -value : value;
    const shown = `${ago === negative ? "" : "-"}${text ?? size}`;
    words.push(`${shown} ${unit}${size === 1 || size === 1n ? "" : "s"}`);
  };
  add(parts.years, "year");
  add(parts.months, "mon");
  add(parts.days, "day");
  add(parts.hours, "hour");
  add(parts.minutes, "min");
  if (parts.seconds !== 0 || parts.micros !== 0) {
    const negative = parts.seconds < 0 || parts.micros < 0;
    ago ??= negative;
    const plural = Math.abs(parts.seconds) === 1 && parts.micros === 0
      ? ""
      : "s";
    words.push(
      `${ago === negative ? "" : "-"}${seconds(parts, false)} sec${plural}`,
    );
  }
  if (words.length === 0) return "@ 0";
  return `@ ${words.join(" ")}${ago ? " ago" : ""}`;
}

function writeSql(parts: Parts): string {
  const { years, months, days } = parts;
  const hasYears = years !== 0 || months !== 0;
  const hasDays = days !== 0;
  const timed = hasClock(parts);
  const negative = years < 0 || months < 0 || days < 0 || clockNegative(parts);
  const positive = years > 0 || months > 0 || days > 0 ||
    (timed && !clockNegative(parts));
  if (!hasYears && !hasDays && !timed) return "0";
  const yearMonth = `${Math.abs(years)}-${Math.abs(months)}`;
  const hours = magnitude(parts.hours).toString();
  const time = `${hours}:${two(Math.abs(parts.minutes))}:${
    seconds(parts, true)
  }`;
  // Where signs differ, or both groups are there, each group has its own.
  if ((negative && positive) || (hasYears && (hasDays || timed))) {
    const yearSign = years < 0 || months < 0 ? "-" : "+";
    const daySign = days < 0 ? "-" : "+";
    const timeSign = clockNegative(parts) ? "-" : "+";
    return `${yearSign}${yearMonth} ${daySign}${
      Math.abs(days)
    } ${timeSign}${time}`;
  }
  const sign = negative ? "-" : "";
  if (hasYears) return sign + yearMonth;
  if (hasDays) return `${sign}${Math.abs(days)} ${time}`;
  return sign + time;
}

function writeIso(parts: Parts): string {
  const { years, months, days, hours, minutes } = parts;
  let text = "P";
  if (years !== 0) text += `${years}Y`;
  if (months !== 0) text += `${months}M`;
  if (days !== 0) text += `${days}D`;
  if (hasClock(parts)) {
    text += "T";
    if (hours !== 0n) text += `${hours}H`;
    if (minutes !== 0) text += `${minutes}M`;
    if (parts.seconds !== 0 || parts.micros !== 0) {
      const sign = parts.seconds < 0 || parts.micros < 0 ? "-" : "";
      text += `${sign}${seconds(parts, false)}S`;
    }
  }
  return text === "P" ? "PT0S" : text;
}

/**
 * @param interval An interval.
 * @param style `IntervalStyle`.
 * @returns Its text.
 */
export function writeInterval(interval: Interval, style: string): string {
  const parts = partsOf(interval);
  switch (style) {
    case "postgres_verbose":
      return writeVerbose(parts);
    case "sql_standard":
      return writeSql(parts);
    case "iso_8601":
      return writeIso(parts);
    default:
      return writePostgres(parts);
  }
}
