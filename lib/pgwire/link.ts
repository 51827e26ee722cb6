/**
 * One connection as a source and a sink of messages, in the clear or over TLS.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import type { ByteStream } from "../base/byte_stream.ts";
import { TlsStream } from "../base/tls_stream.ts";
import { Frames } from "./frames.ts";
import { Outbox } from "./outbox.ts";
import { ConnectionLost } from "./protocol_violation.ts";

/** A read below this is a small one. */
const small = 2048;

/** After so many small reads in a row a large buffer is let go. */
const enoughSmall = 64;

/** After a last message: how long, and how many bytes, the other end may still send. */
const lingerMs = 1000;
const lingerBytes = 1024 * 1024;

/** A connection. */
export class Link {
  /** What comes. */
  readonly frames: Frames;
  /** What goes. */
  readonly outbox: Outbox;
  #stream: ByteStream;
  #isTls = false;
  #isClosed = false;
  #smallReads = 0;

  /**
   * @param stream The socket.
   * @param messageLimit The most that a message may be long.
   */
  constructor(stream: ByteStream, messageLimit: number) {
    this.#stream = stream;
    this.frames = new Frames({ messageLimit });
    this.outbox = new Outbox({ write: (bytes) => this.#stream.write(bytes) });
  }

  /** Whether it is encrypted. */
  get isTls(): boolean {
    return this.#isTls;
  }

  /** Whether it was closed from here. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Goes on over TLS; nothing may wait to be read or sent.
   *
   * @param context Certificate and key.
   */
  secure(context: SecureContext): void {
    this.#stream = new TlsStream(this.#stream, context, "postgresql");
    this.#isTls = true;
  }

  /**
   * Reads once.
   *
   * @returns `false` when the other end has sent its last.
   */
  more(): Promise<boolean> {
    return this.#stream.read(this.frames.room()).then(this.#came, lost);
  }

  /** Lets go of a large buffer that is not used. */
  tidy(): void {
    const { frames } = this;
    if (!frames.large || (!frames.huge && this.#smallReads < enoughSmall)) {
      return;
    }
    frames.shrink();
    this.#smallReads = 0;
  }

  /**
   * Sends what waits, as the last. The connection is closed when the other end does so, or soon.
   */
  async finish(): Promise<void> {
    const timer = setTimeout(() => this.close(), lingerMs);
    Deno.unrefTimer(timer);
    try {
      await this.outbox.flush();
      await this.#stream.closeWrite();
    } catch {
      this.close();
    }
  }

  /**
   * Waits until the other end has seen the last message: closed with unread bytes, a socket is reset,
   * and the reset may overtake what was sent.
   */
  async linger(): Promise<void> {
    try {
      const rest = new Uint8Array(4096);
      for (let read = 0; read < lingerBytes;) {
        const count = await this.#stream.read(rest);
        if (count === null) break;
        read += count;
      }
    } catch {
      // It left by itself, or took too long.
    }
  }

  /** Ends the connection at once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    try {
      this.#stream.close();
    } catch {
      // Already gone.
    }
  }

  readonly #came = (count: number | null): boolean => {
    if (count === null) return false;
    this.frames.filled(count);
    this.#smallReads = count < small ? this.#smallReads + 1 : 0;
    return true;
  };
}

function lost(cause: unknown): never {
  throw new ConnectionLost({ cause });
}
