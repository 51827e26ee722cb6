/**
 * The seam between a session (what a statement means) and the connections (how it runs).
 *
 * @module
 */

import type { Catalog, Constraint } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import type { RowSink } from "../client_session.ts";

/** Limits and surroundings of one execution. */
export interface RunContext {
  /** For JavaScript functions and for slots that read the session. */
  readonly eval: EvalContext;
  /** Stops it with 57014. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds, 0 for none (`statement_timeout`). */
  readonly timeoutMs: number;
  /** Whether it ran before, and told then what it has to tell. */
  readonly quiet?: boolean | undefined;
  /** Values of the literals when the plan came from a text with others, by location; the plan's own if not given. */
  readonly literals?: readonly Datum[] | undefined;
  /**
   * Picture that the plan was made for. A runner that comes to it later and finds another one throws
   * {@linkcode StalePlanError} before anything ran, and the session makes the plan anew.
   */
  readonly catalog?: Catalog | undefined;
  /** Role that is told of errors: details of rows that it may not see are left out. `postgres` if not given. */
  readonly role?: number | undefined;
}

/** A plan came to its turn after the catalog it was made for had changed. */
export class StalePlanError extends Error {
  override name = "StalePlanError";
}

/** What ran. */
export interface RunResult {
  /** Whether there are no more rows. */
  readonly done: boolean;
  /** Rows changed, or rows given so far. */
  readonly count: number;
}

/** Rows that are fetched bit by bit. */
export interface Cursor {
  fetch(maxRows: number, sink: RowSink): RunResult | Promise<RunResult>;
  close(): void;
}

/** Rows for one plan. */
export interface BulkRows {
  /** Values of `$1`, `$2`, … of the first row, then of the second, and so on. */
  readonly values: readonly Datum[];
  /** Values of a row. */
  readonly width: number;
  /** How many rows. */
  readonly rows: number;
}

/** What came of many rows. */
export interface BulkResult {
  /** Rows that were taken: less than were given when the next one was refused. */
  readonly rows: number;
  /** Rows changed. */
  readonly changed: number;
}

/** Runs statements of DDL. */
export interface DdlTarget {
  /** Runs one SQLite statement of ours, off the thread when it may be long. */
  run(
    sql: string,
    params?: readonly Datum[],
  ): Promise<readonly (readonly Datum[])[]>;
}

/** A write transaction that waits for its client: holds the writer until it ends. */
export interface Lease extends DdlTarget {
  /** What this transaction sees; DDL sets the next. */
  catalog: Catalog;
  /** Whether it has written anything. */
  readonly wrote: boolean;
  query(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult>;
  /**
   * Runs a plan once for each row, at once and to the end of the rows, so these should be a few milliseconds'
   * work at most. Stops at a row that is refused; who wants to know why gives it to {@linkcode Lease.query}.
   *
   * @returns What came of it; nothing when the plan cannot be run so.
   */
  bulk?(
    plan: QueryPlan,
    rows: BulkRows,
    context: RunContext,
  ): BulkResult | Promise<BulkResult> | undefined;
  /** Opens a cursor inside the transaction. */
  cursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
  ): Cursor;
  savepoint(name: string): void;
  rollbackTo(name: string): void;
  release(name: string): void;
  /** Durable when it resolves (23503 for a deferred key that points nowhere). */
  /**
   * Looks for foreign keys that point nowhere.
   *
   * @param wanted Which to look at.
   * @throws {SqlError} 23503.
   */
  checkReferences?(
    wanted: (constraint: Constraint) => boolean,
  ): Promise<void> | undefined;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Calls back when the engine ended it: idle too long while others waited (25P03), shutdown. */
  onLost: ((error: Error) => void) | undefined;
  /** What functions see that statements of {@linkcode DdlTarget.run} call; that of the last query if not set. */
  eval?: EvalContext | undefined;
}

/** See the top of the file. */
export interface PlanRunner {
  /** What is committed. */
  readonly catalog: Catalog;
  /** Runs a read in a snapshot of its own; at once if it is quick. */
  read(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult>;
  /**
   * Opens a cursor on what is committed now, on a connection that it holds until it is closed, once. Never
   * waits for one: what no connection is free for is read at once.
   *
   * @param session Who fetches from one of its cursors at a time, if several may have a connection together.
   */
  openCursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
    session?: object,
  ): Promise<Cursor>;
  /**
   * Opens a snapshot for REPEATABLE READ: several reads see the same.
   *
   * @param signal Stops the waiting for one.
   * @throws {SqlError} 53300 when none became free.
   */
  snapshot(signal?: AbortSignal): Promise<Snapshot>;
  /** Runs a write as a transaction of its own; shares its commit with others'. */
  write(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): Promise<RunResult>;
  /** Called before each commit; what it writes is kept with it. For values that outlive roll-backs (sequences). */
  readonly beforeCommit?: ((
    run: (sql: string, params?: readonly SqliteValue[]) => unknown,
  ) => void)[];
  /**
   * Runs a plan at once, on the connection whose statement is calling a function of ours at this moment
   * (bodies of SQL functions). Refused (0A000) when the statement is one that may not.
   */
  nested?(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult;
  /**
   * Runs a short transaction of a service, whose body waits for nothing but its own statements, so that it
   * may share its commit with others' (each body in a savepoint, one COMMIT for all). What the body throws
   * rolls its savepoint back. Sessions use {@linkcode PlanRunner.lease} where a runner has no such thing.
   *
   * @param body Statements; `commit` and `rollback` of the lease it gets are not called.
   * @returns What `body` returned, once that is on the disk.
   */
  group?<T>(body: (lease: Lease) => Promise<T>): Promise<T>;
  /**
   * Called now and then by a function that takes long, inside a statement.
   *
   * @throws {Error} When the statement is to stop, or to go on elsewhere.
   */
  pause?(): void;
  /**
   * Waits for the writer.
   *
   * @param lockTimeoutMs 55P03 beyond it; 0 for the engine's own limit.
   * @param from Snapshot that it goes on from; 40001 when somebody wrote since.
   */
  lease(
    options: { lockTimeoutMs: number; signal?: AbortSignal; from?: Snapshot },
  ): Promise<Lease>;
}

/** Reads that see one moment. */
export interface Snapshot {
  readonly catalog: Catalog;
  read(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult>;
  cursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
  ): Cursor;
  close(): void;
}
