/**
 * Reads keys of ORDER BY; NULL is the smallest value in MySQL.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { valueOf } from "./expression.ts";
import type { Parser } from "./parser.ts";

/** After ORDER BY. */
export function orderBy(p: Parser): Node[] {
  return p.list(() => {
    const node = valueOf(p);
    const descending = p.acceptOne("asc", "desc") === "desc";
    return sortBy(node, descending);
  });
}

/** One key. */
export const sortBy = (node: Node, descending: boolean): Node => ({
  SortBy: {
    node,
    sortby_dir: descending ? "SORTBY_DESC" : "SORTBY_ASC",
    sortby_nulls: descending ? "SORTBY_NULLS_LAST" : "SORTBY_NULLS_FIRST",
  },
});
