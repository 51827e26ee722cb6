/**
 * When sockets are written to: at once while there is little to do, and the busier, the more rarely, so that what
 * comes for a socket meanwhile goes out in one write.
 *
 * A write costs as much as making a hundred messages; a thousand sockets that are each written to for every row
 * would take all of a processor.
 *
 * @module
 */

import { joined } from "./frame_reader.ts";

const nothing = new Uint8Array();

/** Has something to send. */
export interface Flushable {
  /** Sends it. */
  flush(): void;
}

/** After a round, sockets are left alone for so many times as long as it took. */
const rest = 3;

/** And for so many milliseconds at most. */
const mostMs = 100;

/** See the top of the file. */
export class Flusher {
  /** What was put together last: followers of one table have the same frames waiting. */
  #frames: readonly Uint8Array[] = [];
  #joined: Uint8Array = nothing;
  readonly #now: () => number;
  #waiting = new Set<Flushable>();
  #planned = false;
  #notBefore = 0;

  /**
   * @param now A monotonic clock in milliseconds.
   */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * @param socket Is flushed soon.
   */
  add(socket: Flushable): void {
    this.#waiting.add(socket);
    if (this.#planned) return;
    this.#planned = true;
    const wait = this.#notBefore - this.#now();
    if (wait > 0) setTimeout(() => this.#round(), wait);
    else queueMicrotask(() => this.#round());
  }

  /**
   * @param frames Frames; the list is not changed any more.
   * @returns Their bytes, which others may be given too.
   */
  join(frames: readonly Uint8Array[]): Uint8Array {
    if (frames.length === 1) return frames[0] as Uint8Array;
    const last = this.#frames;
    if (
      last.length === frames.length &&
      frames.every((frame, i) => frame === last[i])
    ) return this.#joined;
    this.#frames = frames;
    return this.#joined = joined(frames);
  }

  #round(): void {
    this.#planned = false;
    const sockets = this.#waiting;
    this.#waiting = new Set();
    const began = this.#now();
    for (const socket of sockets) socket.flush();
    this.#frames = [];
    this.#joined = nothing;
    const ended = this.#now();
    this.#notBefore = ended + Math.min((ended - began) * rest, mostMs);
  }
}
