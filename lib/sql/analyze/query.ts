/**
 * Resolves queries: SELECT, VALUES, set operations, with their common table expressions.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Query } from "../tree.ts";
import { resolveFrom } from "./from.ts";
import { tooDeep } from "./located.ts";
import { childScope } from "./new_scope.ts";
import { selectStmt } from "./range.ts";
import { provide } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { resolveSelect } from "./select.ts";
import { resolveSetOperation } from "./set_operation.ts";
import { resolveValues } from "./values.ts";
import { resolveWith, usedCtes } from "./with.ts";

/** What the surroundings ask of a query. */
export interface QueryOptions {
  /** Whether literals of unknown type stay so (INSERT reads them as what the column is). */
  readonly unsettled?: boolean;
  /** Whether all its tables are read `FOR UPDATE`, because the view that it defines is. */
  readonly locked?: boolean;
  /** Whether data-modifying CTEs may stand in it. */
  readonly top?: boolean;
}

/** Levels of queries in queries, well before the stack ends. */
const deepest = 400;

/**
 * Resolves a query at a level of its own.
 *
 * @param node `SelectStmt`.
 * @param scope The level, still without names.
 * @param options See {@linkcode QueryOptions}.
 * @returns The query.
 */
export function resolveStatementQuery(
  node: Node,
  scope: Scope,
  options: QueryOptions = {},
): Query {
  return resolveSelectStmt(selectStmt(node), scope, options);
}

/**
 * The same for a statement that comes without its wrapper, as the arms of a set operation do.
 *
 * @param stmt The statement.
 * @param scope The level, still without names.
 * @param options See {@linkcode QueryOptions}.
 * @returns The query.
 */
export function resolveSelectStmt(
  stmt: SelectStmt,
  scope: Scope,
  options: QueryOptions = {},
): Query {
  const { statement } = scope;
  if (statement.depth > deepest) throw tooDeep();
  statement.depth += 1;
  try {
    const ctes = resolveWith(stmt.withClause, scope, options.top ?? false);
    const query = stmt.op !== undefined && stmt.op !== "SETOP_NONE"
      ? resolveSetOperation(stmt, scope, options)
      : stmt.valuesLists !== undefined
      ? resolveValues(stmt, scope, options)
      : resolveSelect(stmt, scope, options);
    return ctes.length === 0
      ? query
      : { ...query, ctes: usedCtes(ctes, scope) };
  } finally {
    statement.depth -= 1;
  }
}

provide({
  query: (node, parent) => resolveStatementQuery(node, childScope(parent)),
  from: (nodes, scope) => resolveFrom(nodes, scope),
});
