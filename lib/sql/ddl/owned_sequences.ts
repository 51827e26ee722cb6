/**
 * Which sequences belong to which columns.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param sequence A sequence.
 * @returns Whether it belongs to an identity column.
 */
export function isIdentity(work: Work, sequence: Relation): boolean {
  const owner = sequence.sequence?.ownedBy;
  const table = work.catalog.relation(owner?.table ?? 0);
  return table?.columns.some(({ number, identity }) =>
    number === owner?.column && identity !== ""
  ) ?? false;
}

/**
 * @param work Statement.
 * @param table Oid of a table.
 * @param column Number of a column; every column if not given.
 * @returns Sequences that belong to it.
 */
export function ownedSequences(
  work: Work,
  table: number,
  column?: number,
): Relation[] {
  return [...work.catalog.objects("relation").values()].filter(
    ({ sequence }) =>
      sequence?.ownedBy?.table === table &&
      (column === undefined || sequence.ownedBy.column === column),
  );
}
