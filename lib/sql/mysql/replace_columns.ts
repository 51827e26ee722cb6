/**
 * Replaces names of columns anywhere in a tree, in the queries inside it too.
 *
 * @module
 */

import type { Node } from "@pgsql/types";

/**
 * @param node Tree.
 * @param find What a name stands for, given its parts; nothing to leave it.
 * @param queries Whether to go into queries.
 * @returns The tree with names replaced.
 */
export function replaceColumns(
  node: Node,
  find: (parts: readonly string[]) => Node | undefined,
  queries = false,
): Node {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    const [key] = Object.keys(value);
    if (key === "ColumnRef") {
      const { fields = [] } =
        (value as { ColumnRef: { fields?: Node[] } }).ColumnRef;
      const parts = fields.flatMap((field) =>
        "String" in field ? [field.String.sval ?? ""] : []
      );
      return parts.length === fields.length ? find(parts) ?? value : value;
    }
    if (!queries && (key === "SelectStmt" || key === "SubLink")) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, walk(each)]),
    );
  };
  return walk(node) as Node;
}
