/**
 * Finds a column by its name.
 *
 * @module
 */

import type { Environment } from "../environment.ts";

/**
 * @param columns Columns of a table.
 * @param name Name that was written.
 * @param env Whose text it was: to MySQL's clients case does not matter.
 * @returns Index of the column, -1 if there is none.
 */
export function columnIndex(
  columns: readonly { readonly name: string }[],
  name: string,
  env: Pick<Environment, "dialect">,
): number {
  const exact = columns.findIndex((column) => column.name === name);
  if (exact >= 0 || env.dialect !== "mysql") return exact;
  const folded = name.toLowerCase();
  return columns.findIndex((column) => column.name.toLowerCase() === folded);
}
