/**
 * One connection as a source and a sink of messages, in the clear or over TLS.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import type { ByteStream } from "../base/byte_stream.ts";
import { TlsStream } from "../base/tls_stream.ts";
import { Outbox } from "../base/outbox.ts";
import { PrefixedStream } from "../base/prefixed_stream.ts";
import { ConnectionLost } from "./failure.ts";
import { PacketWriter } from "./packet_writer.ts";
import { Packets, type Sequence } from "./packets.ts";

/** A read below this is a small one. */
const small = 2048;

/** After so many small reads in a row a large buffer is let go. */
const enoughSmall = 64;

/** After a last message: how long, and how many bytes, the other end may still send. */
const lingerMs = 1000;
const lingerBytes = 1024 * 1024;

/** A connection. */
export class Link {
  /** Number of the next packet. */
  readonly sequence: Sequence = { next: 0 };
  /** What comes. */
  readonly packets: Packets;
  /** What goes. */
  readonly outbox: Outbox<PacketWriter>;
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
    const { sequence } = this;
    this.packets = new Packets({ messageLimit, sequence });
    this.outbox = new Outbox({
      stream: { write: (bytes) => this.#stream.write(bytes) },
      writer: new PacketWriter(sequence),
      lost: (cause) => new ConnectionLost({ cause }),
    });
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
   * Goes on over TLS; nothing may wait to be sent. What was read after the request belongs to it: some
   * clients send both at once.
   *
   * @param context Certificate and key.
   */
  secure(context: SecureContext): void {
    const rest = this.packets.takeRest();
    const stream = rest.length === 0
      ? this.#stream
      : new PrefixedStream(this.#stream, rest);
    this.#stream = new TlsStream(stream, context, "mysql");
    this.#isTls = true;
  }

  /**
   * Reads once.
   *
   * @returns `false` when the other end has sent its last.
   */
  more(): Promise<boolean> {
    return this.#stream.read(this.packets.room()).then(this.#came, lost);
  }

  /** Lets go of a large buffer that is not used. */
  tidy(): void {
    const { packets } = this;
    if (!packets.large || (!packets.huge && this.#smallReads < enoughSmall)) {
      return;
    }
    packets.shrink();
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
    this.packets.filled(count);
    this.#smallReads = count < small ? this.#smallReads + 1 : 0;
    return true;
  };
}

function lost(cause: unknown): never {
  throw new ConnectionLost({ cause });
}
