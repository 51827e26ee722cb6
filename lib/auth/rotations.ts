/**
 * Remembers, for a short while and in memory, which refresh tokens were rotated just now.
 *
 * Two questions need it. A refused refresh is an attack only if it arrived after the rotation was
 * committed; one that overlapped the rotation lost a race. And a Supabase client that repeats the
 * refresh whose answer it lost is given that answer again (GoTrue's reuse interval).
 *
 * @module
 */

import { setImmediate } from "node:timers";
import { BoundedMap } from "../base/bounded_map.ts";
import type { Clock } from "../base/clock.ts";

interface Rotation<T> {
  /** Monotonic milliseconds; infinite until the commit is known. */
  committedAt: number;
  answer: T | undefined;
  /** Whether the token was presented again since the last look. */
  presented: boolean;
}

/** Longer than a request can live; later ones cannot have overlapped. */
const memoryMs = 60_000;
const capacity = 20_000;

/** How long a rotation waits for requests that were there before it but not yet read. */
const settleMs = 1;
/** Turns of the event loop that a request takes from the socket to its handler, and a few to spare. */
const turnsAfterPause = 4;
/** Longest wait, while such requests keep coming. */
const longestSettleMs = 250;

/** Settings of {@linkcode Rotations}. */
export interface RotationsOptions {
  /** Source of the time. */
  clock: Clock;
  /**
   * Waits.
   *
   * @default A timer.
   */
  pause?: (ms: number) => Promise<void>;
}

/** Rotations of the last minute. */
export class Rotations<T> {
  readonly #clock: Clock;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #rotations = new BoundedMap<string, Rotation<T>>(capacity);
  /** The pause under way, and the one that will follow it, which all who ask now share. */
  #present: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  /**
   * @param options Clock and timer.
   */
  constructor({ clock, pause = sleep }: RotationsOptions) {
    this.#clock = clock;
    this.#pause = pause;
  }

  /**
   * Says that a token is being rotated; called inside the transaction.
   *
   * @param tokenHash Digest of the token that is used up.
   */
  begin(tokenHash: string): void {
    this.#rotations.set(tokenHash, {
      committedAt: Infinity,
      answer: undefined,
      presented: false,
    });
  }

  /**
   * Says that the rotation is on the disk, and waits a moment before it counts as committed: other
   * requests with the same token may lie unread in the sockets, and they came before anybody was
   * told of the new token. The caller holds its answer back until then, so whoever got it and comes
   * with the old token cannot be mistaken for one of them.
   *
   * @param tokenHash Digest of the token that was used up.
   * @param answer What the client will be answered.
   */
  async settle(tokenHash: string, answer: T): Promise<void> {
    const rotation = this.#rotations.peek(tokenHash);
    if (rotation === undefined) return;
    rotation.answer = answer;
    let waited = 0;
    do {
      rotation.presented = false;
      await this.#wholePause();
      waited += settleMs;
    } while (rotation.presented && waited < longestSettleMs);
    const now = this.#clock.monotonic();
    rotation.committedAt = now;
    this.#rotations.trim(({ committedAt }) => committedAt < now - memoryMs);
  }

  /** Waits for a pause from its beginning to its end. */
  #wholePause(): Promise<void> {
    return this.#next ??= this.#present.then(() => {
      this.#next = undefined;
      return this.#present = this.#pause(settleMs);
    });
  }

  /**
   * Says that the rotation did not happen.
   *
   * @param tokenHash Digest of the token that was not used up after all.
   */
  failed(tokenHash: string): void {
    this.#rotations.delete(tokenHash);
  }

  /**
   * Says that a token is presented, before it is known whether it can be used.
   *
   * @param tokenHash Its digest.
   */
  presented(tokenHash: string): void {
    const rotation = this.#rotations.peek(tokenHash);
    if (rotation !== undefined) rotation.presented = true;
  }

  /**
   * @param tokenHash Digest of a token that was found used up.
   * @param arrivedAt When the request arrived, in monotonic milliseconds.
   * @returns Whether the request was here before the rotation was committed.
   */
  overlapped(tokenHash: string, arrivedAt: number): boolean {
    const rotation = this.#rotations.peek(tokenHash);
    return rotation !== undefined && arrivedAt <= rotation.committedAt;
  }

  /**
   * @param tokenHash Digest of a token that was found used up.
   * @param withinMs Length of the reuse interval.
   * @returns What its rotation answered, if that is no longer ago than the interval.
   */
  recentAnswer(tokenHash: string, withinMs: number): T | undefined {
    const rotation = this.#rotations.peek(tokenHash);
    if (
      rotation === undefined ||
      rotation.committedAt < this.#clock.monotonic() - withinMs
    ) return undefined;
    return rotation.answer;
  }
}

/** Waits, and lets the event loop look at the sockets: a timer that is late fires before it does. */
async function sleep(ms: number): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, ms));
  for (let turn = 0; turn < turnsAfterPause; turn++) {
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
