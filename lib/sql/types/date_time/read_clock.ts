/**
 * Reads times of day and offsets of zones.
 *
 * @module
 */

import { hour, minute, second } from "./calendar.ts";
import { fail } from "./read_error.ts";

/**
 * @param text `+hh`, `+hh:mm`, `+hh:mm:ss` or `+hhmm`.
 * @returns Seconds east of UTC.
 */
export function readOffset(text: string): number {
  const match = /^([+-])(\d+)(?::(\d+)(?::(\d+))?)?$/.exec(text);
  if (match === null) fail("format");
  const [, sign, first = "", minutes, seconds = "0"] = match;
  let hours = Number(first);
  let rest = Number(minutes ?? "0");
  if (minutes === undefined && first.length > 2) {
    rest = hours % 100;
    hours = Math.floor(hours / 100);
  }
  if (hours > 15 || rest > 59 || Number(seconds) > 59) fail("zone");
  const size = hours * 3600 + rest * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

/**
 * @param text `.123`.
 * @returns Microseconds, rounded.
 */
export function readFraction(text: string): number {
  if (!/^\.\d*$/.test(text)) fail("format");
  return text.length < 2 ? 0 : Math.round(Number(`0${text}`) * second);
}

/**
 * @param text `hh:mm`, `hh:mm:ss.fraction`, `mm:ss.fraction`.
 * @param anyHour Whether hours have no limit, as in intervals.
 * @returns Microseconds.
 */
export function readClock(text: string, anyHour = false): number {
  const match = /^(\d+):(\d*)(?::(\d+))?(\.\d*)?$/.exec(text);
  if (match === null) fail("format");
  const [, first = "", middle = "", last, fraction] = match;
  let hours = Number(first);
  let minutes = Number(middle);
  let seconds = Number(last ?? "0");
  if (last === undefined && fraction !== undefined) {
    seconds = minutes;
    minutes = hours;
    hours = 0;
  }
  const micros = fraction === undefined ? 0 : readFraction(fraction);
  if (minutes > 59 || seconds > 60) fail("field");
  const total = hours * hour + minutes * minute + seconds * second + micros;
  if (!anyHour && total > 24 * hour) fail("field");
  return total;
}
