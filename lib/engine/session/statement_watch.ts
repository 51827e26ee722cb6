/**
 * Watches over the statement that runs: its time limit, and whether its client wants it stopped.
 *
 * @module
 */

import { SqlError } from "../../sql/error.ts";
import { EngineError } from "../engine.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { canceled, timedOut } from "./errors.ts";

/** See the top of the file. */
export class StatementWatch {
  /** `statement_timeout`, which every statement asks for. */
  sessionLimitMs = 0;
  /** Limit of the statement that runs, where it differs from the session's. */
  ownLimitMs: number | undefined;
  /** Stops the statement too, if given. */
  ownSignal: AbortSignal | undefined;
  #abort = new AbortController();
  #both:
    | {
      readonly own: AbortSignal;
      readonly signal: AbortSignal;
      readonly any: AbortSignal;
    }
    | undefined;
  readonly #deadlines: Deadlines;
  #running = false;
  #timedOut = false;

  /**
   * @param deadlines Time limits of all statements.
   */
  constructor(deadlines: Deadlines) {
    this.#deadlines = deadlines;
  }

  /** Whether a statement runs. */
  get running(): boolean {
    return this.#running;
  }

  /** Milliseconds that the statement may take; 0 for no limit. */
  get limitMs(): number {
    return this.ownLimitMs ?? this.sessionLimitMs;
  }

  /** Fires when the statement that runs must stop. */
  get signal(): AbortSignal {
    const own = this.ownSignal;
    const { signal } = this.#abort;
    if (own === undefined) return signal;
    // Asked for several times by a statement, and by each of a transaction.
    if (this.#both?.own !== own || this.#both.signal !== signal) {
      this.#both = { own, signal, any: AbortSignal.any([own, signal]) };
    }
    return this.#both.any;
  }

  /** A statement begins, or goes on with more of the client's data. */
  begin(): void {
    this.#running = true;
  }

  /** A statement is over, for good or bad. */
  end(): void {
    this.#running = false;
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    this.#timedOut = false;
  }

  /** Stops the statement that runs. */
  cancel(): void {
    if (this.#running) this.#abort.abort();
  }

  /**
   * The statement takes its time: begins to count it.
   *
   * @returns To be ended with the statement; nothing when it has no limit.
   */
  limit(): Deadline | undefined {
    const limit = this.limitMs;
    if (limit === 0) return undefined;
    const controller = this.#abort;
    return this.#deadlines.add(limit, () => {
      this.#timedOut = true;
      controller.abort();
    });
  }

  /**
   * @param error What the statement that runs failed with.
   * @returns The same, or 57014 when it was stopped.
   */
  reason(error: unknown): unknown {
    const wasCanceled = error instanceof DOMException ||
      (error instanceof SqlError || error instanceof EngineError) &&
        error.sqlState === "57014";
    return wasCanceled && this.#abort.signal.aborted
      ? this.#timedOut ? timedOut() : canceled()
      : error;
  }
}
