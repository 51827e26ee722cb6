/**
 * Fields of dates, times and intervals: what `extract`, `date_part` and `date_trunc` know.
 *
 * @module
 */

import { SqlError } from "../../error.ts";
import { findUnit, type Unit } from "./words.ts";

/** A field. */
export type Field =
  | Exclude<Unit, "ago">
  | "epoch"
  | "dow"
  | "isodow"
  | "doy"
  | "isoyear"
  | "julian";

const others: Readonly<Record<string, Field>> = {
  epoch: "epoch",
  dow: "dow",
  isodow: "isodow",
  doy: "doy",
  isoyear: "isoyear",
  julian: "julian",
  j: "julian",
  jd: "julian",
};

/** Name of a type in messages. */
export type FieldType =
  | "timestamp without time zone"
  | "timestamp with time zone"
  | "date"
  | "time without time zone"
  | "time with time zone"
  | "interval";

/**
 * @param name Name of a field in any case.
 * @param type Type whose field is wanted.
 * @returns The field.
 * @throws {SqlError} 22023.
 */
export function findField(name: string, type: FieldType): Field {
  const lower = name.toLowerCase();
  const unit = findUnit(lower);
  const found = unit === "ago" ? undefined : unit ?? others[lower];
  if (found !== undefined) return found;
  throw new SqlError(
    "22023",
    `unit "${lower}" not recognized for type ${type}`,
  );
}

/**
 * @param name Name of a field.
 * @param type Type that does not have it.
 * @returns Error 0A000.
 */
export function unsupportedField(name: string, type: FieldType): SqlError {
  return new SqlError(
    "0A000",
    `unit "${name.toLowerCase()}" not supported for type ${type}`,
  );
}

const ceilDivide = (value: number, by: number) =>
  Math.floor((value + by - 1) / by);

/**
 * @param year Astronomical year.
 * @returns As people write it: there is no year 0.
 */
export function shownYear(year: number): number {
  return year > 0 ? year : year - 1;
}

/**
 * @param year Astronomical year.
 * @param length 100 or 1000.
 * @returns Number of the century or millennium, negative before Christ.
 */
export function periodOf(year: number, length: 100 | 1000): number {
  return year > 0
    ? ceilDivide(year, length)
    : -Math.floor((length - 1 - (year - 1)) / length);
}

/**
 * @param year Astronomical year.
 * @returns Number of the decade.
 */
export function decadeOf(year: number): number {
  return year >= 0 ? Math.floor(year / 10) : -Math.floor((8 - (year - 1)) / 10);
}
