/**
 * Time limits of many statements with few timers: a timer for each statement would cost more than most of
 * them do.
 *
 * Those with the same limit end in the order in which they began, so that one timer for the oldest of them
 * serves them all; it is not moved when that one is over, but looks again when it fires.
 *
 * @module
 */

import { Link, LinkedSet } from "../../base/linked_set.ts";

/** A limit that runs. */
export interface Deadline {
  /** It does not matter any more. */
  end(): void;
}

/** Where time comes from. */
export interface TimeSource {
  /** Monotonic milliseconds. */
  now(): number;
  /**
   * Calls back once after a while.
   *
   * @param ms Milliseconds.
   * @param look The callback.
   * @returns Keeps it from being called.
   */
  after(ms: number, look: () => void): () => void;
}

/** What `setTimeout` can count. */
const longestMs = 2 ** 31 - 1;

const platform: TimeSource = {
  now: () => performance.now(),
  after(ms, look) {
    const timer = setTimeout(look, Math.min(Math.ceil(ms), longestMs));
    // What is waited for keeps the program alive, not the limit of it.
    Deno.unrefTimer(timer);
    return () => clearTimeout(timer);
  },
};

/** See the top of the file. */
export class Deadlines {
  readonly #queues = new Map<number, Queue>();
  readonly #time: TimeSource;

  /**
   * @param time Source of the time.
   */
  constructor(time: TimeSource = platform) {
    this.#time = time;
  }

  /**
   * @param ms Time from now on, more than 0.
   * @param over Called when it is over, unless it was ended before.
   * @returns Ends it.
   */
  add(ms: number, over: () => void): Deadline {
    let queue = this.#queues.get(ms);
    if (queue === undefined) {
      queue = new Queue(this.#time, () => this.#queues.delete(ms));
      this.#queues.set(ms, queue);
    }
    return queue.add(ms, over);
  }

  /** Forgets all of them. */
  close(): void {
    for (const queue of this.#queues.values()) queue.close();
    this.#queues.clear();
  }
}

/** Limits of one length, the oldest first. */
class Queue {
  readonly #entries = new LinkedSet<Entry>();
  readonly #time: TimeSource;
  readonly #unused: () => void;
  #stop: (() => void) | undefined;

  constructor(time: TimeSource, unused: () => void) {
    this.#time = time;
    this.#unused = unused;
  }

  add(ms: number, over: () => void): Entry {
    const entry = new Entry(this.#entries, this.#time.now() + ms, over);
    this.#entries.add(entry);
    if (this.#stop === undefined) this.#arm(ms);
    return entry;
  }

  close(): void {
    this.#stop?.();
    this.#entries.clear();
  }

  #arm(ms: number): void {
    this.#stop = this.#time.after(ms, this.#look);
  }

  readonly #look = (): void => {
    this.#stop = undefined;
    const now = this.#time.now();
    for (
      let entry = this.#entries.first;
      entry !== undefined;
      entry = this.#entries.first
    ) {
      if (entry.at > now) {
        // What was called back may have armed it anew.
        if (this.#stop === undefined) this.#arm(entry.at - now);
        return;
      }
      this.#entries.delete(entry);
      entry.over();
    }
    if (this.#stop === undefined) this.#unused();
  };
}

class Entry extends Link implements Deadline {
  readonly #entries: LinkedSet<Entry>;

  constructor(
    entries: LinkedSet<Entry>,
    readonly at: number,
    readonly over: () => void,
  ) {
    super();
    this.#entries = entries;
  }

  end(): void {
    this.#entries.delete(this);
  }
}
