/**
 * Looks after the writer a few times a second while it is busy: cuts off a body that waits for
 * something else than its statements, and turns away who has waited too long.
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import type { LinkedSet } from "../../base/linked_set.ts";
import { EngineError } from "../engine.ts";
import type { Transaction } from "./transaction.ts";

/** Time between two looks. */
const lookMs = 100;

/** Settings of {@linkcode Watchdog}. */
export interface WatchdogOptions {
  /** Source of the time. */
  readonly clock: Clock;
  /** How long a body may go without a statement. */
  readonly maxIdleMs: number;
  /** How long a client may go without a statement while others wait. */
  readonly maxLeaseIdleMs: number;
  /** How long its pauses may be together while others wait. */
  readonly maxLeasePausesMs: number;
}

/** See the top of the file. */
export class Watchdog {
  /** The transaction whose turn it is. */
  member: Transaction | undefined;
  readonly #options: WatchdogOptions;
  readonly #queue: LinkedSet<Transaction>;
  #timer: ReturnType<typeof setInterval> | undefined;
  #seen: Transaction | undefined;
  #activity = 0;
  #idleSince = 0;
  #lookedAt = 0;
  /** How long others have waited for pauses of the client whose turn it is. */
  #pausesMs = 0;

  /**
   * @param options Limits and clock.
   * @param queue Who waits, in order.
   */
  constructor(options: WatchdogOptions, queue: LinkedSet<Transaction>) {
    this.#options = options;
    this.#queue = queue;
  }

  /** Whether it looks. */
  get running(): boolean {
    return this.#timer !== undefined;
  }

  /** Begins to look, if it does not already. */
  start(): void {
    this.#timer ??= setInterval(
      () => this.#look(),
      Math.min(lookMs, this.#options.maxIdleMs / 2),
    );
  }

  /** Stops looking. */
  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#seen = undefined;
  }

  #look(): void {
    const now = this.#options.clock.monotonic();
    this.#turnAway(now);
    const { member } = this;
    if (member?.exclusive) this.#addPause(member, now);
    if (
      member === undefined || !member.idle || member !== this.#seen ||
      member.activity !== this.#activity
    ) {
      this.#seen = member;
      this.#activity = member?.activity ?? 0;
      this.#idleSince = now;
    } else if (member.exclusive) {
      // A client takes its time; only while somebody waits does that matter.
      if (
        this.#queue.size > 0 &&
        now - this.#idleSince >= this.#options.maxLeaseIdleMs
      ) {
        member.cut(idleTooLong());
      }
    } else if (now - this.#idleSince >= this.#options.maxIdleMs) {
      member.cut(
        new EngineError(
          "25P03",
          "Cannot commit: the transaction waited for something else than its statements",
        ),
      );
    }
  }

  /** Counts what is no long pause but one of many; a statement that runs is none. */
  #addPause(member: Transaction, now: number): void {
    if (member !== this.#seen) this.#pausesMs = 0;
    else if (member.idle && this.#queue.size > 0) {
      this.#pausesMs += now - this.#lookedAt;
    }
    this.#lookedAt = now;
    if (this.#pausesMs >= this.#options.maxLeasePausesMs) {
      this.#pausesMs = 0;
      member.cut(pausedTooLong());
    }
  }

  #turnAway(now: number): void {
    for (const waiting of this.#queue) {
      const { at, error } = waiting.deadline;
      if (now < at) continue;
      this.#queue.delete(waiting);
      waiting.cut(error());
      waiting.settle();
    }
  }
}

function idleTooLong(): EngineError {
  return new EngineError(
    "25P03",
    "terminating connection due to idle-in-transaction timeout",
  );
}

function pausedTooLong(): EngineError {
  return new EngineError(
    "25P03",
    "terminating connection: its transaction made others wait too long between its statements",
  );
}
