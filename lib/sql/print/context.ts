/**
 * What the printer of expressions and the printer of queries know of each other.
 *
 * @module
 */

import type { Environment } from "../environment.ts";
import type { Slot } from "../plan.ts";
import type { ColumnRef, Query } from "../tree.ts";

/** See the top of the file. */
export interface PrintContext {
  readonly env: Environment;
  /** Whether it is printed for one plan, which may depend on the settings of the session as they are. */
  readonly ofSession: boolean;
  /** Takes a value that is bound; gives its name (`?1`), or a literal where nothing can be bound (DDL). */
  slot(slot: Slot): string;
  /** Prints a column as it is called at this place. */
  column(ref: ColumnRef): string;
  /** Prints a sub-query, without parentheses. */
  query(query: Query): string;
}
