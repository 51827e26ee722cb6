/**
 * Prints relations that hold no rows of their own: those of the catalog, and sequences.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { notSupported } from "../error.ts";
import type { RangeEntry } from "../tree.ts";
import { quoteName } from "./printed.ts";
import type { StepPrinter } from "./step_printer.ts";

/**
 * @param entry The entry.
 * @param relation Its relation.
 * @param printer Where it is printed.
 * @returns The item.
 */
export function printSystemTable(
  _entry: RangeEntry,
  relation: Relation,
  _printer: StepPrinter,
): string {
  throw notSupported(`reading ${relation.name}`);
}

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
