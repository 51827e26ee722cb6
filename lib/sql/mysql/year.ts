/**
 * YEAR: 1901 to 2155 and 0; two digits are of this century or the last (MySQL manual, 13.2.4 and 13.2.9).
 *
 * @module
 */

import type { Column } from "../catalog/catalog.ts";

/** Whether a column is YEAR. */
export const isYear = ({ mysql }: Pick<Column, "mysql">): boolean =>
  mysql?.type === "year";

/**
 * @param value Number that stands for a year.
 * @returns The year.
 */
export const yearOfNumber = (value: number): number =>
  value >= 1 && value <= 69
    ? value + 2000
    : value >= 70 && value <= 99
    ? value + 1900
    : value;

/**
 * @param digits A year as a text of digits: `0000` is 0, `0` and `00` are 2000.
 * @returns The year.
 */
export const yearOfText = (digits: string): number =>
  /^0{1,3}$/.test(digits)
    ? 2000
    : digits.length > 3
    ? Number(digits)
    : yearOfNumber(Number(digits));
