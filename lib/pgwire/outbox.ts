/**
 * Sends messages: as many as there are with one write, and no more than the client takes.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import { MessageWriter, spareOf } from "./message_writer.ts";
import { ConnectionLost } from "./protocol_violation.ts";

/** Bytes after which a long answer is sent in part. */
const enough = 64 * 1024;

/** What goes to one client. */
export class Outbox {
  /** Messages to be sent. */
  readonly writer = new MessageWriter();
  readonly #stream: Pick<ByteStream, "write">;
  #spare: Uint8Array<ArrayBuffer> | undefined;
  #sending: Promise<void> | undefined;

  /**
   * @param stream Where they go.
   */
  constructor(stream: Pick<ByteStream, "write">) {
    this.#stream = stream;
  }

  /** Whether a write is under way. */
  get busy(): boolean {
    return this.#sending !== undefined;
  }

  /**
   * Sends everything.
   *
   * @returns Resolves when the system has taken it; rejects with {@linkcode ConnectionLost}.
   */
  flush(): Promise<void> {
    return this.#sending ??= this.#send();
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

  async #send(): Promise<void> {
    const { writer } = this;
    try {
      while (writer.length > 0) {
        const bytes = writer.take(this.#spare);
        this.#spare = undefined;
        let sent = await this.#stream.write(bytes);
        while (sent < bytes.length) {
          sent += await this.#stream.write(bytes.subarray(sent));
        }
        this.#spare = spareOf(bytes);
      }
    } catch (cause) {
      throw new ConnectionLost({ cause });
    } finally {
      this.#sending = undefined;
    }
  }
}
