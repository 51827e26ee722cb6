/**
 * Where the printers of the several kinds of expressions reach the one of all kinds, so that they need
 * not import it.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import type { Expr } from "../tree.ts";
import type { PrintContext } from "./context.ts";

/** Prints an expression. */
export type ExpressionPrinter = (
  expr: Expr,
  context: PrintContext,
) => Printed;

let printer: ExpressionPrinter = () => {
  throw new TypeError("Cannot print: expression.ts is not loaded");
};

/**
 * @param print The printer of all kinds; `expression.ts` gives it.
 */
export function providePrinter(print: ExpressionPrinter): void {
  printer = print;
}

/**
 * Prints an expression of any kind.
 *
 * @param expr Expression.
 * @param context Where it is printed.
 * @returns SQLite expression, in parentheses where it needs them.
 */
export function printAny(expr: Expr, context: PrintContext): Printed {
  return printer(expr, context);
}
