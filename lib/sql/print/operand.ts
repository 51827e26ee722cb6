/**
 * Prints expressions for comparing and sorting: with the collation of their type, and enums by the
 * order of their labels.
 *
 * @module
 */

import { listOf } from "../mysql/list_type.ts";
import { compareBytes } from "../json/byte_order.ts";
import type { Printed } from "../functions/define.ts";
import type { ColumnRef, Expr, Query } from "../tree.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { printed } from "./printed.ts";
import { textLiteral } from "../sqlite_words.ts";
import { collationOf, storageOf } from "./storage.ts";

/**
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns It with the collation of its type, so that `=`, DISTINCT and GROUP BY tell values apart as
 *   PostgreSQL does.
 */
export function printComparable(expr: Expr, context: PrintContext): Printed {
  const value = printAny(expr, context);
  const collation = collationOf(context.env, expr.type);
  if (collation === undefined) {
    return takesCollation(expr, value.sql, context)
      ? printed(`(${value.sql} COLLATE BINARY)`, value.simple)
      : value;
  }
  if (hasCollation(expr)) return value;
  return printed(`(${value.sql} COLLATE ${collation})`, value.simple);
}

/**
 * @param expr Right operand of a comparison whose left one has been printed for comparing.
 * @param context Where it is printed.
 * @returns It, so that no collation comes from it that is not the comparison's.
 */
export function printCompared(expr: Expr, context: PrintContext): Printed {
  return collationOf(context.env, expr.type) === undefined
    ? printComparable(expr, context)
    : printAny(expr, context);
}

/**
 * Whether SQLite would compare a text in the way of another type: a collation in an operand or argument
 * goes up to the whole expression, and out of a sub-query with its column.
 */
function takesCollation(
  expr: Expr,
  sql: string,
  context: PrintContext,
): boolean {
  return storageOf(context.env, expr.type) === "text" &&
    (sql.includes(" COLLATE ") || !isPlainText(expr, context));
}

function isPlainText(expr: Expr, context: PrintContext): boolean {
  switch (expr.kind) {
    case "column":
      return isPlainColumn(expr, context);
    case "cast":
      return collationOf(context.env, expr.arg.type) === undefined &&
        isPlainText(expr.arg, context);
    default:
      return true;
  }
}

function isPlainColumn(ref: ColumnRef, context: PrintContext): boolean {
  const { source } = ref.entry;
  if (source.kind === "query") {
    return isPlainTarget(source.query, ref.index, context);
  }
  return source.kind === "table" || source.kind === "function";
}

/** Of a column of a sub-query only the simplest are known to bring no collation out. */
function isPlainTarget(
  query: Query,
  index: number,
  context: PrintContext,
): boolean {
  if (query.kind === "set") return false;
  const expr = query.targets[index]?.expr;
  return expr !== undefined &&
    (expr.kind === "constant" || expr.kind === "param" ||
      (expr.kind === "column" && isPlainColumn(expr, context)));
}

/** Columns of tables are declared with the collation of their type. */
function hasCollation(expr: Expr): boolean {
  return expr.kind === "column" && expr.entry.source.kind === "table";
}

/**
 * @param expr Key of an ORDER BY.
 * @param context Where it is printed.
 * @returns What it sorts by.
 */
export function printKey(expr: Expr, context: PrintContext): Printed {
  const rank = sortRank(expr, context);
  return rank === undefined
    ? printComparable(expr, context)
    : printed(rank(printAny(expr, context).sql));
}

/**
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns What `<`, min and max go by.
 */
export function printSortable(expr: Expr, context: PrintContext): Printed {
  const rank = enumRank(expr.type, context);
  return rank === undefined
    ? printComparable(expr, context)
    : printed(rank(printAny(expr, context).sql));
}

/**
 * @param expr Key of an ORDER BY.
 * @param context Where it is printed.
 * @returns Prints the place of a value in the list of its type; nothing when it sorts by itself. To MySQL,
 *   ENUM and SET columns are numbers when they are sorted by, and texts when they are compared.
 */
export function sortRank(
  expr: Expr,
  context: PrintContext,
): ((sql: string) => string) | undefined {
  const list = context.env.dialect === "mysql" ? listOf(expr) : undefined;
  if (list === undefined) return enumRank(expr.type, context);
  // Joined with nothing, a column loses its collation: the texts are as declared.
  if (list.word === "enum") {
    const whens = list.labels.map((label, index) =>
      `WHEN ${textLiteral(label)} THEN ${index + 1}`
    );
    return (sql) => `(CASE ${sql} || '' ${whens.join(" ")} END)`;
  }
  const bits = list.labels.map((
    label,
    index,
  ) => [
    "((instr(',' || ",
    ` || ',', ${textLiteral(`,${label},`)}) > 0) << ${index})`,
  ]);
  return (sql) => `(${bits.map((parts) => parts.join(sql)).join(" | ")})`;
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
