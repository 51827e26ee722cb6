/**
 * A statement that is ready to run: a plan, or the tree of a statement that is no query.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { Datum } from "../../sql/datum.ts";
import type { OutputColumn, QueryPlan } from "../../sql/plan.ts";
import type { PreparedStatement } from "../client_session.ts";
import type { PlanEnv } from "./plan_env.ts";
import type { Utility } from "./utility/utility.ts";

/** What is known of a query besides its plan. */
export interface QueryExtra {
  /** Set when the whole statement is `SELECT pg_sleep(…)`. */
  readonly sleep?: { readonly argument: Node } | undefined;
}

/** What runs. */
export type Compiled =
  | { readonly kind: "empty" }
  | {
    readonly kind: "query";
    readonly plan: QueryPlan;
    readonly extra: QueryExtra;
    /** What the plan was made for; a plan for another place is made anew. */
    readonly env: PlanEnv;
    /** Values of literals that differ from the plan's own. */
    readonly literals: readonly Datum[] | undefined;
  }
  | {
    readonly kind: "utility";
    readonly node: Node;
    readonly utility: Utility;
  };

/** What a {@linkcode Statement} is made of. */
export interface StatementParts {
  readonly text: string;
  /** Tree, when it is not the whole of `text` that was parsed or another parser made it. */
  readonly node?: Node | undefined;
  readonly declared: readonly number[];
  readonly compiled: Compiled;
  readonly params: readonly number[];
  readonly columns: readonly OutputColumn[] | null;
  readonly copy?: "in" | "out" | undefined;
  readonly copyColumns?: number | undefined;
  readonly copyBinary?: boolean | undefined;
  /** Whether it is the only statement of a simple Query. */
  readonly alone?: boolean;
}

/** See the top of the file. */
export class Statement implements PreparedStatement {
  readonly text: string;
  readonly node: Node | undefined;
  readonly declared: readonly number[];
  readonly params: readonly number[];
  readonly columns: readonly OutputColumn[] | null;
  readonly copy: "in" | "out" | undefined;
  readonly copyColumns: number | undefined;
  readonly copyBinary: boolean | undefined;
  readonly empty: boolean;
  readonly alone: boolean;
  /** Made anew when the catalog or the role has changed. */
  compiled: Compiled;

  /**
   * @param parts What it is made of.
   */
  constructor(parts: StatementParts) {
    this.text = parts.text;
    this.node = parts.node;
    this.declared = parts.declared;
    this.compiled = parts.compiled;
    this.params = parts.params;
    this.columns = parts.columns;
    this.copy = parts.copy;
    this.copyColumns = parts.copyColumns;
    this.copyBinary = parts.copyBinary;
    this.empty = parts.compiled.kind === "empty";
    this.alone = parts.alone ?? false;
  }
}
