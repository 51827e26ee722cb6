/**
 * Prints sequences that are read as relations: their one row is the engine's.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { quoteName } from "../sqlite_words.ts";

/**
 * @param relation A sequence.
 * @param alias What the item is called.
 * @returns The item: one row, that the engine knows.
 */
export function printSequence(relation: Relation, alias: string): string {
  const columns = relation.columns.map(({ storage }, index) =>
    `value ->> ${index} AS ${quoteName(storage)}`
  );
  return `(SELECT ${
    columns.join(", ")
  } FROM json_each(pg_sequence_state(${relation.oid}))) AS ${alias}`;
}
