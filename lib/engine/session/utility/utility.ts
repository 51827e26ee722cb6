/**
 * How statements that are no queries are described and run.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Datum } from "../../../sql/datum.ts";
import type { OutputColumn } from "../../../sql/plan.ts";
import type { CopyIn, RowSink } from "../../client_session.ts";
import type { SessionCore } from "../session_core.ts";

/** What is known of a statement before it runs. */
export interface UtilityShape {
  readonly columns: readonly OutputColumn[] | null;
  readonly params?: readonly number[];
  readonly copy?: "in" | "out";
  readonly copyColumns?: number;
  readonly copyBinary?: boolean;
}

/** What a run is given. */
export interface UtilityCall {
  readonly core: SessionCore;
  readonly node: Node;
  /** Text of the whole statement. */
  readonly text: string;
  readonly params: readonly Datum[];
  /** Takes the rows. */
  readonly sink: RowSink;
  /** Whether it is a transaction of its own. */
  readonly alone: boolean;
}

/** What came of it. */
export interface UtilityResult {
  readonly tag: string;
  readonly copyIn?: CopyIn | undefined;
}

/** A kind of statement. */
export interface Utility {
  /** Words of error messages: `cannot execute CREATE TABLE in a read-only transaction`. */
  readonly name: string;
  /** Whether it ends a failed transaction, and so may run in one. */
  endsFailed?(node: Node): boolean;
  /** Whether it may not run in a read-only transaction. */
  readonly writes?: boolean | ((node: Node) => boolean);
  /** Whether it is the transaction's own affair and begins none. */
  readonly transactional?: boolean;
  describe?(core: SessionCore, node: Node, text: string): UtilityShape;
  run(call: UtilityCall): UtilityResult | Promise<UtilityResult>;
}

/** Column of text in answers of ours. */
export function textColumn(name: string, type = 25): OutputColumn {
  return { name, type, typmod: -1, table: 0, column: 0 };
}
