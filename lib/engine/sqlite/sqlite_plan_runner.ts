/**
 * Runs plans on SQLite: reads on the readers, writes on the one writer.
 *
 * @module
 */

import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import { notSupported, SqlError } from "../../sql/error.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { ChangeFeed } from "../change_feed.ts";
import type { RowSink } from "../client_session.ts";
import type { Connection } from "./connection.ts";
import { deferredViolation } from "./deferred_violation.ts";
import { defaultEval } from "./default_eval.ts";
import { EngineError, type TableName } from "../engine.ts";
import { FollowedTables } from "./followed_tables.ts";
import type { Group } from "./group.ts";
import { KeptCursor } from "./kept_cursor.ts";
import { WriterLease } from "./lease.ts";
import type { SqlitePlanRunnerOptions } from "./plan_runner_parts.ts";
import { runPlanNested } from "./plan_nested.ts";
import { lockTimeout, planLimits } from "./plan_limits.ts";
import {
  type Cursor,
  type Lease,
  type PlanRunner,
  type RunContext,
  type RunResult,
  type Snapshot,
  StalePlanError,
} from "./plan_runner.ts";
import { type PlanOutcome, PlanWork } from "./plan_work.ts";
import { KeptRows } from "./row_sinks.ts";
import { SharedSnapshots } from "./shared_snapshots.ts";
import { ReadSnapshot } from "./snapshot.ts";
import type { Transaction } from "./transaction.ts";
import type { WorkPlace } from "./work_place.ts";
import type { Writer } from "./writer.ts";

/** Bytes of a cursor whose rows are read in advance. */
const longestCursor = 32 * 1024 * 1024;
/** How long a transaction waits for a snapshot. */
const snapshotWaitMs = 30_000;

/** Writes within the transaction that is about to be committed. */
export type BeforeCommit = NonNullable<PlanRunner["beforeCommit"]>[number];

/** See the top of the file. */
export class SqlitePlanRunner implements PlanRunner {
  /** Called before each commit, for what has to be kept with whichever comes next. */
  readonly beforeCommit: BeforeCommit[] = [];
  readonly #options: SqlitePlanRunnerOptions;
  #writer: Writer | undefined;
  #place: WorkPlace | undefined;
  #catalog: Catalog | undefined;
  /** Grows with each commit. */
  #version = 0;
  /** Whether a function has written in the transaction that is open. */
  #nestedWrites = false;
  readonly #shared: SharedSnapshots;
  readonly #followed: FollowedTables;

  /**
   * @param options Its parts.
   */
  constructor(options: SqlitePlanRunnerOptions) {
    this.#options = options;
    this.#followed = new FollowedTables(options.connection.database);
    this.#shared = new SharedSnapshots({
      pool: options.snapshots,
      open: (connection) => this.#snapshotOn(connection),
      version: () => this.#version,
    });
  }

  /** What is committed. */
  get catalog(): Catalog {
    if (this.#catalog === undefined) {
      throw new Error("Cannot tell the catalog: it is not loaded");
    }
    return this.#catalog;
  }

  /** Set once, when the catalog has been read at the start. */
  set catalog(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /** Tells of committed changes of rows. */
  get changes(): ChangeFeed {
    return this.#options.collector;
  }

  /**
   * Joins it with the writer.
   *
   * @param writer The writer, which calls back before and after commits.
   */
  connect(writer: Writer): void {
    const { connection, collector, clock } = this.#options;
    this.#writer = writer;
    this.#options.reader.checkFresh = (context) => this.#checkFresh(context);
    this.#place = {
      connection,
      collector,
      longWrites: writer.longWrites,
      catalog: () => this.catalog,
      eval: () => defaultEval(clock, this.catalog),
      limits: (context) => planLimits(context),
    };
  }

  /**
   * Follows tables.
   *
   * @param tables The tables.
   * @returns Gives another number as soon as anybody could have been told of a change of one of them.
   */
  follow(tables: readonly TableName[]): () => number {
    return this.#followed.follow(tables);
  }

  read(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult> {
    this.#options.checkOpen();
    return this.#options.reader.read(plan, params, sink, context);
  }

  async openCursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
    session?: object,
  ): Promise<Cursor> {
    this.#options.checkOpen();
    this.#checkFresh(context);
    const shared = this.#shared.take(session);
    if (shared === undefined) {
      // Who waited here could hold what another one waits for, and be gone.
      const rows = new KeptRows(longestCursor);
      await this.read(plan, params, rows, context);
      return new KeptCursor(rows.take());
    }
    try {
      const cursor = shared.snapshot.cursor(plan, params, context);
      return {
        fetch: (maxRows, sink) => cursor.fetch(maxRows, sink),
        close() {
          cursor.close();
          shared.leave();
        },
      };
    } catch (error) {
      shared.leave();
      throw error;
    }
  }

  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    this.#options.checkOpen();
    const { snapshots } = this.#options;
    try {
      return this.#snapshotOn(
        await snapshots.take({ signal, timeoutMs: snapshotWaitMs }),
      );
    } catch (error) {
      if (!(error instanceof EngineError) || signal?.aborted) throw error;
      throw new SqlError(
        "53300",
        "too many transactions that need a snapshot of their own",
        { hint: "Use READ COMMITTED, or end transactions that are idle." },
      );
    }
  }

  async write(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): Promise<RunResult> {
    this.#options.checkOpen();
    const place = this.#place as WorkPlace;
    // Nobody is told anything before the commit.
    const rows = plan.columns === null ? undefined : new KeptRows();
    const limits = place.limits(context);
    const outcome = await (this.#writer as Writer).submit(
      (member) => {
        this.#checkFresh(context);
        const { catalog } = this;
        member.eval = context.eval;
        return member.perform(() =>
          new PlanWork({
            connection: place.connection,
            longWrites: place.longWrites,
            collector: place.collector,
            plan,
            params,
            context,
            sink: rows ?? sink,
            limits,
            savepoint: "member",
            catalog: () => catalog,
            changes: member.changes,
          })
        );
      },
      limits,
    ) as PlanOutcome;
    rows?.flush(sink);
    return { done: true, count: outcome.count };
  }

  /**
   * Runs a plan at once, on the connection whose statement calls a function of ours at this moment.
   *
   * @param plan The plan.
   * @param params Its values.
   * @param sink Takes the rows.
   * @param context Limits and session.
   * @returns What came of it.
   * @throws {SqlError} 0A000 when it writes and the calling statement must not.
   */
  nested(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult {
    const { functions, connection: writer, reader } = this.#options;
    const caller = functions.calling?.owner as Connection | undefined;
    if (!plan.readOnly && caller !== writer) {
      throw notSupported(`${plan.tag} in a function that a query calls`);
    }
    const connection = caller ?? reader.inline;
    if (!plan.readOnly) this.#nestedWrites = true;
    const count = runPlanNested(connection, plan, params, sink, context);
    return { done: true, count };
  }

  async group<T>(body: (lease: Lease) => Promise<T>): Promise<T> {
    this.#options.checkOpen();
    return await (this.#writer as Writer).submit((member) =>
      body(new WriterLease(this.#place as WorkPlace, member))
    ) as T;
  }

  /**
   * As {@linkcode SqlitePlanRunner.group}, under the name of a service's transaction.
   *
   * @param body Statements; what it throws rolls them back.
   * @returns What `body` returned, once that is on the disk.
   */
  transaction<T>(body: (tx: Lease) => Promise<T>): Promise<T> {
    return this.group(body);
  }

  lease(
    { lockTimeoutMs, signal, from }: {
      lockTimeoutMs: number;
      signal?: AbortSignal;
      from?: Snapshot;
    },
  ): Promise<Lease> {
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    try {
      this.#options.checkOpen();
      (this.#writer as Writer).submit(
        async (member) => {
          if (
            from instanceof ReadSnapshot && from.version !== this.#version
          ) {
            throw new SqlError(
              "40001",
              "could not serialize access due to concurrent update",
            );
          }
          const lease = new WriterLease(this.#place as WorkPlace, member);
          resolve(lease);
          await lease.ended;
        },
        {
          signal,
          ...(lockTimeoutMs > 0 ? { timeoutMs: lockTimeoutMs } : {}),
        },
        { timeUp: lockTimeout },
      ).catch(reject);
    } catch (error) {
      reject(error);
    }
    return promise;
  }

  /** Called by a function that takes long; throws when its statement is to stop. */
  pause(): void {
    this.#options.functions.calling?.pause();
  }

  /** Resolves when no read is under way. */
  drain(): Promise<void> {
    return this.#options.reader.drain();
  }

  /**
   * Called by the writer for a transaction whose deferred foreign keys point nowhere.
   *
   * @param member The transaction.
   * @returns Error 23503.
   */
  deferredViolation(
    { catalog = this.#catalog, eval: context }: Transaction,
  ): Promise<unknown> {
    return deferredViolation(this.#options.connection, catalog, context);
  }

  /**
   * Called by the writer before a commit.
   *
   * @param group Who takes part.
   */
  prepareCommit(group: Group): void {
    if (this.beforeCommit.length === 0) return;
    const { database } = this.#options.connection;
    for (const each of this.beforeCommit) {
      each((sql, params) => {
        group.touch();
        return database.run(sql, params);
      });
    }
  }

  /**
   * Called by the writer in the same turn as a commit.
   *
   * @param members Who took part.
   */
  published(members: readonly Transaction[]): void {
    for (const { failed, wrote, catalog } of members) {
      if (failed || wrote === 0) continue;
      this.#version++;
      if (catalog !== undefined) this.#catalog = catalog;
    }
    if (this.#nestedWrites) {
      this.#nestedWrites = false;
      this.#followed.touched();
    } else this.#followed.published(members, this.#catalog);
  }

  /**
   * Called by the writer when a commit is durable, in the order of the commits.
   *
   * @param members Who took part.
   */
  durable(members: readonly Transaction[]): void {
    const { collector, clock, log } = this.#options;
    let now: number | undefined;
    for (const { failed, changes } of members) {
      if (failed || changes.length === 0) continue;
      try {
        collector.committed(changes, now ??= clock.now());
      } catch (error) {
        log.error("change_listener_failed", { error: String(error) });
      }
    }
  }

  #snapshotOn(connection: Connection): ReadSnapshot {
    const { snapshots, clock, stopping } = this.#options;
    try {
      // In one turn, so that catalog and rows are of the same moment.
      return new ReadSnapshot({
        connection,
        catalog: this.catalog,
        version: this.#version,
        clock,
        stopping,
        closed: (own) => snapshots.giveBack(own),
      });
    } catch (error) {
      if (!connection.database.autocommit) connection.database.run("ROLLBACK");
      snapshots.giveBack(connection);
      throw error;
    }
  }

  #checkFresh({ catalog }: RunContext): void {
    if (catalog !== undefined && catalog !== this.#catalog) {
      throw new StalePlanError();
    }
  }
}
