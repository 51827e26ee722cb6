/**
 * Prints functions in FROM: their rows come as one JSON array of arrays, which `json_each` takes apart.
 *
 * @module
 */

import { contains } from "../analyze/walk.ts";
import type { Call, RangeEntry } from "../tree.ts";
import { oid } from "../types/type.ts";
import { printRows } from "./call.ts";
import { printExpression } from "./expression.ts";
import { aliasOf, type StepPrinter } from "./step_printer.ts";
import { jsonValue } from "./storage.ts";

type FunctionSource = Extract<RangeEntry["source"], { kind: "function" }>;

/**
 * @param entry The entry.
 * @param source Its source.
 * @param printer Where it is printed.
 * @param before Entries to the left.
 * @returns The item.
 */
export function printFunctionEntry(
  entry: RangeEntry,
  source: FunctionSource,
  printer: StepPrinter,
  before: ReadonlySet<RangeEntry>,
): string {
  const [only] = source.calls;
  const alias = aliasOf(entry);
  if (source.calls.length === 1 && only !== undefined) {
    const series = printSeries(entry, source, only, printer, before);
    return series ?? `json_each(${rowsOf(only, printer)}) AS ${alias}`;
  }
  return `json_each(${sideBySide(source, printer)}) AS ${alias}`;
}

function rowsOf(call: Call, printer: StepPrinter): string {
  if (call.function.kind === "rows") return printRows(call, printer).sql;
  const value = printExpression(call, printer);
  return `json_array(json_array(${jsonValue(printer.env, call.type, value)}))`;
}

/** Rows of several functions in lock step, the shorter ones filled up with NULLs. */
function sideBySide(source: FunctionSource, printer: StepPrinter): string {
  const widths = source.widths ?? source.calls.map(() => 1);
  const fields: string[] = [];
  let from = "";
  let key = "";
  source.calls.forEach((call, index) => {
    const alias = `f${index}`;
    for (let at = 0; at < (widths[index] ?? 1); at++) {
      fields.push(`${alias}.value -> ${at}`);
    }
    const rows = `json_each(${rowsOf(call, printer)}) AS ${alias}`;
    from = index === 0
      ? rows
      : `${from} FULL JOIN ${rows} ON ${alias}.key = ${key}`;
    key = index === 0 ? `${alias}.key` : `coalesce(${key}, ${alias}.key)`;
  });
  return `(SELECT json_group_array(json_array(${
    fields.map((field) => `json(${field})`).join(", ")
  }) ORDER BY ${key}) FROM ${from})`;
}

/** Whole numbers one after another need no function: SQLite counts by itself. */
function printSeries(
  entry: RangeEntry,
  source: FunctionSource,
  call: Call,
  printer: StepPrinter,
  before: ReadonlySet<RangeEntry>,
): string | undefined {
  const { function: { name, schema, user }, args, type } = call;
  if (
    name !== "generate_series" || schema !== 11 || user !== undefined ||
    (type !== oid.int4 && type !== oid.int8) || args.length > 3
  ) return undefined;
  const correlated = args.some((arg) =>
    contains(
      arg,
      (each) =>
        (each.kind === "column" && before.has(each.entry)) ||
        each.kind === "subQuery" || each.kind === "column" ||
        (each.kind === "call" && each.function.volatility === "v"),
    )
  );
  const [from, to, by] = args;
  if (correlated || from === undefined || to === undefined) return undefined;
  // Only a literal of which no other text can make another number tells which way it goes.
  if (by !== undefined) return undefined;
  const start = printExpression(from, printer).sql;
  const end = printExpression(to, printer).sql;
  const alias = aliasOf(entry);
  printer.rename(entry, (index) => `${alias}.c${index}`);
  const counter = source.ordinality ? ", c0 - b + 1 AS c1" : "";
  return `(WITH RECURSIVE s(c0, b, e) AS (SELECT ${start}, ${start}, ${end} WHERE ${start} <= ${end} UNION ALL SELECT c0 + 1, b, e FROM s WHERE c0 < e) SELECT c0${counter} FROM s) AS ${alias}`;
}
