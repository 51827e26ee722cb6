/**
 * A statement with its values, on its way.
 *
 * @module
 */

import { withPosition } from "../../sql/analyze/located.ts";
import type { Datum } from "../../sql/datum.ts";
import type { FetchResult, RowSink } from "../client_session.ts";
import { type RunResult, StalePlanError } from "../sqlite/plan_runner.ts";
import { WouldBlock } from "./advisory_locks.ts";
import { CursorRows } from "./cursor_rows.ts";
import type { SessionPortal } from "./cursors.ts";
import { toClientError } from "./errors.ts";
import type { SessionCore } from "./session_core.ts";
import { inFailedTransaction } from "./transaction_modes.ts";
import { sleepStatement } from "./sleep.ts";
import { sleep, waitForLock } from "./waiting.ts";
import type { Compiled, Statement } from "./statement.ts";
import type { UtilityResult } from "./utility/utility.ts";

type QueryCompiled = Extract<Compiled, { kind: "query" }>;

/** See the top of the file. */
export class StatementPortal implements SessionPortal {
  readonly statement: Statement;
  readonly hold = false;
  readonly scroll = false;
  readonly binary = false;
  readonly declared = false;
  readonly createdMs: number;
  rows: CursorRows | undefined;
  readonly #core: SessionCore;
  readonly #params: readonly Datum[];
  /** Rows of a statement that was run to its end at once. */
  #over: FetchResult | undefined;
  #begun = false;

  /**
   * @param core Session.
   * @param statement The statement.
   * @param params Values of `$n`.
   */
  constructor(
    core: SessionCore,
    statement: Statement,
    params: readonly Datum[],
  ) {
    this.#core = core;
    this.statement = statement;
    this.#params = params;
    this.createdMs = core.eval.statementMs;
  }

  get text(): string {
    return this.statement.text;
  }

  fetch(
    maxRows: number,
    sink: RowSink,
    last: boolean,
  ): FetchResult | Promise<FetchResult> {
    const core = this.#core;
    core.begin(this.statement.text);
    try {
      const result = this.#fetch(maxRows, sink, last);
      if (result instanceof Promise) {
        const deadline = core.watch.limit();
        return result.then((result) => {
          deadline?.end();
          core.finish();
          return result;
        }, (error) => {
          deadline?.end();
          const reason = core.watch.reason(error);
          core.finish();
          throw this.#told(reason);
        });
      }
      core.finish(true);
      return result;
    } catch (error) {
      core.finish();
      throw this.#told(error);
    }
  }

  #told(error: unknown): unknown {
    return toClientError(withPosition(error, this.statement.text));
  }

  close(): void {
    this.rows?.close();
    this.rows = undefined;
  }

  #fetch(
    maxRows: number,
    sink: RowSink,
    last: boolean,
  ): FetchResult | Promise<FetchResult> {
    const { compiled } = this.statement;
    if (compiled.kind === "empty") return { done: true };
    const { transaction } = this.#core;
    const fresh = transaction.kind === "none" ||
      (transaction.kind === "implicit" && !transaction.used);
    const alone = fresh && (last || this.statement.alone);
    if (compiled.kind === "utility") {
      if (this.#begun) return this.#again(maxRows, sink);
      this.#begun = true;
      return this.#utility(compiled, maxRows, sink, alone);
    }
    if (transaction.failed) throw inFailedTransaction();
    if (this.#begun) return this.#again(maxRows, sink);
    transaction.beginImplicit();
    transaction.used = true;
    this.#core.preparer.refresh(this.statement);
    this.#begun = true;
    if (compiled.extra.sleep !== undefined) {
      return this.#sleep(compiled, sink, alone);
    }
    if (maxRows > 0 && this.statement.columns !== null) {
      return this.#partly(compiled, maxRows, sink);
    }
    return this.#whole(sink, alone);
  }

  /** Runs it to its end. */
  #whole(
    sink: RowSink,
    alone: boolean,
  ): FetchResult | Promise<FetchResult> {
    const core = this.#core;
    let result: RunResult | Promise<RunResult>;
    try {
      result = core.executor.run(this.statement, this.#params, sink, alone);
    } catch (error) {
      return this.#recover(error, sink, alone);
    }
    if (result instanceof Promise) {
      return result.then(
        (result) => this.#finish(result.count, alone),
        (error) => this.#recover(error, sink, alone),
      );
    }
    return this.#finish(result.count, alone);
  }

  #finish(
    count: number,
    alone: boolean,
  ): FetchResult | Promise<FetchResult> {
    const { plan } = this.statement.compiled as QueryCompiled;
    const result = { done: true, tag: tagOf(plan.tag, count) };
    this.#over = result;
    return alone ? this.#commit(result) : result;
  }

  #commit(result: FetchResult): FetchResult | Promise<FetchResult> {
    const wait = this.#core.transaction.commit();
    return wait === undefined ? result : wait.then(() => result);
  }

  /** Waits for a lock, or makes a plan anew, and runs it again. */
  #recover(
    error: unknown,
    sink: RowSink,
    alone: boolean,
  ): FetchResult | Promise<FetchResult> {
    if (error instanceof StalePlanError) {
      this.#core.preparer.refresh(this.statement);
      return this.#whole(sink, alone);
    }
    if (error instanceof WouldBlock) {
      return waitForLock(this.#core, error.key).then(() =>
        this.#whole(sink, alone)
      );
    }
    throw error;
  }

  /** Runs it until `maxRows` rows were given. */
  async #partly(
    { plan }: QueryCompiled,
    maxRows: number,
    sink: RowSink,
  ): Promise<FetchResult> {
    const core = this.#core;
    if (plan.readOnly) {
      this.rows = new CursorRows(
        await core.executor.open(this.statement, this.#params),
        "none",
      );
    } else {
      const rows = new CursorRows(undefined, "none");
      await core.executor.run(
        this.statement,
        this.#params,
        { row: (values) => rows.push(values), full: () => undefined },
        false,
      );
      this.rows = rows;
    }
    return await this.#again(maxRows, sink);
  }

  async #again(maxRows: number, sink: RowSink): Promise<FetchResult> {
    if (this.rows === undefined) {
      // A portal that ran to its end has no more rows.
      const { tag = "" } = this.#over ?? {};
      return { done: true, tag: tag.replace(/\d+$/, "0") };
    }
    const limit = maxRows === 0 ? Infinity : maxRows;
    const given = await this.rows.forward(limit, sink);
    // PostgreSQL, too, tells the end only when it was asked for more rows than were left.
    if (given === maxRows) return { done: false };
    const { compiled } = this.statement;
    return {
      done: true,
      tag: compiled.kind === "query"
        ? tagOf(compiled.plan.tag, given)
        : this.#over?.tag ?? "",
    };
  }

  async #sleep(
    { extra }: QueryCompiled,
    sink: RowSink,
    alone: boolean,
  ): Promise<FetchResult> {
    const core = this.#core;
    const seconds = sleepStatement(core, extra, this.statement.declared);
    let value: Datum = null;
    await core.executor.run(
      seconds,
      this.#params,
      { row: ([first]) => value = first ?? null, full: () => undefined },
      false,
    );
    if (value !== null) await sleep(core, Number(value) * 1000);
    sink.row([value === null ? null : ""]);
    return await this.#finish(1, alone);
  }

  #utility(
    { utility, node }: Extract<Compiled, { kind: "utility" }>,
    maxRows: number,
    sink: RowSink,
    alone: boolean,
  ): FetchResult | Promise<FetchResult> {
    const core = this.#core;
    const { transaction } = core;
    if (transaction.failed && utility.endsFailed?.(node) !== true) {
      throw inFailedTransaction();
    }
    if (utility.transactional !== true) {
      transaction.beginImplicit();
      transaction.used = true;
    }
    const { writes } = utility;
    if (typeof writes === "function" ? writes(node) : writes) {
      core.executor.checkWritable(utility.name);
    }
    const call = {
      core,
      node,
      text: this.statement.text,
      params: this.#params,
      sink,
      alone,
    };
    if (maxRows > 0 && this.statement.columns !== null) {
      const rows = new CursorRows(undefined, "none");
      const keep = {
        ...call,
        sink: {
          row: (values: readonly Datum[]) => rows.push(values),
          full: () => undefined,
        },
      };
      return Promise.resolve(utility.run(keep)).then((result) => {
        this.rows = rows;
        this.#over = { done: true, tag: result.tag };
        return this.#again(maxRows, sink);
      });
    }
    const result = utility.run(call);
    return result instanceof Promise
      ? result.then((result) => this.#utilityOver(result, alone))
      : this.#utilityOver(result, alone);
  }

  #utilityOver(
    { tag, copyIn }: UtilityResult,
    alone: boolean,
  ): FetchResult | Promise<FetchResult> {
    if (copyIn !== undefined) return { done: false, copyIn };
    const result = { done: true, tag };
    this.#over = result;
    return alone && this.#core.transaction.kind === "implicit"
      ? this.#commit(result)
      : result;
  }
}

/**
 * @param tag First word.
 * @param count Rows.
 * @returns Command tag.
 */
export function tagOf(tag: string, count: number): string {
  return tag === "INSERT" ? `INSERT 0 ${count}` : `${tag} ${count}`;
}
