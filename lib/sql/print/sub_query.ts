/**
 * Prints queries inside expressions.
 *
 * @module
 */

import { contains } from "../analyze/walk.ts";
import { notSupported } from "../error.ts";
import type { Printed } from "../functions/define.ts";
import type { FunctionEntry } from "../functions/registry.ts";
import type { Expr, Query, SubQuery } from "../tree.ts";
import { elementTypeOf } from "../analyze/type_facts.ts";
import { applyFunction, isPlainOperator } from "./call.ts";
import { quantified } from "./containers.ts";
import type { PrintContext } from "./context.ts";
import { printAny } from "./any_expression.ts";
import { enumRank, printComparable } from "./operand.ts";
import { printed } from "./printed.ts";
import { givesOneRow } from "./single_row.ts";
import { jsonValue } from "./storage.ts";

/** No table is called so: names with a question mark are made by nobody but the printer. */
const around = '"?rows"';

/**
 * @param expr Query inside an expression.
 * @param context Where it is printed.
 * @returns SQLite expression.
 */
export function printSubQuery(
  expr: SubQuery,
  context: PrintContext,
): Printed {
  const { form, query } = expr;
  switch (form) {
    case "exists":
      return printed(`EXISTS (${context.query(query)})`);
    case "scalar":
      return printed(scalar(query, context));
    case "array":
      return printed(array(query, context));
    default:
      return printed(compare(expr, form === "all", context));
  }
}

/** PostgreSQL refuses a second row, where SQLite would take the first. */
function scalar(query: Query, context: PrintContext): string {
  const text = context.query(query);
  if (givesOneRow(query)) return `(${text})`;
  return `(WITH ${around}("c") AS (${text}) SELECT CASE WHEN count(*) > 1 THEN pg_error('21000', 'more than one row returned by a subquery used as an expression') ELSE max("c") END FROM (SELECT "c" FROM ${around} LIMIT 2))`;
}

function array(query: Query, context: PrintContext): string {
  const { env } = context;
  const type = query.targets[0]?.expr.type ?? 0;
  const item = jsonValue(
    env,
    type,
    printed('"c"', true),
    elementTypeOf(env, type) !== 0,
  );
  return `(WITH ${around}("c") AS (${
    context.query(query)
  }) SELECT json_group_array(${item}) || '' FROM ${around})`;
}

function compare(expr: SubQuery, all: boolean, context: PrintContext): string {
  const left = expr.left ?? [];
  const functions = expr.functions ?? [];
  const operands = left.map((each) => printComparable(each, context));
  const { env } = context;
  const plain = left.every((each, index) => {
    const entry = functions[index] as FunctionEntry;
    return isPlainOperator(entry) ||
      env.catalog.type(each.type)?.kind === "e";
  });
  const names = new Set(functions.map(({ name }) => name));
  const row = operands.length === 1
    ? operands[0]?.sql ?? "NULL"
    : `(${operands.join(", ")})`;
  const only = names.size === 1 ? [...names][0] : undefined;
  if (plain && only === "=" && !all) {
    return `(${row} IN (${context.query(expr.query)}))`;
  }
  if (plain && only === "<>" && all && operands.length === 1) {
    return `(${row} NOT IN (${context.query(expr.query)}))`;
  }
  if (
    left.some((each) =>
      contains(each, ({ kind }) => kind === "aggregate" || kind === "window")
    )
  ) throw notSupported(`aggregate before ${only} ANY/ALL`);
  const columns = left.map((_, index) => `"c${index}"`);
  const outcome = left.map((each, index) =>
    one(
      each,
      functions[index] as FunctionEntry,
      columns[index] as string,
      context,
    )
  );
  // Rows are equal when all fields are, unequal when one is not.
  const compared = only === "<>" && outcome.length > 1
    ? `(${outcome.join(" OR ")})`
    : outcome.length > 1
    ? `(${outcome.join(" AND ")})`
    : outcome[0] ?? "NULL";
  return `(WITH ${around}(${columns.join(", ")}) AS (${
    context.query(expr.query)
  }) SELECT * FROM ${`(SELECT ${
    quantified(`SELECT ${compared} AS "r" FROM ${around}`, all)
  })`})`;
}

function one(
  left: Expr,
  entry: FunctionEntry,
  column: string,
  context: PrintContext,
): string {
  const rank = enumRank(left.type, context);
  if (rank !== undefined && /^[<>]=?$/.test(entry.name)) {
    return `(${rank(printAny(left, context).sql)} ${entry.name} ${
      rank(column)
    })`;
  }
  return applyFunction(
    entry,
    [printComparable(left, context), printed(column, true)],
    [left, left],
    context,
  ).sql;
}
