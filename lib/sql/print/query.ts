/**
 * Prints queries.
 *
 * The columns of every query are called `c0`, `c1`, …; the client's names are in the plan.
 *
 * @module
 */

import type { Query } from "../tree.ts";
import { printSelect } from "./select.ts";
import { printSetOperation } from "./set_operation.ts";
import type { StepPrinter } from "./step_printer.ts";
import { printWith } from "./with.ts";

/**
 * @param query A query.
 * @param printer Where it is printed.
 * @returns SQLite's SELECT.
 */
export function printQuery(query: Query, printer: StepPrinter): string {
  const ctes = printWith(query.ctes, printer);
  const body = query.kind === "select"
    ? printSelect(query, printer)
    : printSetOperation(query, printer);
  return `${ctes}${body}`;
}
