/**
 * Every committed change of a row, whichever door it came through, in commit order.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import type { Relation } from "../sql/catalog/catalog.ts";

/** A committed change of one row. */
export interface RowChange {
  readonly relation: Relation;
  readonly kind: "insert" | "update" | "delete";
  /** Values before, in the order of `relation.columns`; none for an insert. */
  readonly before: readonly Datum[] | undefined;
  /** Values after; none for a delete. */
  readonly after: readonly Datum[] | undefined;
}

/** What one transaction changed. */
export interface CommittedChanges {
  /** Grows by one with each transaction. */
  readonly sequence: number;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
  /** In the order in which they were made; a TRUNCATE gives none. */
  readonly changes: readonly RowChange[];
}

/** See the top of the file. */
export interface ChangeFeed {
  /**
   * @param listener Is told of each commit after it is on the disk; must return at once.
   * @param wanted Tells which tables are of interest; nothing is gathered for the others.
   * @returns Stops it.
   */
  subscribe(
    listener: (committed: CommittedChanges) => void,
    wanted: (relation: Relation) => boolean,
  ): () => void;
}
