/**
 * Names in the statements of a request: of what a level gives, and of what its embeds start from.
 *
 * @module
 */

import type { Relationship } from "../schema/picture.ts";
import type { RowsNode } from "./tree.ts";

/**
 * @param node A level.
 * @returns Names of the columns that its SELECT gives, in order.
 */
export function outputNames(node: RowsNode): string[] {
  return node.outputs.flatMap((output) =>
    output.kind === "field"
      ? [output.name]
      : output.embed.spread
      ? outputNames(output.embed.node)
      : [output.embed.name]
  );
}

/**
 * @param names Names of the columns of a sub-select.
 * @returns An alias for it that is none of them, for a name that is both would mean the column.
 */
export function rowAlias(names: readonly string[]): string {
  let alias = "_r";
  while (names.includes(alias)) alias += "_";
  return alias;
}

/**
 * @param relationship A relationship.
 * @returns Names of the columns that it starts from.
 */
export function parentColumns(
  { columns, junction }: Relationship,
): string[] {
  return junction === undefined
    ? columns.map(([own]) => own)
    : junction.fromColumns.map(([, from]) => from);
}
