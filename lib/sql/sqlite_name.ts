/**
 * Names in SQLite's text.
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
