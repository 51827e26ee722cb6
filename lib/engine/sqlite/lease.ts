/**
 * A write transaction as a session sees it: its statements, savepoints and catalog.
 *
 * It is one member of the writer's groups like any other; one that a client leads has a group for
 * itself and ends when the client says so.
 *
 * @module
 */

import type { Catalog, Constraint } from "../../sql/catalog/catalog.ts";
import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { SqlValue } from "../engine.ts";
import type { RowSink } from "../client_session.ts";
import { BulkWork, isBulk } from "./bulk_work.ts";
import { ControlWork } from "./control_work.ts";
import { LeaseCursor } from "./lease_cursor.ts";
import type {
  BulkResult,
  BulkRows,
  Cursor,
  Lease,
  RunContext,
  RunResult,
} from "./plan_runner.ts";
import { type PlanOutcome, PlanWork } from "./plan_work.ts";
import { noRows } from "./row_sinks.ts";
import { SqlWork } from "./sql_work.ts";
import type { Transaction } from "./transaction.ts";
import { brokenReference, deferredViolation } from "./deferred_violation.ts";
import type { Work } from "./work.ts";
import type { WorkPlace } from "./work_place.ts";

interface Savepoint {
  readonly name: string;
  /** SQLite's name of it, which is used once only. */
  readonly own: string;
  readonly catalog: Catalog;
  readonly writes: number;
  readonly changes: number;
}

/** How the promise of a transaction that was rolled back on purpose ends. */
const rolledBack = Symbol("rolled back");

/** See the top of the file. */
export class WriterLease implements Lease {
  onLost: ((error: Error) => void) | undefined;
  eval: EvalContext | undefined;
  readonly #place: WorkPlace;
  readonly #member: Transaction;
  readonly #ended = Promise.withResolvers<void>();
  readonly #cursors = new Set<LeaseCursor>();
  #savepoints: Savepoint[] = [];
  #names = 0;
  #catalog: Catalog;
  #wrote = false;
  #lost: Error | undefined;
  #over = false;
  /** Of the last statement, for the text of values in errors. */
  #eval: EvalContext | undefined;

  /**
   * @param place The writer.
   * @param member Its transaction, whose turn it is.
   */
  constructor(place: WorkPlace, member: Transaction) {
    this.#place = place;
    this.#member = member;
    this.#catalog = place.catalog();
    if (member.exclusive) member.promise.catch((error) => this.#end(error));
  }

  get catalog(): Catalog {
    return this.#catalog;
  }

  set catalog(catalog: Catalog) {
    this.#catalog = catalog;
    this.#member.catalog = catalog;
  }

  get wrote(): boolean {
    return this.#wrote;
  }

  /** Resolves when the client has ended it. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  query(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult> {
    this.#check();
    if (!plan.readOnly) this.#wrote = true;
    return this.#run(plan, params, sink, context);
  }

  bulk(
    plan: QueryPlan,
    rows: BulkRows,
    context: RunContext,
  ): BulkResult | Promise<BulkResult> | undefined {
    this.#check();
    if (!this.#member.exclusive || !isBulk(plan)) return undefined;
    this.#wrote = true;
    this.#eval = this.#member.eval = context.eval;
    const { connection, collector } = this.#place;
    return this.#member.attempt(
      new BulkWork({
        connection,
        collector,
        plan,
        rows,
        context,
        catalog: this.#catalog,
        changes: this.#member.changes,
      }),
    );
  }

  cursor(
    plan: QueryPlan,
    params: readonly Datum[],
    context: RunContext,
  ): Cursor {
    this.#check();
    if (!plan.readOnly) this.#wrote = true;
    const cursor = new LeaseCursor({
      connection: this.#place.connection,
      plan,
      gather: (gathering) => {
        this.#check();
        return this.#run(gathering, params, noRows, context);
      },
      closed: (cursor) => this.#cursors.delete(cursor),
    });
    this.#cursors.add(cursor);
    return cursor;
  }

  async run(
    sql: string,
    params: readonly Datum[] = [],
  ): Promise<readonly (readonly Datum[])[]> {
    this.#check();
    const { connection, longWrites } = this.#place;
    const work = new SqlWork({
      connection,
      longWrites,
      sql,
      params: params as readonly SqlValue[],
      limits: {},
      context: {
        eval: this.eval ?? this.#eval ?? this.#place.eval(),
        timeoutMs: 0,
        catalog: this.#catalog,
      },
    });
    this.#place.collector.gather(undefined, undefined);
    const result = await this.#do(work);
    this.#wrote ||= work.writes();
    return result.rows as readonly (readonly Datum[])[];
  }

  savepoint(name: string): void {
    this.#check();
    const own = `s${++this.#names}`;
    this.#control(`SAVEPOINT ${own}`);
    this.#savepoints.push({
      name,
      own,
      catalog: this.#catalog,
      writes: this.#member.writes.length,
      changes: this.#member.changes.length,
    });
  }

  rollbackTo(name: string): void {
    this.#check();
    const at = this.#find(name);
    const { own, catalog, writes, changes } = this.#savepoints[at] as Savepoint;
    const { database } = this.#place.connection;
    this.#closeCursors();
    database.run(`ROLLBACK TO ${own}`);
    this.#member.writes.length = Math.min(writes, this.#member.writes.length);
    this.#member.changes.length = changes;
    this.#savepoints.length = at + 1;
    if (this.#catalog !== catalog) this.catalog = catalog;
  }

  release(name: string): void {
    this.#check();
    const at = this.#find(name);
    this.#control(`RELEASE ${(this.#savepoints[at] as Savepoint).own}`);
    this.#savepoints.length = at;
  }

  checkReferences(
    wanted: (constraint: Constraint) => boolean,
  ): Promise<void> | undefined {
    this.#check();
    const { connection } = this.#place;
    if (!connection.database.violatesForeignKey) return undefined;
    return brokenReference(connection, {
      catalog: this.#catalog,
      context: this.#eval,
      wanted,
    }).then((error) => {
      if (error !== undefined) throw error;
    });
  }

  async commit(): Promise<void> {
    this.#check();
    const { connection: { database } } = this.#place;
    this.#closeCursors();
    if (database.violatesForeignKey) {
      const error = await deferredViolation(
        this.#place.connection,
        this.#catalog,
        this.#eval,
      );
      await this.rollback();
      throw error;
    }
    this.#over = true;
    this.#ended.resolve();
    await this.#member.promise;
  }

  async rollback(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    if (this.#lost !== undefined) return;
    this.#closeCursors();
    this.#member.fail(rolledBack);
    this.#ended.resolve();
    await this.#member.promise.catch((error) => {
      if (error !== rolledBack) throw error;
    });
  }

  #run(
    plan: QueryPlan,
    params: readonly Datum[],
    sink: RowSink,
    context: RunContext,
  ): RunResult | Promise<RunResult> {
    this.#eval = this.#member.eval = context.eval;
    const { connection, longWrites, collector, limits } = this.#place;
    const outcome = this.#do(
      new PlanWork({
        connection,
        longWrites,
        collector,
        plan,
        params,
        context,
        sink,
        limits: limits(context),
        savepoint: "statement",
        catalog: () => this.#catalog,
        changes: this.#member.changes,
      }),
    );
    return outcome instanceof Promise
      ? outcome.then(toResult)
      : toResult(outcome);
  }

  /** Does work: a service's transaction fails with it, a client's goes on. */
  #do<Outcome>(work: Work<Outcome>): Outcome | Promise<Outcome> {
    return this.#member.exclusive
      ? this.#member.attempt(work)
      : this.#member.perform(() => work);
  }

  #control(sql: string): void {
    const work = new ControlWork(this.#place.connection.database, sql);
    this.#member.attempt(work);
  }

  #find(name: string): number {
    const at = this.#savepoints.findLastIndex((each) => each.name === name);
    if (at < 0) {
      throw new SqlError("3B001", `savepoint "${name}" does not exist`);
    }
    return at;
  }

  #closeCursors(): void {
    for (const cursor of this.#cursors) cursor.close();
    this.#cursors.clear();
  }

  #check(): void {
    if (this.#lost !== undefined) throw this.#lost;
    if (this.#over) {
      throw new SqlError("25P01", "there is no transaction in progress");
    }
  }

  /** The writer ended it. */
  #end(error: unknown): void {
    if (this.#over) return;
    this.#lost = error instanceof Error ? error : new Error(String(error));
    this.#ended.resolve();
    this.onLost?.(this.#lost);
  }
}

function toResult({ count }: PlanOutcome): RunResult {
  return { done: true, count };
}
