/**
 * What one socket, and all of them, may take.
 *
 * @module
 */

/** Limits of the realtime service. */
export interface RealtimeLimits {
  /** Sockets at most. */
  readonly sockets: number;
  /** Sockets of one address at most (one /64 of IPv6). */
  readonly socketsPerAddress: number;
  /** Channels of one socket at most. */
  readonly channels: number;
  /** Bindings to changes of one channel at most. */
  readonly bindings: number;
  /** Messages a second that a socket may send, for long. */
  readonly messagesPerSecond: number;
  /** Milliseconds within which a socket must have joined a channel. */
  readonly joinMs: number;
  /** Milliseconds of silence after which the other end is asked whether it is there. */
  readonly pingMs: number;
  /** Milliseconds of silence after which it is not. */
  readonly silenceMs: number;
  /** Milliseconds after which a token's user and session are looked up again. */
  readonly recheckMs: number;
  /** Rows that may wait to be told of; beyond them those who wait for them are told and let go. */
  readonly backlogRows: number;
  /** Entries of the presence state of one topic at most. */
  readonly presences: number;
  /** Characters of what one member tells of itself, at most. */
  readonly presenceSize: number;
  /** Characters of all that is tracked, at most. */
  readonly presenceTotal: number;
  /** Characters of the joins that a socket's channels were made by, at most: so much is kept of them. */
  readonly joinSize: number;
}

/** What holds if nothing else is said. */
export const defaultLimits: RealtimeLimits = {
  sockets: 6000,
  socketsPerAddress: 1500,
  channels: 100,
  bindings: 100,
  messagesPerSecond: 100,
  joinMs: 10_000,
  pingMs: 30_000,
  silenceMs: 60_000,
  recheckMs: 60_000,
  backlogRows: 100_000,
  presences: 10_000,
  presenceSize: 16 * 1024,
  presenceTotal: 64 * 1024 * 1024,
  joinSize: 256 * 1024,
};

/** Lets so many events a second through, and twice as many at once. */
export class Bucket {
  #left: number;
  #at: number;

  /**
   * @param perSecond Events a second.
   * @param now Milliseconds of a monotonic clock.
   */
  constructor(readonly perSecond: number, now: number) {
    this.#left = perSecond * 2;
    this.#at = now;
  }

  /**
   * @param now Milliseconds of the same clock.
   * @returns Whether one more is let through.
   */
  take(now: number): boolean {
    const most = this.perSecond * 2;
    const gained = (now - this.#at) / 1000 * this.perSecond;
    this.#left = Math.min(most, this.#left + gained);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
