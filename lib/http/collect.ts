/**
 * Puts the pieces of a body together in one buffer that grows as they come.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import type { IncomingBody } from "./call.ts";

/** What is known of a body before it is read. */
export interface CollectOptions {
  /** Its length as announced, 0 when it was not. */
  readonly announced: number;
  /** Bytes at most. */
  readonly limit: number;
}

/** What is set aside for a body before more than that of it has come. */
const firstSize = 16 * 1024;

/**
 * Collects a body.
 *
 * @param body The body; what is not read of it is left to the connection.
 * @param options Its announced length and the limit.
 * @returns All of it; `undefined` when it is longer than the limit.
 * @throws {Problem} `server_busy` when bodies take all the memory they may.
 */
export async function collect(
  body: IncomingBody,
  { announced, limit }: CollectOptions,
): Promise<Uint8Array | undefined> {
  const { budget } = body;
  let buffer = new Uint8Array();
  let size = 0;

  function grow(needed: number): void {
    // Few steps, for every buffer left behind has to be found and freed: what was announced once a
    // part of it has come, otherwise four times as much as before.
    const next = needed <= firstSize
      ? firstSize
      : Math.max(needed, announced > 0 ? announced : needed * 4);
    const capacity = Math.min(next, limit);
    if (budget?.take(capacity - buffer.length) === false) {
      throw new Problem(
        "server_busy",
        "Cannot read body: the server reads too many at this moment",
        { retryAfter: 1 },
      );
    }
    const larger = new Uint8Array(capacity);
    larger.set(buffer.subarray(0, size));
    buffer = larger;
  }

  try {
    for await (const piece of body) {
      const needed = size + piece.length;
      if (needed > limit) return undefined;
      if (needed > buffer.length) grow(needed);
      buffer.set(piece, size);
      size = needed;
    }
    return buffer.subarray(0, size);
  } finally {
    budget?.give(buffer.length);
  }
}
