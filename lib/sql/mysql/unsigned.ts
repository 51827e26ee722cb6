/**
 * Integers without a sign: BIGINT UNSIGNED to 2^64 - 1 (MySQL manual, 13.1.2 and 14.6.1).
 *
 * The type is PostgreSQL's `bigint`. SQLite's integers end at 2^63 - 1; what is greater is kept as a text of
 * twenty digits in the same column. To SQLite every text is greater than every number, and texts of one length
 * sort as their numbers do, so `=`, `<`, ORDER BY, indexes, joins and foreign keys are right by themselves and
 * cost small numbers nothing.
 *
 * An expression without a sign has the modifier {@linkcode unsignedMark}, which `bigint` has no other use for.
 *
 * @module
 */

import type { Column } from "../catalog/catalog.ts";
import type { Datum } from "../datum.ts";
import type { Expr } from "../tree.ts";
import { integerDatum } from "../types/binary.ts";
import { oid } from "../types/type.ts";
import { columnBehind, exprBehind } from "./list_type.ts";

/** Modifier of an integer that has no sign. */
export const unsignedMark = 1;

/** The greatest number of 64 bits with a sign. */
export const mostSigned = 9_223_372_036_854_775_807n;
/** And without. */
export const mostUnsigned = 18_446_744_073_709_551_615n;

/**
 * @param value Number from -2^63 to 2^64 - 1.
 * @returns How it is kept.
 */
export const unsignedDatum = (value: bigint): Datum =>
  value > mostSigned ? String(value).padStart(20, "0") : integerDatum(value);

/**
 * @param digits A number's digits.
 * @returns It as it is kept, if it is whole and above 2^63 - 1 and no more than 2^64 - 1.
 */
export function largeDatum(digits: string): string | undefined {
  if (!/^\s*\+?0*\d{19,20}(?:\.0*)?\s*$/.test(digits)) return undefined;
  const value = BigInt(digits.replace(/\..*/, "").trim().replace("+", ""));
  return value > mostSigned && value <= mostUnsigned
    ? String(value).padStart(20, "0")
    : undefined;
}

/** Whether a column may hold numbers above 2^63 - 1. */
export const isWideColumn = ({ mysql }: Pick<Column, "mysql">): boolean =>
  mysql !== undefined &&
  /^(?:bigint(?:\(\d+\))? unsigned|bit\(64\))/.test(mysql.type);

const isUnsignedColumn = ({ mysql, type }: Column): boolean =>
  mysql !== undefined && /^\w*int\S* unsigned|^bit\(|^year/.test(mysql.type) &&
  (type === oid.int2 || type === oid.int4 || type === oid.int8);

/** Whether an expression has the modifier of integers without a sign. */
export const isMarked = ({ type, typmod }: Expr): boolean =>
  type === oid.int8 && typmod === unsignedMark;

/** Whether an expression is an integer without a sign. */
export function isUnsigned(expr: Expr): boolean {
  if (isMarked(expr) || isMarked(exprBehind(expr))) return true;
  const column = columnBehind(expr);
  return column !== undefined && isUnsignedColumn(column);
}

/** Whether an expression may be a number above 2^63 - 1. */
export function isWide(expr: Expr): boolean {
  if (expr.type !== oid.int8) return false;
  if (isMarked(expr) || isMarked(exprBehind(expr))) return true;
  const column = columnBehind(expr);
  return column !== undefined && isWideColumn(column);
}

/** An integer of 64 bits as one that has no sign. */
export const withoutSign = <T extends Expr>(expr: T): T => ({
  ...expr,
  typmod: unsignedMark,
});
