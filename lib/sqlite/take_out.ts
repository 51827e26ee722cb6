/**
 * Takes functions and collations out of a connection.
 *
 * @module
 */

import type { SqliteSymbols } from "./symbols.ts";

const utf8 = 1;
const encoder = new TextEncoder();

/**
 * @param symbols The library.
 * @param handle A connection, no statement of which is left.
 * @param functions Names of functions.
 * @param collations Names of collations.
 */
export function takeOut(
  symbols: SqliteSymbols,
  handle: Deno.PointerObject,
  functions: readonly string[],
  collations: readonly string[],
): void {
  for (const name of functions) {
    symbols.sqlite3_create_function_v2(
      handle,
      encoder.encode(`${name}\0`),
      -1,
      utf8,
      0n,
      null,
      null,
      null,
      null,
    );
  }
  for (const name of collations) {
    symbols.sqlite3_create_collation_v2(
      handle,
      encoder.encode(`${name}\0`),
      utf8,
      0n,
      null,
      null,
    );
  }
}
