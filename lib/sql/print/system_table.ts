/**
 * Prints relations of the catalog, which hold no rows of their own.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { notSupported } from "../error.ts";
import type { RangeEntry } from "../tree.ts";
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
