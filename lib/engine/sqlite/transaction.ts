/**
 * One transaction on its way through the writer: waits, runs its body, keeps what came of it until
 * the commit.
 *
 * @module
 */

import { Link } from "../../base/linked_set.ts";
import type { Catalog } from "../../sql/catalog/catalog.ts";
import type { EvalContext } from "../../sql/eval_context.ts";
import {
  EngineError,
  type Queryable,
  type QueryOptions,
  type Result,
  type SqlValue,
} from "../engine.ts";
import type { RowChange } from "../change_feed.ts";
import type { Work, Write } from "./work.ts";

/** Runs statements of the transaction whose turn it is. */
export interface StatementRunner {
  /**
   * @param sql One statement.
   * @param params Its values.
   * @param options Its limits.
   * @returns What runs it.
   */
  statement(
    sql: string,
    params: readonly SqlValue[],
    options: QueryOptions,
  ): Work<Result>;
  /**
   * @param transaction Whose work it is.
   * @param work The work.
   * @returns What came of it.
   */
  execute<Outcome>(
    transaction: Transaction,
    work: Work<Outcome>,
  ): Outcome | Promise<Outcome>;
}

/** Until when a transaction waits for its turn. */
export interface Deadline {
  /** Monotonic milliseconds. */
  readonly at: number;
  /** What its caller is told then. */
  readonly error: () => Error;
}

/** Statements of a transaction; gives a promise unless it is over when it returns. */
export type Body = (tx: Transaction) => unknown;

/** See the top of the file. */
export class Transaction extends Link implements Queryable {
  /** Resolves with what the body gave, once that is on the disk. */
  readonly promise: Promise<unknown>;
  /** Until when its turn must have come. */
  readonly deadline: Deadline;
  /** Takes it out of the queue when it fires. */
  readonly signal: AbortSignal | undefined;
  /** What it has written, in order. */
  readonly writes: Write[] = [];
  /** How many writes it has made. */
  wrote = 0;
  /** Whether what it wrote was too much to keep, so that it cannot be done again. */
  unrepeatable = false;
  /** Changes of rows that were asked for, in order. */
  readonly changes: RowChange[] = [];
  /** The catalog it made; published when it is committed. */
  catalog: Catalog | undefined;
  /** Of its last statement, for the text of values in errors. */
  eval: EvalContext | undefined;
  /** Whether a client leads it, at its own pace: it has the writer for itself. */
  readonly exclusive: boolean;
  /** Grows with each statement; a watchdog looks whether it stands still. */
  activity = 0;
  readonly #body: Body;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  #runner: StatementRunner | undefined;
  #running: Promise<unknown> | undefined;
  #end: (() => void) | undefined;
  #over = false;
  #failure: { readonly error: unknown } | undefined;
  #value: unknown;

  /**
   * @param body Statements.
   * @param deadline Until when its turn must have come.
   * @param options Whether a client leads it; what takes it out of the queue.
   */
  constructor(
    body: Body,
    deadline: Deadline,
    { exclusive = false, signal }: {
      exclusive?: boolean;
      signal?: AbortSignal | undefined;
    } = {},
  ) {
    super();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#body = body;
    this.deadline = deadline;
    this.exclusive = exclusive;
    this.signal = signal;
  }

  /** Whether it has run, or never will. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it must be rolled back. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** Whether it waits for something that is not a statement of its own. */
  get idle(): boolean {
    return !this.#over && this.#running === undefined;
  }

  /**
   * Runs the body.
   *
   * @param runner Runs its statements.
   * @returns Nothing when it is over at once; resolves when it is over or was cut off.
   */
  run(runner: StatementRunner): void | Promise<void> {
    this.#runner = runner;
    try {
      const value = this.#body(this);
      if (value instanceof Promise) return this.#whenOver(value);
      this.#value = value;
    } catch (error) {
      this.fail(error);
    }
    this.#over = true;
    if (this.#running !== undefined) return this.#whenIdle();
  }

  async #whenOver(body: Promise<unknown>): Promise<void> {
    const cut = new Promise<void>((resolve) => this.#end = resolve);
    await Promise.race([this.#runBody(body), cut]);
    this.#over = true;
    await this.#whenIdle();
  }

  /** A statement that the body did not wait for still has the connection. */
  async #whenIdle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #runBody(body: Promise<unknown>): Promise<void> {
    try {
      const value = await body;
      if (!this.#over) this.#value = value;
    } catch (error) {
      if (!this.#over) this.fail(error);
    }
  }

  query(
    sql: string,
    params: readonly SqlValue[] = [],
    options: QueryOptions = {},
  ): Promise<Result> {
    const result = this.perform(() =>
      (this.#runner as StatementRunner).statement(sql, params, options)
    );
    return result instanceof Promise ? result : Promise.resolve(result);
  }

  /**
   * Does some work after what was asked before; when it fails, the transaction has failed.
   *
   * @param make Makes the work, when its turn has come.
   * @returns What came of it.
   */
  perform<Outcome>(
    make: () => Work<Outcome>,
  ): Outcome | Promise<Outcome> {
    if (this.#running !== undefined) {
      return quietly(this.#running.then(() => this.perform(make)));
    }
    try {
      this.#checkOpen();
      this.activity++;
      const result = (this.#runner as StatementRunner).execute(this, make());
      return result instanceof Promise
        ? quietly(this.#wait(result, true))
        : result;
    } catch (error) {
      if (!this.#over) this.#failure ??= { error };
      return quietly(Promise.reject(error));
    }
  }

  /**
   * Does some work whose failure its caller looks after.
   *
   * @param work The work; nothing else may be under way.
   * @returns What came of it.
   */
  attempt<Outcome>(work: Work<Outcome>): Outcome | Promise<Outcome> {
    if (this.#running !== undefined) {
      return this.#running.then(() => this.attempt(work));
    }
    this.#checkOpen();
    this.activity++;
    const result = (this.#runner as StatementRunner).execute(this, work);
    return result instanceof Promise ? this.#wait(result, false) : result;
  }

  /**
   * Marks it as one to be rolled back.
   *
   * @param error What its caller will be told.
   */
  fail(error: unknown): void {
    this.#failure = { error };
  }

  /**
   * Ends it without waiting for its body any longer.
   *
   * @param error What its caller will be told.
   */
  cut(error: unknown): void {
    this.#over = true;
    this.fail(error);
    this.#end?.();
  }

  /** Tells the caller what came of it. */
  settle(): void {
    this.#over = true;
    if (this.#failure === undefined) this.#resolve(this.#value);
    else this.#reject(this.#failure.error);
  }

  #checkOpen(): void {
    if (this.#over) {
      throw new EngineError(
        "25P01",
        "Cannot run statement: its transaction is over",
      );
    }
    if (this.#failure !== undefined) {
      throw new EngineError(
        "25P02",
        "Cannot run statement: a statement of this transaction failed, it will be rolled back",
      );
    }
  }

  async #wait<Outcome>(
    result: Promise<Outcome>,
    fatal: boolean,
  ): Promise<Outcome> {
    const running = result.then(() => {}, (error) => {
      if (fatal) this.#failure ??= { error };
    }).finally(() => {
      if (this.#running === running) this.#running = undefined;
      this.activity++;
    });
    this.#running = running;
    await running;
    return result;
  }
}

/**
 * Keeps a failure that the body does not wait for from ending the program: the transaction's caller
 * is told of it.
 */
function quietly<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}
