/**
 * Tells connections for which there is no room why, and lets go of them.
 *
 * They count against no other limit, so few are kept at a time and none for long.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";

/** Settings of {@linkcode createTurnAway}. */
export interface TurnAwayOptions {
  /**
   * Connections kept at the same time; the oldest makes way.
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
 * @returns Sends the bytes, then closes. Never throws.
 */
export function createTurnAway(
  { atOnce = 64, deadlineMs = 1000 }: TurnAwayOptions = {},
): (
  stream: ByteStream,
  bytes: () => Uint8Array | Promise<Uint8Array>,
) => Promise<void> {
  const kept = new Set<ByteStream>();
  const rest = new Uint8Array(4096);

  return async function turnAway(stream, bytes) {
    const [oldest] = kept;
    if (oldest !== undefined && kept.size >= atOnce) {
      kept.delete(oldest);
      close(oldest);
    }
    kept.add(stream);
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
      kept.delete(stream);
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
