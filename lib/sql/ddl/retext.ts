/**
 * Writes the text of stored expressions and views again, after something that they name changed its name.
 *
 * @module
 */

import type { Relation, StoredExpression } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import { resolveOver } from "./expressions.ts";
import { deparse, expressionText } from "./expression_text.ts";

/**
 * @param env Environment; the catalog has the new names.
 * @param stored Stored expression.
 * @param row Table whose row it is about.
 * @returns It with a text that fits.
 */
export function retext(
  env: Environment,
  { node }: StoredExpression,
  row: Relation | undefined,
): StoredExpression {
  return { node, text: textOf(env, node, row) };
}

function textOf(
  env: Environment,
  node: StoredExpression["node"],
  row: Relation | undefined,
): string {
  try {
    const expr = resolveOver(env, node, { row, place: "policy" });
    return expressionText(expr, node, env);
  } catch (error) {
    // A text that is only shown is no reason to fail.
    if (error instanceof SqlError) return deparse(node);
    throw error;
  }
}
