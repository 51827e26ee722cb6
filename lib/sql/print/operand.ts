/**
 * Prints expressions for comparing and sorting: with the collation of their type, and enums by the
 * order of their labels.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import type { Expr } from "../tree.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { printed, textLiteral } from "./printed.ts";
import { collationOf } from "./storage.ts";

/**
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns It with the collation of its type, so that `=`, DISTINCT and GROUP BY tell values apart as
 *   PostgreSQL does.
 */
export function printComparable(expr: Expr, context: PrintContext): Printed {
  const value = printAny(expr, context);
  const collation = collationOf(context.env, expr.type);
  if (collation === undefined || hasCollation(expr)) return value;
  return printed(`(${value.sql} COLLATE ${collation})`, value.simple);
}

/** Columns of tables are declared with the collation of their type. */
function hasCollation(expr: Expr): boolean {
  return expr.kind === "column" && expr.entry.source.kind === "table";
}

/**
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns What `<` and ORDER BY sort by.
 */
export function printSortable(expr: Expr, context: PrintContext): Printed {
  const rank = enumRank(expr.type, context);
  return rank === undefined
    ? printComparable(expr, context)
    : printed(rank(printAny(expr, context).sql));
}

/**
 * @param type Type.
 * @param context Where it is printed.
 * @returns Prints the place of a label in its enum; nothing for other types, or when the labels are in
 *   alphabetical order anyway.
 */
export function enumRank(
  type: number,
  context: PrintContext,
): ((sql: string) => string) | undefined {
  const labels = sortedLabels(type, context);
  if (labels === undefined) return undefined;
  const whens = labels.map((label, index) =>
    `WHEN ${textLiteral(label)} THEN ${index + 1}`
  );
  return (sql) => `(CASE ${sql} ${whens.join(" ")} END)`;
}

/**
 * The way back from {@linkcode enumRank}.
 *
 * @param type Type.
 * @param context Where it is printed.
 * @returns Prints the label of a place.
 */
export function enumLabel(
  type: number,
  context: PrintContext,
): ((sql: string) => string) | undefined {
  const labels = sortedLabels(type, context);
  if (labels === undefined) return undefined;
  const whens = labels.map((label, index) =>
    `WHEN ${index + 1} THEN ${textLiteral(label)}`
  );
  return (sql) => `(CASE ${sql} ${whens.join(" ")} END)`;
}

function sortedLabels(
  type: number,
  { env }: PrintContext,
): readonly string[] | undefined {
  let base = env.catalog.type(type);
  while (base?.kind === "d" && base.baseType !== undefined) {
    base = env.catalog.type(base.baseType);
  }
  if (base?.kind !== "e") return undefined;
  const labels = [...env.catalog.enumType(base.oid)?.labels ?? []]
    .sort((a, b) => a.order - b.order)
    .map(({ label }) => label);
  const alphabetical = labels.every((label, index) =>
    index === 0 || compareBytes(labels[index - 1] as string, label) < 0
  );
  return alphabetical ? undefined : labels;
}

const encoder = new TextEncoder();

function compareBytes(a: string, b: string): number {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const difference = (left[at] as number) - (right[at] as number);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
