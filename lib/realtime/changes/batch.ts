/**
 * Changes that are judged together.
 *
 * @module
 */

import type { RowChange } from "../../engine/change_feed.ts";
import type { RowImage, TableReader } from "../../engine/change_reader.ts";
import type { Bindings } from "./bindings.ts";
import type { Sight, Viewer } from "./change_index.ts";
import type { ChangeMessage } from "./change_message.ts";

/** A row to be told of. */
export interface Told {
  readonly change: RowChange;
  readonly table: TableReader;
  readonly sequence: number;
  readonly message: ChangeMessage;
  /** Place of the row that decides among those that are judged. */
  readonly row: number;
  /** Place of the old row, where all of it may be told. */
  readonly old: number | undefined;
  /** Filters that were tried on it. */
  readonly passed: Map<string, boolean>;
}

/** Changes of one table that are judged together. */
export interface Batch {
  readonly table: TableReader;
  readonly rows: RowImage[];
  readonly viewers: readonly Viewer[];
  /** What each of them may see, in the same order; nothing where policies failed. */
  readonly sights: (Sight | undefined)[];
  /** Verdicts on `rows` of those whose policies had to be asked. */
  readonly verdicts: Map<Viewer, readonly boolean[]>;
}

/**
 * @param batch Changes of one table.
 * @param viewer Somebody who follows it.
 * @param told All changes of the moment.
 * @param bindings Knows filters.
 * @returns Whether anything passes a filter of theirs, so that policies need be asked.
 */
export function isWanted(
  { table, rows }: Batch,
  { members }: Viewer,
  told: readonly Told[],
  bindings: Bindings,
): boolean {
  return members.some(({ bound }) =>
    bound.some(({ binding: { filter } }) => {
      if (filter === undefined) return true;
      try {
        const { test } = bindings.filter(table, filter);
        return told.some((each) =>
          each.table === table && test(rows[each.row] as RowImage)
        );
      } catch {
        return true; // whoever has it is told when its turn comes
      }
    })
  );
}
