/**
 * Fits values to ENUM and SET columns: each becomes a text of their list.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import type { Column } from "../../catalog/catalog.ts";
import type { Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { declaredText, listOfColumn } from "../list_type.ts";
import { invoke, toInteger, toText } from "./convert.ts";
import { isLiteral, isNumber, kindOf } from "./kinds.ts";

const text = (value: string): Expr => ({
  kind: "constant",
  type: oid.text,
  typmod: -1,
  value,
});

/**
 * @param expr Value.
 * @param column Column that it is for.
 * @param scope Where.
 * @returns A text of the column's list; nothing when the column has none.
 */
export function fitListed(
  expr: Expr,
  column: Pick<Column, "name" | "mysql" | "type" | "typmod">,
  scope: Scope,
): Expr | undefined {
  const list = listOfColumn(column);
  if (list === undefined || column.mysql === undefined) return undefined;
  const kind = kindOf(expr, scope);
  if (kind === "null") return undefined;
  const more = [text(column.mysql.type), text(column.name)];
  if (isNumber(kind)) {
    return invoke("listed_place", [toInteger(expr, scope), ...more], scope);
  }
  if (isLiteral(expr) && expr.kind === "constant") {
    const found = declaredText(list, String(expr.value));
    // What is not in the list is an error only where there is a row for it.
    if (found !== undefined) return text(found);
  }
  return invoke("listed_text", [toText(expr, scope), ...more], scope);
}
