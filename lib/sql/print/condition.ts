/**
 * Prints conditions.
 *
 * @module
 */

import type { Printed } from "../functions/define.ts";
import type { Expr } from "../tree.ts";
import { printAny } from "./any_expression.ts";
import type { PrintContext } from "./context.ts";
import { joinBalanced, printed } from "./printed.ts";

/**
 * Prints a condition, as after WHERE, ON, HAVING and FILTER: where SQLite only asks whether it is true
 * it stops as soon as that is decided, and sees which indexes serve.
 *
 * @param expr Condition.
 * @param context Where it is printed.
 * @returns SQLite expression.
 */
export function printCondition(expr: Expr, context: PrintContext): Printed {
  return expr.kind === "logic" && expr.operator !== "not"
    ? printed(
      joinBalanced(
        expr.args.map((arg) => printCondition(arg, context).sql),
        expr.operator.toUpperCase(),
      ),
    )
    : printAny(expr, context);
}
