/**
 * Statements that make schemas, views, types, functions, comments and extensions, and tables of queries.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Work } from "../work.ts";

/**
 * @param work Statement.
 * @param node Parse tree.
 * @returns Command tag; `undefined` when it is another statement.
 */
export function runObjectStatement(
  _work: Work,
  _node: Node,
): Promise<string | undefined> {
  return Promise.resolve(undefined);
}
