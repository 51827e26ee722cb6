/**
 * Stops statements that hold the event loop for too long.
 *
 * SQLite calls the guard every few thousand of its instructions; after a few milliseconds the guard
 * answers "give up" and the statement ends with `interrupt`. A write that gives up takes its whole
 * transaction with it (https://sqlite.org/c3ref/interrupt.html).
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Database } from "./database.ts";

/** SQLite instructions between two looks at the clock, some tens of microseconds. */
const instructions = 2000;

/** Watches the statements that run on this thread, one at a time. */
export class InlineGuard {
  readonly #callback: Deno.UnsafeCallback<
    { parameters: ["pointer"]; result: "i32" }
  >;
  readonly #clock: Clock;
  readonly #budgetMs: number;
  #armed = false;
  #limitMs: number;
  /** 0 until the first look, so that quick statements never ask for the time. */
  #deadline = 0;
  #gaveUp = false;

  /**
   * @param clock Source of the time.
   * @param budgetMs How long a statement may hold the event loop.
   */
  constructor(clock: Clock, budgetMs: number) {
    this.#clock = clock;
    this.#budgetMs = budgetMs;
    this.#limitMs = budgetMs;
    this.#callback = new Deno.UnsafeCallback(
      { parameters: ["pointer"], result: "i32" } as const,
      () => this.#look(),
    );
  }

  /** Whether the statement since the last {@linkcode InlineGuard.begin} was stopped. */
  get gaveUp(): boolean {
    return this.#gaveUp;
  }

  /**
   * Starts to watch a connection: its statements must run on this thread only.
   *
   * @param database The connection.
   */
  watch(database: Database): void {
    database.symbols.sqlite3_progress_handler(
      database.handle,
      instructions,
      this.#callback.pointer,
      null,
    );
  }

  /**
   * Leaves a connection alone, so that its next statement may run on another thread.
   *
   * @param database The connection.
   */
  unwatch(database: Database): void {
    database.symbols.sqlite3_progress_handler(database.handle, 0, null, null);
  }

  /**
   * Starts the time of the next statement.
   *
   * @param limitMs A limit shorter than the usual one.
   */
  begin(limitMs: number = this.#budgetMs): void {
    this.#armed = true;
    this.#deadline = 0;
    this.#gaveUp = false;
    this.#limitMs = Math.min(limitMs, this.#budgetMs);
  }

  /**
   * Stops the statement now, because what it calls will take long.
   *
   * @returns Whether it can be stopped.
   */
  giveUp(): boolean {
    if (this.#armed) this.#gaveUp = true;
    return this.#armed;
  }

  /** @returns Whether the time of the statement is over. */
  overdue(): boolean {
    return this.#look() !== 0;
  }

  /** Ends the time of the statement; what runs outside, such as COMMIT, is never stopped. */
  end(): void {
    this.#armed = false;
  }

  /**
   * Stops looking for a while, because what runs now cannot be stopped by itself.
   *
   * @returns Whether it was looking, for {@linkcode InlineGuard.resume}.
   */
  pause(): boolean {
    const armed = this.#armed;
    this.#armed = false;
    return armed;
  }

  /**
   * @param armed What {@linkcode InlineGuard.pause} gave.
   */
  resume(armed: boolean): void {
    this.#armed = armed;
  }

  /** Frees the callback; no watched connection may be used any more. */
  close(): void {
    this.#callback.close();
  }

  #look(): number {
    if (!this.#armed) return 0;
    const now = this.#clock.monotonic();
    if (this.#deadline === 0) this.#deadline = now + this.#limitMs;
    if (now < this.#deadline) return 0;
    this.#gaveUp = true;
    return 1;
  }
}
