/**
 * A cursor inside a write transaction.
 *
 * Its rows are gathered in a temporary table when the first one is asked for: what the transaction
 * writes later does not change them, and no statement stays open on the writer between two fetches.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { QueryPlan } from "../../sql/plan.ts";
import type { SqliteValue } from "../../sqlite/value.ts";
import type { RowSink } from "../client_session.ts";
import type { Connection } from "./connection.ts";
import { nextTurn } from "./pace.ts";
import type { Cursor, RunResult } from "./plan_runner.ts";

/** Runs the statement that gathers the rows. */
export type Gather = (plan: QueryPlan) => RunResult | Promise<RunResult>;

/** Rows handed on at a stretch. */
const slice = 500;

/** Plans by what they gather. */
const gathering = new WeakMap<QueryPlan, QueryPlan>();

/** What a {@linkcode LeaseCursor} needs. */
export interface LeaseCursorOptions {
  /** The writer's connection. */
  readonly connection: Connection;
  readonly plan: QueryPlan;
  readonly gather: Gather;
  readonly closed: (cursor: LeaseCursor) => void;
}

/** See the top of the file. */
export class LeaseCursor implements Cursor {
  readonly #options: LeaseCursorOptions;
  readonly #table: string;
  /** Next row, and the last one. */
  #next = 0;
  #last = -1;
  #first: number | undefined;
  #given = 0;
  #closed = false;

  /**
   * @param options The plan and who runs it.
   */
  constructor(options: LeaseCursorOptions) {
    this.#options = options;
    this.#table = cursorTable(options.plan);
  }

  fetch(maxRows: number, sink: RowSink): RunResult | Promise<RunResult> {
    if (this.#first === undefined) {
      const gathered = this.#gather();
      if (gathered instanceof Promise) {
        return gathered.then(() => this.#hand(maxRows, sink));
      }
    }
    return this.#hand(maxRows, sink);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.closed(this);
    const { database } = this.#options.connection;
    if (this.#first === undefined || database.autocommit) return;
    database.run(
      `DELETE FROM ${this.#table} WHERE rowid BETWEEN $1 AND $2`,
      [this.#first, this.#last],
    );
  }

  #gather(): void | Promise<void> {
    const { connection: { database }, plan, gather } = this.#options;
    const width = plan.columns?.length ?? 0;
    const columns = Array.from({ length: width }, (_, i) => `c${i}`);
    database.run(
      `CREATE TABLE IF NOT EXISTS ${this.#table} (${
        columns.join(", ") || "none"
      })`,
    );
    const [row] = database.run(
      `SELECT coalesce(max(rowid), 0) FROM ${this.#table}`,
    );
    const first = Number(row?.[0]) + 1;
    const done = ({ count }: RunResult) => {
      this.#first = this.#next = first;
      this.#last = first + count - 1;
    };
    const result = gather(gatheringPlan(plan));
    return result instanceof Promise ? result.then(done) : done(result);
  }

  #hand(maxRows: number, sink: RowSink): RunResult | Promise<RunResult> {
    const left = this.#last - this.#next + 1;
    const wanted = maxRows === 0 ? left : Math.min(maxRows, left);
    const done = maxRows === 0 || left < maxRows;
    if (wanted <= slice) {
      this.#handSlice(wanted, sink);
      return { done, count: this.#given };
    }
    return this.#handSlices(wanted, sink).then(() => ({
      done,
      count: this.#given,
    }));
  }

  async #handSlices(wanted: number, sink: RowSink): Promise<void> {
    for (let left = wanted; left > 0;) {
      const part = Math.min(left, slice);
      this.#handSlice(part, sink);
      left -= part;
      await (sink.full() ?? nextTurn());
      if (this.#closed) return;
    }
  }

  #handSlice(rows: number, sink: RowSink): void {
    const { connection: { database } } = this.#options;
    const read = database.run(
      `SELECT * FROM ${this.#table} WHERE rowid BETWEEN $1 AND $2 ORDER BY rowid`,
      [this.#next, this.#next + rows - 1],
    );
    const width = this.#options.plan.columns?.length ?? 0;
    for (const row of read as (SqliteValue & Datum)[][]) {
      row.length = width;
      sink.row(row);
    }
    this.#next += rows;
    this.#given += rows;
  }
}

function cursorTable(plan: QueryPlan): string {
  return `temp.heliosdb_cursor_${plan.columns?.length ?? 0}`;
}

/** The plan that gathers what another one answers. */
function gatheringPlan(plan: QueryPlan): QueryPlan {
  let made = gathering.get(plan);
  if (made === undefined) {
    const into = `INSERT INTO ${cursorTable(plan)}`;
    const noColumns = plan.columns?.length === 0;
    made = {
      ...plan,
      tag: "INSERT",
      columns: null,
      readOnly: false,
      steps: plan.steps.map((step) =>
        step.answers
          ? {
            ...step,
            sql: noColumns
              ? `${into} SELECT NULL FROM (${step.sql})`
              : `${into} ${step.sql}`,
            answers: false,
            counts: true,
          }
          : { ...step, counts: false }
      ),
    };
    gathering.set(plan, made);
  }
  return made;
}
