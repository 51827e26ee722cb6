/**
 * Replaces names that stand without a table in an expression.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { replaceColumns } from "./replace_columns.ts";

/**
 * @param node Expression.
 * @param find What a name stands for; nothing to leave it.
 * @returns The expression with names replaced; queries inside it keep theirs.
 */
export function replaceNames(
  node: Node,
  find: (name: string) => Node | undefined,
): Node {
  return replaceColumns(
    node,
    (parts) => parts.length === 1 ? find(parts[0] as string) : undefined,
  );
}
