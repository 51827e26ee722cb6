/**
 * Prints statements as the steps of a plan.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { Step } from "../plan.ts";
import type { Modification, Query } from "../tree.ts";
import { isNative, printModification } from "./modification.ts";
import { printQuery } from "./query.ts";
import { printStaged } from "./staged.ts";
import { StepPrinter } from "./step_printer.ts";

/**
 * @param statement A resolved statement.
 * @param env Its environment.
 * @returns SQLite's statements, in order.
 */
export function printStatement(
  statement: Query | Modification,
  env: Environment,
): Step[] {
  const modifies = statement.ctes.some(({ query }) =>
    query.kind !== "select" && query.kind !== "set"
  );
  if (modifies || statement.kind === "merge") {
    return printStaged(statement, env);
  }
  const printer = new StepPrinter(env);
  if (statement.kind === "select" || statement.kind === "set") {
    const sql = printQuery(statement, printer);
    return [{ sql, slots: printer.slots, answers: true, counts: true }];
  }
  if (!isNative(statement, env)) return printStaged(statement, env);
  const sql = printModification(statement, printer);
  return [{
    sql,
    slots: printer.slots,
    answers: statement.returning.length > 0,
    counts: true,
  }];
}
