/**
 * Prints WITH.
 *
 * @module
 */

import type { Cte } from "../tree.ts";
import { printQuery } from "./query.ts";
import type { StepPrinter } from "./step_printer.ts";
import { isVolatileQuery } from "./volatile.ts";

/**
 * @param cte A common table expression.
 * @returns What it is called.
 */
export function cteName(cte: Cte): string {
  return `w${cte.id}`;
}

/**
 * @param ctes Common table expressions of a query; modifying ones are steps of their own.
 * @param printer Where they are printed.
 * @returns `WITH … ` or nothing.
 */
export function printWith(ctes: readonly Cte[], printer: StepPrinter): string {
  const items = ctes.flatMap((cte) => {
    const { query } = cte;
    if (query.kind !== "select" && query.kind !== "set") return [];
    const columns = cte.columns.map((_, index) => `c${index}`);
    const list = columns.length === 0 ? "" : `(${columns.join(", ")})`;
    const hint = cte.recursive
      ? ""
      : cte.materialized === true || isVolatileQuery(query)
      ? "MATERIALIZED "
      : cte.materialized === false
      ? "NOT MATERIALIZED "
      : "";
    if (cte.recursive) printer.recursing.add(cte);
    const text = printQuery(query, printer);
    printer.recursing.delete(cte);
    return [`${cteName(cte)}${list} AS ${hint}(${text})`];
  });
  return items.length === 0 ? "" : `WITH RECURSIVE ${items.join(", ")} `;
}
