/**
 * One WebSocket after its handshake: messages in, frames out, an end in good order.
 *
 * Reading frames is `ws`'s; it checks masks, fragments, UTF-8 and sizes. No compression is negotiated.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Receiver } from "ws";
import type { ByteStream } from "../base/byte_stream.ts";
import { closeFrame, pongFrame } from "./frames.ts";

/** Why a socket ends (RFC 6455, 7.4.1). */
export const closeCodes = {
  normal: 1000,
  goingAway: 1001,
  protocolError: 1002,
  policy: 1008,
  tooBig: 1009,
  restart: 1012,
  tryAgainLater: 1013,
} as const;

/** What a connection tells of. */
export interface WebSocketEvents {
  /** A whole message came. */
  message(message: string | Uint8Array): void;
  /** It ended; nothing more is sent or told. */
  closed(): void;
}

/** Limits of one connection. */
export interface WebSocketLimits {
  /** Bytes of a message at most. */
  readonly messageBytes: number;
  /** Bytes that may wait to be sent; beyond them the connection is ended with 1013. */
  readonly queueBytes: number;
  /** Milliseconds that the other end has to answer a close. */
  readonly closeMs: number;
}

/** What a connection is made of. */
export interface WebSocketOptions {
  readonly stream: ByteStream;
  /** Bytes that came with the handshake. */
  readonly early: Uint8Array;
  readonly limits: WebSocketLimits;
  readonly events: WebSocketEvents;
}

const readSize = 16 * 1024;

/** See the top of the file. */
export class WebSocketConnection {
  readonly #stream: ByteStream;
  readonly #limits: WebSocketLimits;
  readonly #events: WebSocketEvents;
  readonly #receiver: Receiver;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  #closing = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param options Stream, limits, events.
   */
  constructor({ stream, early, limits, events }: WebSocketOptions) {
    this.#stream = stream;
    this.#limits = limits;
    this.#events = events;
    this.#receiver = new Receiver({
      isServer: true,
      maxPayload: limits.messageBytes,
    });
    this.#listen();
    if (early.length > 0) this.#receiver.write(Buffer.from(early));
  }

  /** Bytes that wait to be sent. */
  get queued(): number {
    return this.#queued;
  }

  /** Reads until one end has had enough. Never throws. */
  async run(): Promise<void> {
    // A large buffer for each idle socket would be most of what it costs.
    let buffer = new Uint8Array(1024);
    try {
      while (!this.#closed) {
        const count = await this.#stream.read(buffer);
        if (count === null) break;
        const chunk = Buffer.from(buffer.subarray(0, count));
        if (!this.#receiver.write(chunk)) await drained(this.#receiver);
        if (count === buffer.length && count < readSize) {
          buffer = new Uint8Array(readSize);
        }
      }
    } catch {
      // The connection broke.
    } finally {
      this.#end();
    }
  }

  /**
   * @param frame What `frames.ts` made; it may go to others too.
   */
  send(frame: Uint8Array): void {
    if (this.#closing || this.#closed) return;
    if (this.#queued + frame.length > this.#limits.queueBytes) {
      this.close(
        closeCodes.tryAgainLater,
        "Messages were read too slowly: connect again",
      );
      return;
    }
    this.#push(frame);
  }

  /**
   * Ends it: the other end is told, and has a while to answer.
   *
   * @param code Why.
   * @param reason A sentence.
   */
  close(code?: number, reason?: string): void {
    if (this.#closing || this.#closed) return;
    this.#closing = true;
    if (code === closeCodes.tryAgainLater) {
      // What waits would not be read either.
      this.#queue = [];
      this.#queued = 0;
    }
    this.#push(closeFrame(code, reason));
    this.#timer = setTimeout(() => this.#end(), this.#limits.closeMs);
  }

  #listen(): void {
    const receiver = this.#receiver;
    receiver.on("message", (data: Buffer, binary: boolean) => {
      if (this.#closing || this.#closed) return;
      this.#events.message(binary ? new Uint8Array(data) : data.toString());
    });
    receiver.on("ping", (payload: Buffer) => this.send(pongFrame(payload)));
    receiver.on("conclude", (code: number) => {
      // 1005 stands for a close without a code, which may not be sent.
      if (!this.#closing) this.close(code === 1005 ? undefined : code);
      void this.#finish();
    });
    receiver.on("error", (error: Error) => {
      this.close(codeOf(error), "This is no WebSocket frame");
      void this.#finish();
    });
  }

  #push(frame: Uint8Array): void {
    this.#queue.push(frame);
    this.#queued += frame.length;
    this.#writing ??= this.#write();
  }

  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0 && !this.#closed) {
        const bytes = joined(this.#queue);
        this.#queue = [];
        for (let sent = 0; sent < bytes.length && !this.#closed;) {
          const count = await this.#stream.write(bytes.subarray(sent));
          sent += count;
          this.#queued = Math.max(0, this.#queued - count);
        }
      }
    } catch {
      this.#end();
    } finally {
      this.#writing = undefined;
    }
  }

  /** Sends what is left, then lets go. */
  async #finish(): Promise<void> {
    await this.#writing;
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#queue = [];
    try {
      this.#stream.close();
    } catch {
      // Already gone.
    }
    this.#events.closed();
  }
}

function joined(frames: readonly Uint8Array[]): Uint8Array {
  if (frames.length === 1) return frames[0] as Uint8Array;
  const bytes = new Uint8Array(
    frames.reduce((size, { length }) => size + length, 0),
  );
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

function drained(receiver: Receiver): Promise<void> {
  return new Promise((resolve) => receiver.once("drain", () => resolve()));
}

/** `ws` puts the close code on the error, under a symbol of its own. */
function codeOf(error: Error): number {
  for (const symbol of Object.getOwnPropertySymbols(error)) {
    if (symbol.description === "status-code") {
      return (error as unknown as Record<symbol, number>)[symbol] ??
        closeCodes.protocolError;
    }
  }
  return closeCodes.protocolError;
}
