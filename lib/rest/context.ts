/**
 * What the three kinds of requests (reads, writes, calls) work with, and what they come to.
 *
 * @module
 */

import type {
  CallOptions,
  Queryable,
  Result,
  Session,
  SqlValue,
} from "../engine/engine.ts";
import type { Preferences } from "./request.ts";
import type {
  ExposedSchema,
  Relation,
  Relationship,
  SchemaPicture,
} from "./schema/picture.ts";
import type { RowsNode } from "./sql/tree.ts";
import { checkTexts } from "./sql/utf8.ts";

/** Settings of `/rest/v1`. */
export interface RestLimits {
  /** Rows of an answer and of each embed at most; `Infinity` for no limit. */
  readonly maxRows: number;
  /** Milliseconds that a statement may take; 0 for no limit. */
  readonly timeoutMs: number;
  /** Whether `sum()` and the like may be asked for. */
  readonly aggregates: boolean;
  /** Whether `Prefer: tx=rollback` is obeyed. */
  readonly transactionEnd: boolean;
  /** Whether plans are answered. */
  readonly plans: boolean;
}

/** Form of an answer. */
export type AnswerMedia =
  | {
    readonly kind: "json" | "object";
    /** Whether members that are null are left out. */
    readonly nullsStripped: boolean;
  }
  | { readonly kind: "csv" };

/** One request, whoever asks. */
export interface RestCall {
  /** Acts as the caller. */
  readonly session: Session;
  readonly picture: SchemaPicture;
  readonly schema: ExposedSchema;
  readonly limits: RestLimits;
  /** `request.*` and the like, for policies and functions. */
  readonly settings: NonNullable<CallOptions["settings"]>;
  readonly prefer: Preferences;
  readonly media: AnswerMedia;
  /** Options of EXPLAIN, when the plan is wanted instead of what it gives. */
  readonly explain?: string | undefined;
}

/** What a request came to. */
export interface RestAnswer {
  /** `undefined` when none is wanted. */
  readonly body: string | undefined;
  /** Rows in the page, or rows that were written. */
  readonly page: number;
  /** Where the page begins. */
  readonly offset: number;
  /** Rows there are, where they were counted. */
  readonly total?: number | undefined;
  /** Rows of the request that were not there before; for upserts. */
  readonly inserted?: number | undefined;
  /** Query of the URL of the only row that was written, for example `id=eq.5`. */
  readonly location?: string | undefined;
  /** The request's query string in its canonical spelling, where that is known. */
  readonly search?: string | undefined;
  /** Rows at which the answer was cut. */
  readonly cutAt?: number | undefined;
  /** An embed that was called by its relation's name although it has an alias. */
  readonly calledByTarget?: RowsNode["calledByTarget"];
  /** Whether a function gave nothing by its nature. */
  readonly void?: boolean | undefined;
}

/** What finds relationships; the picture's own function with the picture given. */
export type RelationshipFinder = (
  from: Relation,
  target: string,
  hint: string | undefined,
) => Relationship;

/**
 * @param call A request.
 * @returns Options of its statements.
 */
export function callOptions(
  { settings, prefer, limits }: RestCall,
): CallOptions {
  return {
    settings: prefer.timezone === undefined
      ? settings
      : { ...settings, timezone: prefer.timezone },
    ...(limits.timeoutMs > 0 ? { timeoutMs: limits.timeoutMs } : {}),
  };
}

/** Runs one statement where the request's statements run. */
export type Run = (
  sql: string,
  params: readonly SqlValue[],
) => Promise<Result>;

/**
 * @param call A request.
 * @param readOnly Whether a write is refused (25006).
 * @returns What runs its statements, each a transaction of its own.
 */
export function runAlone(call: RestCall, readOnly: boolean): Run {
  const { explain, session } = call;
  const options = { ...callOptions(call), readOnly };
  if (explain !== undefined) {
    return (sql, params) =>
      session.transaction(
        (tx) => explained(tx, `${explain} ${sql}`, checkTexts(params)),
        options,
      );
  }
  return (sql, params) => session.query(sql, checkTexts(params), options);
}

/** Asks for the plan of a statement and ends the transaction with it, for `analyze` runs what it explains. */
async function explained(
  tx: Queryable,
  sql: string,
  params: readonly SqlValue[],
): Promise<never> {
  const { rows } = await tx.query(sql, params);
  throw new Undone({
    body: rows.map(([line]) => String(line)).join("\n"),
    page: rows.length,
    offset: 0,
  });
}

/** Ends a transaction that was never meant to last: `Prefer: tx=rollback`, or a plan. */
export class Undone extends Error {
  override name = "Undone";

  /**
   * @param answer What it came to.
   */
  constructor(readonly answer: RestAnswer) {
    super("Rolled back as was asked");
  }
}

/**
 * Runs a request as one transaction that may still be undone when its rows are known.
 *
 * @param call The request.
 * @param body Runs the statements; what it throws rolls back.
 * @param options Whether writes are refused.
 * @returns What the body came to.
 */
export async function runTogether(
  call: RestCall,
  body: (run: Run) => Promise<RestAnswer>,
  { readOnly = false }: { readOnly?: boolean } = {},
): Promise<RestAnswer> {
  try {
    return await call.session.transaction(async (tx) => {
      const { explain } = call;
      const answer = await body((sql, params) =>
        explain === undefined
          ? tx.query(sql, checkTexts(params))
          : explained(tx, `${explain} ${sql}`, checkTexts(params))
      );
      if (isUndone(call)) throw new Undone(answer);
      return answer;
    }, { ...callOptions(call), readOnly });
  } catch (error) {
    // A plan is answered by whoever asked for one.
    if (error instanceof Undone && call.explain === undefined) {
      return error.answer;
    }
    throw error;
  }
}

/**
 * @param call A request.
 * @returns Whether it asked that nothing of it stays, and may.
 */
export function isUndone({ prefer, limits }: RestCall): boolean {
  return prefer.tx === "rollback" && limits.transactionEnd;
}
