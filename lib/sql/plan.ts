/**
 * What a statement becomes: SQLite text, where its values come from, and what its rows are.
 *
 * A plan is plain data (it can be sent to a worker), holds no value of a parameter, claim or role, and
 * depends on nothing but the text, the catalog's version, the search path and the role it was made
 * for.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Datum } from "./datum.ts";
import type { SessionValue } from "./tree.ts";

/** Source of the value of `?1`, `?2`, … of a step. */
export type Slot =
  | {
    /** A literal of the text; `value` is what this text has. */
    readonly from: "literal";
    readonly value: Datum;
    readonly type: number;
    readonly typmod: number;
    /** Byte offset, when another text may have another literal there. */
    readonly location?: number | undefined;
  }
  | { readonly from: "param"; readonly number: number }
  | { readonly from: "session"; readonly value: SessionValue["value"] }
  /** Rows that an earlier step gathered, as a JSON array of arrays of datums. */
  | { readonly from: "rows"; readonly step: number };

/** One SQLite statement of a plan. */
export interface Step {
  /** SQLite text with `?1`, `?2`, … */
  readonly sql: string;
  readonly slots: readonly Slot[];
  /** Whether its rows are the answer. */
  readonly answers: boolean;
  /** Whether its change count is the row count of the tag. */
  readonly counts: boolean;
  /** Types of the columns of its rows, when a later step reads them. */
  readonly gathers?: readonly number[] | undefined;
}

/** A column of the answer. */
export interface OutputColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  /** Oid of the table it comes from, 0 if none. */
  readonly table: number;
  /** Column number there, 0 if none. */
  readonly column: number;
}

/** A privilege that the role needs (checked when the plan is made; the role is part of its key). */
export interface QueryPlan {
  readonly kind: "query";
  /** First word of the tag: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `MERGE`. */
  readonly tag: "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "MERGE";
  /** Run in order on one connection, in one savepoint when there is more than one. */
  readonly steps: readonly Step[];
  /** Columns of the answer; `null` when the statement gives none. */
  readonly columns: readonly OutputColumn[] | null;
  /** Types of `$1`, `$2`, …, as given or found. */
  readonly params: readonly number[];
  /** Whether it writes nothing and calls nothing that writes (`nextval`, a volatile function of a user). */
  readonly readOnly: boolean;
  /** Whether the same text gives another plan for other literals, so that it is cached whole. */
  readonly exactText: boolean;
}

/** A statement that is no query: DDL, SET, BEGIN, COPY, … run by the engine from its parse tree. */
export interface UtilityPlan {
  readonly kind: "utility";
  readonly node: Node;
  readonly tag: string;
  readonly columns: readonly OutputColumn[] | null;
  readonly params: readonly number[];
}

/** See the top of the file. */
export type Plan = QueryPlan | UtilityPlan;
