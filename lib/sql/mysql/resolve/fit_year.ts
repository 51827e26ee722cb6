/**
 * Fits values to YEAR columns.
 *
 * @module
 */

import { coerce } from "../../analyze/coercion.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Column } from "../../catalog/catalog.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { isYear, yearOfNumber, yearOfText } from "../year.ts";
import { invoke, toDate, toDecimal, toText } from "./convert.ts";
import { isLiteral, isNumber, kindOf } from "./kinds.ts";

/**
 * @param expr Value.
 * @param column Column that it is for.
 * @param scope Where.
 * @returns It as a year; nothing when the column is no YEAR, or for NULL.
 */
export function fitYear(
  expr: Expr,
  column: Pick<Column, "name" | "mysql" | "type">,
  scope: Scope,
): Expr | undefined {
  if (!isYear(column)) return undefined;
  const kind = kindOf(expr, scope);
  const year = (value: number): Expr => ({
    kind: "constant",
    type: oid.int4,
    typmod: -1,
    value,
  });
  const fit = (value: Expr) =>
    coerce(value, column.type, -1, "explicit", scope);
  if (expr.kind === "constant" && expr.value !== null) {
    const digits = String(expr.value).trim();
    if (/^\d{1,4}$/.test(digits)) {
      return fit(year(
        isLiteral(expr) ? yearOfText(digits) : yearOfNumber(Number(digits)),
      ));
    }
  }
  const name: Expr = {
    kind: "constant",
    type: oid.text,
    typmod: -1,
    value: column.name,
  };
  if (isNumber(kind) || kind === "open") {
    const number = kind === "open"
      ? coerce(expr, oid.int4, -1, "implicit", scope)
      : expr;
    return fit(invoke("fit_year", [toDecimal(number, scope), name], scope));
  }
  if (kind === "text") {
    return fit(invoke("fit_year_text", [toText(expr, scope), name], scope));
  }
  return kind === "date" || kind === "moment"
    ? fit(invoke("year", [toDate(expr, scope)], scope))
    : undefined;
}
