/**
 * Tells connections for which there is no room why, and lets go of them.
 *
 * They count against no limit, so few are told at a time and none for long; the others are closed
 * without a word.
 *
 * @module
 */

import type { ByteStream } from "./inbox.ts";

/** Settings of {@linkcode createTurnAway}. */
export interface TurnAwayOptions {
  /**
   * Connections told at the same time.
   *
   * @default {64}
   */
  readonly atOnce?: number;
  /**
   * Milliseconds that one may take.
   *
   * @default {1000}
   */
  readonly deadlineMs?: number;
}

/**
 * Builds the function that turns connections away.
 *
 * @param options How many at once, and for how long.
 * @returns Sends the bytes if it may, then closes. Never throws.
 */
export function createTurnAway(
  { atOnce = 64, deadlineMs = 1000 }: TurnAwayOptions = {},
): (
  stream: ByteStream,
  bytes: () => Uint8Array | Promise<Uint8Array>,
) => Promise<void> {
  let count = 0;
  const rest = new Uint8Array(4096);

  return async function turnAway(stream, bytes) {
    if (count >= atOnce) return close(stream);
    count += 1;
    const timer = setTimeout(() => close(stream), deadlineMs);
    try {
      await stream.write(await bytes());
      await stream.closeWrite();
      // Closed with unread bytes, a socket is reset, and the reset may overtake the answer.
      while (await stream.read(rest) !== null);
    } catch {
      // It left by itself, or took too long.
    } finally {
      clearTimeout(timer);
      close(stream);
      count -= 1;
    }
  };
}

function close(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // Already gone.
  }
}
