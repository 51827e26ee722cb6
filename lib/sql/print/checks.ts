/**
 * Prints checks of rows: a value when they hold, an error of ours when one does not.
 *
 * @module
 */

import type { RowCheck } from "../tree.ts";
import { printExpression } from "./expression.ts";
import { textLiteral } from "../sqlite_words.ts";
import type { StepPrinter } from "./step_printer.ts";
import { isVolatile } from "./volatile.ts";

/** Which row is checked, for the words of the error. */
export type CheckedRow = "new" | "conflicting" | "target";

/**
 * @param checks Checks.
 * @param row Which row is checked.
 * @param then Expression to evaluate when all hold.
 * @param printer Where they are printed; columns of the target must be called as the row's are.
 * @param present Condition that is true of every row, so that a check without columns is not taken for a
 *   constant, which SQLite would evaluate though there be no row.
 * @returns The expression.
 */
export function printChecked(
  checks: readonly RowCheck[],
  row: CheckedRow,
  then: string,
  printer: StepPrinter,
  present?: string,
): string {
  if (checks.length === 0) return then;
  const whens = checks.map((check) =>
    `WHEN ${printExpression(check.expr, printer)} IS NOT TRUE${
      present === undefined ? "" : ` AND ${present}`
    } THEN ${failure(check, row)}`
  );
  // A policy of reading is often that of writing too.
  const different = checks.some(({ expr }) => isVolatile(expr))
    ? whens
    : [...new Set(whens)];
  return `(CASE ${different.join(" ")} ELSE ${then} END)`;
}

function failure({ error }: RowCheck, row: CheckedRow): string {
  if (error.kind === "view") {
    return `pg_error('44000', ${
      textLiteral(`new row violates check option for view "${error.view}"`)
    })`;
  }
  const policy = error.policy === undefined ? "" : ` "${error.policy}"`;
  const which = row === "target" ? "target row" : "new row";
  const using = row === "new" ? "" : " (USING expression)";
  return `pg_error('42501', ${
    textLiteral(
      `${which} violates row-level security policy${policy}${using} for table "${error.table}"`,
    )
  })`;
}
