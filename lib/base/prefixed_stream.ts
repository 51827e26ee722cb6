/**
 * A connection of which some bytes were read too early, and are given back.
 *
 * @module
 */

import type { ByteStream } from "./byte_stream.ts";

/** See the top of the file. */
export class PrefixedStream implements ByteStream {
  readonly #stream: ByteStream;
  #prefix: Uint8Array;

  /**
   * @param stream The connection.
   * @param prefix What is read first.
   */
  constructor(stream: ByteStream, prefix: Uint8Array) {
    this.#stream = stream;
    this.#prefix = prefix;
  }

  read(into: Uint8Array): Promise<number | null> {
    if (this.#prefix.length === 0) return this.#stream.read(into);
    const part = this.#prefix.subarray(0, into.length);
    into.set(part);
    this.#prefix = this.#prefix.subarray(part.length);
    return Promise.resolve(part.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#stream.closeWrite();
  }

  close(): void {
    this.#stream.close();
  }
}
