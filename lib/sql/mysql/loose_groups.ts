/**
 * Which queries may show columns that they neither group by nor aggregate: those read while `sql_mode` lacks
 * ONLY_FULL_GROUP_BY (MySQL manual, 14.19.3). Such a column has the value of any row of its group.
 *
 * @module
 */

import type { SelectStmt } from "@pgsql/types";
import type { Parser } from "./parser.ts";

const loose = new WeakSet<SelectStmt>();

/**
 * Marks a query, if the modes say so.
 *
 * @param p Parser.
 * @param stmt Query.
 * @returns The query.
 */
export function markGroups<T extends SelectStmt>(p: Parser, stmt: T): T {
  if (!p.options.sqlMode.has("ONLY_FULL_GROUP_BY")) loose.add(stmt);
  return stmt;
}

/** Whether a query was marked. */
export const groupsLoosely = (stmt: SelectStmt): boolean => loose.has(stmt);
