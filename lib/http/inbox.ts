/**
 * Bytes that came over a connection and were not used yet.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";

/** What an idle connection holds on to. */
const initialSize = 4096;

/** What one read brings at most, once a connection has shown that it sends much. */
const largestSize = 65_536;

/** Buffer between a {@linkcode ByteStream} and those who read from it. */
export class Inbox {
  readonly #stream: Pick<ByteStream, "read">;
  #buffer = new Uint8Array(initialSize);
  #start = 0;
  #end = 0;
  #reading: Promise<boolean> | undefined;

  /**
   * @param stream Where bytes come from.
   */
  constructor(stream: Pick<ByteStream, "read">) {
    this.#stream = stream;
  }

  /** Bytes that wait; valid until the next {@linkcode Inbox.more}. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#end - this.#start;
  }

  /**
   * Takes bytes out.
   *
   * @param count How many, not more than wait.
   */
  use(count: number): void {
    this.#start += count;
  }

  /** Lets go of a large buffer while nothing waits in it. */
  shrink(): void {
    if (this.size > 0 || this.#buffer.length === initialSize) return;
    this.#buffer = new Uint8Array(initialSize);
    this.#start = this.#end = 0;
  }

  /**
   * Waits for further bytes. Those who ask while one read is under way share it.
   *
   * @returns `false` when the other end has sent its last.
   */
  more(): Promise<boolean> {
    return this.#reading ??= this.#read();
  }

  async #read(): Promise<boolean> {
    try {
      this.#makeRoom();
      const count = await this.#stream.read(this.#buffer.subarray(this.#end));
      if (count === null) return false;
      this.#end += count;
      return true;
    } finally {
      this.#reading = undefined;
    }
  }

  #makeRoom(): void {
    const { size } = this;
    if (this.#end === this.#buffer.length) {
      const { length } = this.#buffer;
      if (length < largestSize) {
        // Filled to the brim: whoever sends this sends much.
        const waiting = this.bytes;
        this.#buffer = new Uint8Array(Math.min(largestSize, length * 4));
        this.#buffer.set(waiting);
      } else if (size === length) {
        throw new RangeError("Cannot read: what was read before is not used");
      } else {
        this.#buffer.copyWithin(0, this.#start, this.#end);
      }
    } else if (size > 0) {
      return;
    }
    this.#start = 0;
    this.#end = size;
  }
}
