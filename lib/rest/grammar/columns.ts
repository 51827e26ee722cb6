/**
 * `columns` and `on_conflict`: lists of names.
 *
 * @module
 */

import { maxItems } from "./limits.ts";
import { readName } from "./names.ts";
import { Scanner } from "./scanner.ts";

const comma = 0x2c;

/**
 * Reads a list of columns.
 *
 * @param text For example `id,"first name"`.
 * @param parameter Whose value it is.
 * @returns Names, each once.
 * @throws {RestError} PGRST100, also if there is none.
 */
export function parseColumns(
  text: string,
  parameter: "columns" | "on_conflict",
): readonly string[] {
  const scanner = new Scanner(text, { what: `${parameter} parameter` });
  const names = new Set<string>();
  do {
    names.add(readName(scanner) ?? scanner.fail());
    if (names.size > maxItems) {
      scanner.refuse(`more than ${maxItems} columns`);
    }
  } while (scanner.take(comma, '","'));
  scanner.end();
  return [...names];
}
