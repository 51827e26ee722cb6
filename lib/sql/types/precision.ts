/**
 * Modifiers of times and timestamps: digits of the seconds.
 *
 * @module
 */

import { SqlError } from "../error.ts";
import { narrow } from "./date_time/calendar.ts";

/** Digits that are kept without a modifier. */
const most = 6;

/**
 * @param label Name of the type in messages.
 * @returns Reader of its modifiers.
 */
export function precisionTypmod(
  label: string,
): (modifiers: readonly number[]) => number {
  return ([precision, ...more]) => {
    if (precision === undefined || more.length > 0) {
      throw new SqlError("22023", "invalid type modifier");
    }
    if (precision < 0) {
      throw new SqlError(
        "22023",
        `${label}(${precision}) precision must not be negative`,
      );
    }
    // PostgreSQL warns and goes on.
    return Math.min(precision, most);
  };
}

/**
 * @param typmod Modifier.
 * @returns Its text, for example `(3)`.
 */
export function precisionText(typmod: number): string {
  return typmod < 0 ? "" : `(${typmod})`;
}

/**
 * Rounds half away from zero.
 *
 * @param micros Microseconds.
 * @param precision Digits of the seconds to keep; -1 for all.
 * @returns Microseconds.
 */
export function roundMicros(
  micros: number | bigint,
  precision: number,
): number | bigint {
  if (precision < 0 || precision >= most) return micros;
  const unit = 10 ** (most - precision);
  if (typeof micros === "number") {
    const size = Math.abs(micros);
    const rounded = Math.floor((size + unit / 2) / unit) * unit;
    return micros < 0 ? -rounded : rounded;
  }
  const scale = BigInt(unit);
  const size = micros < 0n ? -micros : micros;
  const rounded = (size + scale / 2n) / scale * scale;
  return narrow(micros < 0n ? -rounded : rounded);
}
