/**
 * Sends messages: as many as there are with one write, and no more than the client takes.
 *
 * @module
 */

import type { ByteStream } from "./byte_stream.ts";
import { type BatchWriter, type Buffer, spareOf } from "./write_buffer.ts";

/** Bytes after which a long answer is sent in part. */
const enough = 64 * 1024;

/** What an {@linkcode Outbox} is made of. */
export interface OutboxOptions<Writer extends BatchWriter> {
  /** Where messages go. */
  readonly stream: Pick<ByteStream, "write">;
  /** Holds those that wait. */
  readonly writer: Writer;
  /** Makes the error of a connection that is lost. */
  readonly lost: (cause: unknown) => Error;
}

/** What goes to one client. */
export class Outbox<Writer extends BatchWriter> {
  /** Messages to be sent. */
  readonly writer: Writer;
  readonly #stream: Pick<ByteStream, "write">;
  readonly #lostError: (cause: unknown) => Error;
  #spare: Buffer | undefined;
  #sending: Promise<void> | undefined;

  /**
   * @param options Stream, codec, error.
   */
  constructor({ stream, writer, lost }: OutboxOptions<Writer>) {
    this.#stream = stream;
    this.writer = writer;
    this.#lostError = lost;
  }

  /** Whether a write is under way. */
  get busy(): boolean {
    return this.#sending !== undefined;
  }

  /**
   * Sends everything.
   *
   * @returns Resolves when the system has taken it; rejects when the connection is lost.
   */
  flush(): Promise<void> {
    if (this.#sending !== undefined) return this.#sending;
    const bytes = this.writer.written;
    if (bytes.length === 0) return Promise.resolve();
    const buffer = this.writer.swap(this.#spare);
    this.#spare = undefined;
    // Written out rather than awaited, because most answers are sent by one write.
    return this.#sending = this.#stream.write(bytes).then(
      (sent) =>
        sent === bytes.length
          ? this.#sent(buffer)
          : this.#sendRest(bytes.subarray(sent), buffer),
      (cause: unknown) => this.#lost(cause),
    );
  }

  /**
   * Sends what waits if it is much.
   *
   * @returns A promise when so much waits that no more should come before it resolves.
   */
  full(): Promise<void> | undefined {
    if (this.writer.length < enough) return undefined;
    if (this.#sending !== undefined) return this.#sending;
    const sending = this.flush();
    // Told to whoever waits next.
    sending.catch(() => {});
    return undefined;
  }

  /** Lets go of large buffers that are not used. */
  shrink(): void {
    if (this.#sending !== undefined) return;
    this.writer.shrink();
    this.#spare = undefined;
  }

  #sent(buffer: Buffer): Promise<void> | void {
    this.#spare = spareOf(buffer);
    this.#sending = undefined;
    if (this.writer.length > 0) return this.flush();
  }

  async #sendRest(
    bytes: Uint8Array<ArrayBuffer>,
    buffer: Buffer,
  ): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#stream.write(bytes.subarray(sent));
      }
    } catch (cause) {
      this.#lost(cause);
    }
    return this.#sent(buffer);
  }

  #lost(cause: unknown): never {
    this.#sending = undefined;
    throw this.#lostError(cause);
  }
}
