/**
 * Fits numbers to columns of whole numbers: what is out of range is an error that names the column.
 *
 * @module
 */

import { coerce } from "../../analyze/coercion.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Column } from "../../catalog/catalog.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { isWide, isWideColumn, largeDatum, withoutSign } from "../unsigned.ts";
import { invoke, toDecimal, toText } from "./convert.ts";
import { kindOf } from "./kinds.ts";

const ranges: Readonly<Record<number, readonly [bigint, bigint]>> = {
  [oid.int2]: [-32_768n, 32_767n],
  [oid.int4]: [-2_147_483_648n, 2_147_483_647n],
  [oid.int8]: [-9_223_372_036_854_775_808n, 9_223_372_036_854_775_807n],
};

const constant = (type: number, value: string | bigint): Expr => ({
  kind: "constant",
  type,
  typmod: -1,
  value,
});

/** A number that stands in the statement. */
function digitsOf(expr: Expr): string | undefined {
  if (expr.kind !== "constant" || expr.value === null) return undefined;
  const digits = String(expr.value).trim();
  return /^[-+]?\d+$/.test(digits) ? digits.replace("+", "") : undefined;
}

/**
 * @param expr Value.
 * @param column Column that it is for.
 * @param scope Where.
 * @returns It as that column takes it; nothing where the value's type is no wider than the column's.
 */
export function fitWhole(
  expr: Expr,
  column: Pick<Column, "name" | "mysql" | "type">,
  scope: Scope,
): Expr | undefined {
  const range = ranges[column.type];
  if (range === undefined || column.mysql === undefined) return undefined;
  const name = constant(oid.text, column.name);
  const number = exact(expr, column.type, scope);
  if (isWideColumn(column)) {
    if (isWide(expr)) return expr;
    const large = largeDatum(digitsOf(expr) ?? "");
    if (large !== undefined) return withoutSign(constant(oid.int8, large));
    return number === undefined
      ? undefined
      : withoutSign(invoke("fit_unsigned", [number, name], scope));
  }
  if (number === undefined) return undefined;
  const fitted = invoke("fit_integer", [
    number,
    constant(oid.int8, range[0]),
    constant(oid.int8, range[1]),
    name,
  ], scope);
  return coerce(fitted, column.type, -1, "explicit", scope);
}

/** A value that may be out of the range of a type, as an exact number. */
function exact(expr: Expr, type: number, scope: Scope): Expr | undefined {
  const [low, high] = ranges[type] as readonly [bigint, bigint];
  const digits = digitsOf(expr);
  const fits = digits !== undefined && BigInt(digits) >= low &&
    BigInt(digits) <= high;
  switch (kindOf(expr, scope)) {
    case "integer":
      return !fits && (isWide(expr) || isWider(expr.type, type))
        ? toDecimal(expr, scope)
        : undefined;
    case "decimal":
    case "float":
      return coerce(expr, oid.numeric, -1, "explicit", scope);
    case "text":
      // A literal that fits is read as what the column is.
      return fits
        ? undefined
        : invoke("integer_text", [toText(expr, scope)], scope);
    default:
      return undefined;
  }
}

const sizes = [oid.int2, oid.int4, oid.int8] as readonly number[];
const isWider = (from: number, to: number) =>
  sizes.indexOf(from) > sizes.indexOf(to);
