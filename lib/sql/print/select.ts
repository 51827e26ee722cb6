/**
 * Prints one SELECT.
 *
 * @module
 */

import { equalExpr } from "../analyze/equal.ts";
import { entriesOf } from "../analyze/range.ts";
import { contains } from "../analyze/walk.ts";
import type { Expr, Select, SortKey } from "../tree.ts";
import { printExpression } from "./expression.ts";
import { printFrom } from "./from.ts";
import { limitValue, printLimit } from "./limit.ts";
import { printComparable, printKey, sortRank } from "./operand.ts";
import { entryHides, isLeakproof } from "./security.ts";
import type { StepPrinter } from "./step_printer.ts";
import { collationOf } from "./storage.ts";

/**
 * @param select The query; its WITH is printed already.
 * @param printer Where it is printed.
 * @param collate Whether its columns must carry the collations of their types, as arms of UNION do.
 * @returns SQLite's SELECT.
 */
export function printSelect(
  select: Select,
  printer: StepPrinter,
  collate = false,
): string {
  if (typeof select.distinct !== "string") {
    return printDistinctOn(select, select.distinct.on, printer);
  }
  if (select.withTies) return printWithTies(select, printer);
  const { head, tail } = printParts(select, printer);
  const targets = printTargets(select, printer, collate);
  const order = printOrder(select, printer);
  return `SELECT ${head}${targets}${tail}${order}${
    printLimit(select, printer)
  }`;
}

interface Parts {
  readonly head: string;
  /** FROM to HAVING. */
  readonly tail: string;
}

function printParts(select: Select, printer: StepPrinter): Parts {
  // FROM goes first: it settles how columns are called.
  const { from, where } = printFrom(select.from, select.where, printer);
  const group = select.groupBy.map((expr) =>
    printComparable(expr, printer).sql
  );
  const having = printHaving(select, printer);
  return {
    head: select.distinct === "all" ? "DISTINCT " : "",
    tail: (from === "" ? "" : ` FROM ${from}`) +
      (where === "" ? "" : ` WHERE ${where}`) +
      (group.length === 0 ? "" : ` GROUP BY ${group.join(", ")}`) +
      (having === "" ? "" : ` HAVING ${having}`),
  };
}

function printHaving(select: Select, printer: StepPrinter): string {
  const { having } = select;
  if (having === undefined) return "";
  const text = printExpression(having, printer).sql;
  // SQLite moves conditions on groups into WHERE, where they would stand beside the row policies; one
  // with an aggregate in it stays.
  return !isLeakproof(having) && entriesOf(select.from).some(entryHides)
    ? `CASE WHEN count(*) > 0 THEN ${text} ELSE 0 END`
    : text;
}

/** Whether it makes one group of everything without an aggregate to show for it. */
function isBareGroup(select: Select): boolean {
  return select.aggregated && select.groupBy.length === 0 &&
    !select.targets.some(({ expr }) => contains(expr, isAggregate));
}

function isAggregate(expr: Expr): boolean {
  return expr.kind === "aggregate";
}

function printTargets(
  select: Select,
  printer: StepPrinter,
  collate = false,
): string {
  if (select.targets.length === 0) {
    return isBareGroup(select) ? "count(*) AS c0" : "NULL AS c0";
  }
  const print = collate || select.distinct === "all"
    ? printComparable
    : printExpression;
  const bare = isBareGroup(select);
  return select.targets.map(({ expr }, index) => {
    const text = print(expr, printer).sql;
    return bare && index === 0
      ? `iif(count(*) >= 0, ${text}, NULL) AS c0`
      : `${text} AS c${index}`;
  }).join(", ");
}

function printOrder(select: Select, printer: StepPrinter): string {
  const keys = select.orderBy.filter(({ expr }) => expr.kind !== "constant");
  if (keys.length === 0) return "";
  const texts = keys.map((key) => {
    const same = select.targets.findIndex(({ expr }) =>
      expr === key.expr ||
      (select.distinct === "all" && equalExpr(expr, key.expr))
    );
    const named = same >= 0 && key.expr.kind !== "column"
      ? sortName(key.expr, `c${same}`, printer)
      : printKey(key.expr, printer).sql;
    return `${named}${direction(key, printer)}`;
  });
  return ` ORDER BY ${texts.join(", ")}`;
}

/**
 * @param expr What a column of a sub-query holds.
 * @param name What the column is called.
 * @param printer Where it is printed.
 * @returns What to sort by.
 */
export function sortName(
  expr: Expr,
  name: string,
  printer: StepPrinter,
): string {
  const rank = sortRank(expr, printer);
  if (rank !== undefined) return rank(name);
  const collation = collationOf(printer.env, expr.type);
  return collation === undefined ? name : `${name} COLLATE ${collation}`;
}

/**
 * @param key Key of an ORDER BY.
 * @param printer Where it is printed.
 * @returns Direction and place of NULLs, where they are not SQLite's own.
 */
export function direction(key: SortKey, printer: StepPrinter): string {
  const { expr, descending, nullsFirst } = key;
  const way = descending ? " DESC" : "";
  // To SQLite NULL is the least of all values.
  if (nullsFirst === !descending || isNotNull(expr, printer)) return way;
  return `${way} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
}

function isNotNull(expr: Expr, printer: StepPrinter): boolean {
  if (expr.kind === "aggregate") return expr.function.name === "count";
  if (expr.kind !== "column") return false;
  const { entry, index } = expr;
  return entry.source.kind === "table" && !printer.nullable.has(entry) &&
    (entry.source.relation.columns[index]?.notNull ?? false);
}

/** Keys as columns of a sub-query, and ORDER BY over them. */
function keyColumns(
  keys: readonly SortKey[],
  printer: StepPrinter,
): { readonly columns: string; readonly over: string; readonly order: string } {
  const columns = keys.map(({ expr }, index) =>
    `, ${printExpression(expr, printer)} AS o${index}`
  ).join("");
  const over = keys.map((key) =>
    `${printKey(key.expr, printer)}${direction(key, printer)}`
  ).join(", ");
  const order = keys.map((key, index) =>
    `${sortName(key.expr, `o${index}`, printer)}${direction(key, printer)}`
  ).join(", ");
  return {
    columns,
    over: over === "" ? "" : `ORDER BY ${over}`,
    order: order === "" ? "" : ` ORDER BY ${order}`,
  };
}

function outputNames(select: Select): string {
  return select.targets.length === 0
    ? "c0"
    : select.targets.map((_, index) => `c${index}`).join(", ");
}

function printDistinctOn(
  select: Select,
  on: readonly Expr[],
  printer: StepPrinter,
): string {
  const { tail } = printParts({ ...select, distinct: "no" }, printer);
  const targets = printTargets({ ...select, distinct: "no" }, printer);
  // PostgreSQL sorts by the expressions to find the first rows, so its answer is sorted by them.
  const keys: readonly SortKey[] = [
    ...select.orderBy,
    ...on.filter((expr) =>
      !select.orderBy.some((key) => equalExpr(key.expr, expr))
    ).map((expr) => ({ expr, descending: false, nullsFirst: false })),
  ];
  const { columns, over, order } = keyColumns(keys, printer);
  const partition = on.map((expr) => printComparable(expr, printer).sql);
  const inner = `SELECT ${targets}${columns}, row_number() OVER (PARTITION BY ${
    partition.join(", ")
  } ${over}) AS r${tail}`;
  return `SELECT ${outputNames(select)} FROM (${inner}) WHERE r = 1${order}${
    printLimit(select, printer)
  }`;
}

function printWithTies(select: Select, printer: StepPrinter): string {
  const { head, tail } = printParts(select, printer);
  const targets = printTargets(select, printer);
  const { columns, over, order } = keyColumns(select.orderBy, printer);
  const body = head === ""
    ? `SELECT ${targets}${columns}, rank() OVER (${over}) AS r, row_number() OVER (${over}) AS n${tail}`
    : undefined;
  if (body === undefined) {
    // DISTINCT comes before the ranks.
    const distinct = `SELECT ${head}${targets}${columns}${tail}`;
    return tied(
      select,
      `SELECT *, rank() OVER (${order}) AS r, row_number() OVER (${order}) AS n FROM (${distinct})`,
      order,
      printer,
    );
  }
  return tied(select, body, order, printer);
}

function tied(
  select: Select,
  body: string,
  order: string,
  printer: StepPrinter,
): string {
  const offset = select.offset === undefined
    ? "0"
    : `coalesce(${limitValue(select.offset, "OFFSET", printer)}, 0)`;
  const limit = select.limit === undefined
    ? "1"
    : `coalesce(r <= ${offset} + ${
      limitValue(select.limit, "LIMIT", printer)
    }, 1)`;
  return `SELECT ${
    outputNames(select)
  } FROM (${body}) WHERE n > ${offset} AND ${limit}${order}`;
}
