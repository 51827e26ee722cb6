/**
 * Remembers, for a short while and in memory, which refresh tokens were rotated just now.
 *
 * Two questions need it. A refused refresh is an attack only if it arrived after the rotation was
 * committed; one that overlapped the rotation lost a race. And a Supabase client that repeats the
 * refresh whose answer it lost is given that answer again (GoTrue's reuse interval).
 *
 * @module
 */

import { BoundedMap } from "../base/bounded_map.ts";
import type { Clock } from "../base/clock.ts";

interface Rotation<T> {
  /** Monotonic milliseconds; infinite until the commit is known. */
  committedAt: number;
  answer: T | undefined;
}

/** Longer than a request can live; later ones cannot have overlapped. */
const memoryMs = 60_000;
const capacity = 20_000;

/** Rotations of the last minute. */
export class Rotations<T> {
  readonly #clock: Clock;
  readonly #rotations = new BoundedMap<string, Rotation<T>>(capacity);

  /**
   * @param clock Source of the time.
   */
  constructor(clock: Clock) {
    this.#clock = clock;
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
    });
  }

  /**
   * Says that the rotation is on the disk; called as soon as the transaction has settled.
   *
   * @param tokenHash Digest of the token that was used up.
   */
  committed(tokenHash: string): void {
    const now = this.#clock.monotonic();
    const rotation = this.#rotations.peek(tokenHash);
    if (rotation !== undefined) rotation.committedAt = now;
    this.#rotations.trim(({ committedAt }) => committedAt < now - memoryMs);
  }

  /**
   * Says what the client was answered.
   *
   * @param tokenHash Digest of the token that was used up.
   * @param answer The new session.
   */
  answered(tokenHash: string, answer: T): void {
    const rotation = this.#rotations.peek(tokenHash);
    if (rotation !== undefined) rotation.answer = answer;
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
