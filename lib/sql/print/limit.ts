/**
 * Prints LIMIT and OFFSET.
 *
 * @module
 */

import type { Expr } from "../tree.ts";
import { printExpression } from "./expression.ts";
import type { StepPrinter } from "./step_printer.ts";

const states = { LIMIT: "2201W", OFFSET: "2201X" } as const;

/**
 * @param expr How many rows, as int8.
 * @param what Which of the two.
 * @param printer Where it is printed.
 * @returns Its value; NULL for none. A negative one is an error.
 */
export function limitValue(
  expr: Expr,
  what: "LIMIT" | "OFFSET",
  printer: StepPrinter,
): string {
  const value = printExpression(expr, printer).sql;
  if (
    expr.kind === "constant" && expr.location === undefined &&
    typeof expr.value !== "object" && Number(expr.value) >= 0
  ) return value;
  return `(CASE WHEN ${value} < 0 THEN pg_error('${
    states[what]
  }', '${what} must not be negative') ELSE ${value} END)`;
}

/**
 * @param query Where LIMIT and OFFSET are.
 * @param printer Where they are printed.
 * @returns The clauses, after a space; empty when there are none.
 */
export function printLimit(
  query: {
    readonly limit?: Expr | undefined;
    readonly offset?: Expr | undefined;
  },
  printer: StepPrinter,
): string {
  const { limit, offset } = query;
  if (limit === undefined && offset === undefined) return "";
  const rows = limit === undefined
    ? "-1"
    : `coalesce(${limitValue(limit, "LIMIT", printer)}, -1)`;
  const skip = offset === undefined
    ? ""
    : ` OFFSET coalesce(${limitValue(offset, "OFFSET", printer)}, 0)`;
  return ` LIMIT ${rows}${skip}`;
}
