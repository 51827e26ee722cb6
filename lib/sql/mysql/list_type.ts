/**
 * ENUM and SET: texts whose places in the list of their type count (MySQL manual, 13.3.5 and 13.3.6).
 *
 * The values are kept as texts, as they are declared; the list is in the column's type (`enum('a','b')`).
 *
 * @module
 */

import type { Column } from "../catalog/catalog.ts";
import { fold } from "../functions/mysql/fold.ts";
import type { Expr } from "../tree.ts";

/** A list of texts. */
export interface ListType {
  readonly word: "enum" | "set";
  readonly labels: readonly string[];
}

const known = new WeakMap<
  NonNullable<Column["mysql"]>,
  { readonly list: ListType | undefined }
>();

/**
 * @param type Type of a column in MySQL's words.
 * @returns Its list, if it is ENUM or SET.
 */
export function readList(type: string): ListType | undefined {
  const word = /^(enum|set)\('/.exec(type)?.[1];
  if (word !== "enum" && word !== "set") return undefined;
  const labels = [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, label = ""]) =>
    label.replaceAll("''", "'")
  );
  return { word, labels };
}

/**
 * @param column Column of a table.
 * @returns Its list, if it is ENUM or SET.
 */
export function listOfColumn(
  { mysql }: Pick<Column, "mysql">,
): ListType | undefined {
  if (mysql === undefined) return undefined;
  let found = known.get(mysql);
  if (found === undefined) {
    found = { list: readList(mysql.type) };
    known.set(mysql, found);
  }
  return found.list;
}

/**
 * @param expr Expression.
 * @returns The list of the column that it is, also through derived tables and views; nothing for other
 *   expressions, whose values are mere texts.
 */
export function listOf(expr: Expr): ListType | undefined {
  const column = columnBehind(expr);
  return column === undefined ? undefined : listOfColumn(column);
}

/**
 * @param expr Expression.
 * @returns The column of a table that it is, also through derived tables and views.
 */
export function columnBehind(expr: Expr): Column | undefined {
  const found = exprBehind(expr);
  return found.kind === "column" && found.entry.source.kind === "table"
    ? found.entry.source.relation.columns[found.index]
    : undefined;
}

/**
 * @param expr Expression.
 * @returns What it stands for in the derived tables and views that it comes from.
 */
export function exprBehind(expr: Expr): Expr {
  if (expr.kind === "cast" && expr.how.by === "relabel") {
    return exprBehind(expr.arg);
  }
  if (expr.kind !== "column") return expr;
  const { source } = expr.entry;
  const query = source.kind === "query"
    ? source.query
    : source.kind === "cte" && !source.cte.recursive
    ? source.cte.query
    : undefined;
  if (query?.kind !== "select") return expr;
  const inner = query.targets[expr.index]?.expr;
  return inner === undefined ? expr : exprBehind(inner);
}

/**
 * @param list List.
 * @param text Text in any case; those of a SET with commas between them.
 * @returns It as it is declared; nothing when it is not in the list.
 */
export function declaredText(
  { word, labels }: ListType,
  text: string,
): string | undefined {
  const at = (item: string) => {
    const exact = labels.indexOf(item);
    if (exact >= 0) return exact;
    const wanted = fold(item.replace(/ +$/, ""));
    return labels.findIndex((label) => fold(label) === wanted);
  };
  if (word === "enum") {
    const place = at(text);
    return place >= 0 ? labels[place] : textAt({ word, labels }, text);
  }
  if (text === "") return "";
  const places = text.split(",").map(at);
  return places.includes(-1)
    ? textAt({ word, labels }, text)
    : labels.filter((_, place) => places.includes(place)).join(",");
}

/** A text of digits that is no label is a place. */
function textAt(list: ListType, text: string): string | undefined {
  return /^\d{1,20}$/.test(text)
    ? declaredPlace(list, BigInt(text))
    : undefined;
}

/**
 * @param list List.
 * @param place Place from 1 of an ENUM, bits of a SET.
 * @returns The text there; nothing when there is none.
 */
export function declaredPlace(
  { word, labels }: ListType,
  place: bigint,
): string | undefined {
  if (word === "enum") {
    return place < 1n || place > BigInt(labels.length)
      ? undefined
      : labels[Number(place) - 1];
  }
  if (place < 0n || place >> BigInt(labels.length) !== 0n) return undefined;
  return labels.filter((_, at) => (place >> BigInt(at) & 1n) === 1n).join(",");
}

/**
 * @param list List.
 * @param text Text of it as declared.
 * @returns Its place from 1, or the bits of a SET; 0 for what is not in the list.
 */
export function placeOf({ word, labels }: ListType, text: string): bigint {
  if (word === "enum") return BigInt(labels.indexOf(text) + 1);
  const items = text.split(",");
  return labels.reduce(
    (bits, label, at) => items.includes(label) ? bits | 1n << BigInt(at) : bits,
    0n,
  );
}
