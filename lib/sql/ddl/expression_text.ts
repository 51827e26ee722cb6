/**
 * Text of expressions as `pg_get_expr` shows it: operators in parentheses, literals with their types.
 *
 * What cannot be written from the resolved tree is written from the parse tree instead.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { Deparser } from "pgsql-deparser";
import type { Environment } from "../environment.ts";
import type { Expr, Query } from "../tree.ts";
import { NoText } from "./expression_writer.ts";
import { QueryWriter } from "./query_writer.ts";

export { relationText } from "./relation_text.ts";

/**
 * @param expr Resolved expression.
 * @param node The tree that it came from.
 * @param env Where names are looked up; they are written with their schema unless the search path finds them.
 * @param pretty Whether to leave parentheses out that are not needed.
 * @returns PostgreSQL text.
 */
export function expressionText(
  expr: Expr,
  node: Node,
  env: Environment,
  pretty = false,
): string {
  return textOr(
    node,
    () => new QueryWriter({ env, node, pretty }).expressionText(expr),
  );
}

/**
 * @param query Resolved query.
 * @param node The tree that it came from.
 * @param env Where names are looked up.
 * @param pretty Whether to leave parentheses out that are not needed.
 * @returns PostgreSQL text, laid out in lines and with a semicolon.
 */
export function queryText(
  query: Query,
  node: Node,
  env: Environment,
  pretty: boolean,
): string {
  const text = textOr(
    node,
    () => new QueryWriter({ env, node, pretty }).viewText(query),
  );
  return text.endsWith(";") ? text : ` ${text};`;
}

function textOr(node: Node, write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof NoText)) throw error;
    return deparse(node);
  }
}

/**
 * @param node Parse tree.
 * @returns PostgreSQL text of it.
 */
export function deparse(node: Node): string {
  return Deparser.deparse(node, { pretty: false });
}
