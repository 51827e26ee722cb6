/**
 * What the main thread and the threads that read say to each other.
 *
 * @module
 */

import type { SqlErrorFields } from "../../sql/error.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { StatementWarning } from "../../sql/statement_notes.ts";
import type { PlanValues } from "./plan_run.ts";
import type { EvalPicture, EvalQuestion } from "./remote_eval.ts";
import type { RowBatch } from "./row_batch.ts";

/** Batches that may be under way and not yet taken. */
export const batchesAhead = 4;

/** To a thread that reads. */
export type ReadRequest =
  | {
    readonly kind: "open";
    /** File of the SQLite library. */
    readonly library: string;
    /** Address of an open connection that nobody else uses. */
    readonly handle: bigint;
    /** Module that exports `library`, the functions, if not those that are built in. */
    readonly functions: string | undefined;
    /** Where answers to questions come. */
    readonly memory: SharedArrayBuffer;
  }
  | {
    readonly kind: "read";
    readonly plan: QueryPlan;
    readonly values: PlanValues;
    readonly session: EvalPicture;
  }
  /** A batch was taken. */
  | { readonly kind: "taken" }
  /** The read is of no interest any more. */
  | { readonly kind: "stop" }
  /** Finalize everything; the connection will be used by somebody else, or closed. */
  | { readonly kind: "close" };

/** From a thread that reads. */
export type ReadReply =
  /** Its modules are loaded; what was said before is lost. */
  | { readonly kind: "ready" }
  | { readonly kind: "opened" }
  | { readonly kind: "rows"; readonly batch: RowBatch }
  | {
    readonly kind: "done";
    readonly count: number;
    /** What it was told on its way, and how much of that there was. */
    readonly warnings?: readonly StatementWarning[] | undefined;
    readonly warned: number;
  }
  | {
    readonly kind: "failed";
    readonly error: {
      readonly sqlState: string;
      readonly message: string;
      readonly fields: SqlErrorFields;
    };
    /** Whether it was interrupted. */
    readonly interrupted: boolean;
  }
  | { readonly kind: "question"; readonly question: EvalQuestion }
  | { readonly kind: "closed" };
