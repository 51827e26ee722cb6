/**
 * The data of COPY FROM STDIN: many small messages become few large pieces.
 *
 * @module
 */

import type { CopyIn, FetchResult } from "../engine/client_session.ts";
import { SqlError } from "../sql/error.ts";
import { type Frames, frontend } from "./frames.ts";

/** Pieces are at most so large, unless one message is larger. */
const pieceSize = 64 * 1024;

/** A COPY FROM STDIN under way. */
export class CopyFrom {
  readonly #copyIn: CopyIn;
  readonly #frames: Frames;

  /**
   * @param copyIn Takes the data.
   * @param frames Where it comes from.
   */
  constructor(copyIn: CopyIn, frames: Frames) {
    this.#copyIn = copyIn;
    this.#frames = frames;
  }

  /**
   * Takes the present message, and the CopyData that follows it already.
   *
   * @param type Its type.
   * @returns A promise when more should wait; rejects with 57014 or 08P01 when the COPY is over.
   */
  take(type: number): Promise<void> | undefined {
    switch (type) {
      case frontend.copyData:
        return this.#copyIn.write(this.#piece());
      case frontend.copyFail:
        return this.#failed(this.#frames.message.text());
      case frontend.flush:
      case frontend.sync:
        // Sent by clients before they know that data is wanted.
        return undefined;
      default:
        return this.#interrupted(type);
    }
  }

  /** The piece is a copy, for the buffer of messages is used again. */
  #piece(): Uint8Array {
    const frames = this.#frames;
    const { message } = frames;
    const first = message.rest();
    if (frames.peek() !== frontend.copyData) return first.slice();
    let piece = new Uint8Array(Math.max(pieceSize, first.length));
    piece.set(first);
    let at = first.length;
    while (frames.peek() === frontend.copyData) {
      if (at >= pieceSize) break;
      frames.next();
      const next = message.rest();
      if (at + next.length > piece.length) {
        const larger = new Uint8Array(at + next.length);
        larger.set(piece.subarray(0, at));
        piece = larger;
      }
      piece.set(next, at);
      at += next.length;
    }
    return piece.subarray(0, at);
  }

  /** @returns What the COPY came to. */
  finish(): Promise<FetchResult> {
    return this.#copyIn.finish();
  }

  /**
   * @param message Why it ends without an answer.
   */
  fail(message: string): Promise<void> {
    return this.#copyIn.fail(message);
  }

  #failed(message: string): Promise<never> {
    return this.#stop(
      new SqlError("57014", `COPY from stdin failed: ${message}`),
    );
  }

  #interrupted(type: number): Promise<never> {
    const hex = type.toString(16).toUpperCase().padStart(2, "0");
    return this.#stop(
      new SqlError(
        "08P01",
        `unexpected message type 0x${hex} during COPY from stdin`,
      ),
    );
  }

  async #stop(error: SqlError): Promise<never> {
    await this.#copyIn.fail(error.message);
    throw error;
  }
}
