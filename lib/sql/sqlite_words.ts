/**
 * Names and texts in SQLite's SQL.
 *
 * @module
 */

/**
 * @param name Name of a table, column, index, function or collation in SQLite.
 * @returns It in quotes, so that it can be nothing else.
 */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * @param text Text of ours or of the catalog, never a client's value.
 * @returns SQLite literal.
 */
export function textLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
