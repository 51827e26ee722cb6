/**
 * One WebSocket after its handshake: messages in, frames out, an end in good order.
 *
 * Frames that come between two writes go out together.
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";
import { closeCodes } from "./close_codes.ts";
import type { Flushable, Flusher } from "./flusher.ts";
import { FrameError, FrameReader } from "./frame_reader.ts";
import { closeFrame, pingFrame, pongFrame } from "./frames.ts";

/** What a connection tells of. */
export interface WebSocketEvents {
  /** A whole message came. */
  message(message: string | Uint8Array): void;
  /** The other end answered a ping, or sent one. */
  alive(): void;
  /** What waited was too much, so it is ended with 1013. */
  tooSlow(): void;
  /** It ended; nothing more is sent or told. */
  closed(): void;
}

/** Limits of one connection. */
export interface WebSocketLimits {
  /** Tells how many bytes a message may have now. */
  readonly messageBytes: () => number;
  /** Bytes that may wait to be sent. */
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
  /** Says when to write; one for all sockets. */
  readonly flusher: Flusher;
}

/** Room of the first read; most sockets never need more at a time. */
const firstRead = 512;

/** Room of a read once one was full. */
const laterRead = 16 * 1024;

/** Bytes of one write at most, so that a slow reader's queue is seen to shrink. */
const writeBytes = 256 * 1024;

/** See the top of the file. */
export class WebSocketConnection implements Flushable {
  readonly #stream: ByteStream;
  readonly #limits: WebSocketLimits;
  readonly #events: WebSocketEvents;
  readonly #flusher: Flusher;
  readonly #reader: FrameReader;
  #early: Uint8Array | undefined;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #writing = false;
  #planned = false;
  #pong: Uint8Array | undefined;
  #closing = false;
  /** Whether the connection is let go of once all is sent. */
  #last = false;
  /** Whether what comes is thrown away: a connection closed over unread bytes is reset, close frame and all. */
  #deaf = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param options Stream, limits, events.
   */
  constructor(
    { stream, early, limits, events, flusher }: WebSocketOptions,
  ) {
    this.#stream = stream;
    this.#limits = limits;
    this.#events = events;
    this.#flusher = flusher;
    this.#early = early.length > 0 ? early.slice() : undefined;
    this.#reader = new FrameReader(limits.messageBytes, {
      message: (message) => {
        if (!this.#closing) events.message(message);
      },
      ping: (payload) => {
        // One answer for all pings that came meanwhile is enough (RFC 6455, 5.5.3).
        this.#pong = pongFrame(payload);
        this.#plan();
        events.alive();
      },
      pong: () => events.alive(),
      close: (code) => this.#answerClose(code),
    });
  }

  /** Bytes that wait to be sent. */
  get queued(): number {
    return this.#queued;
  }

  /** Reads until one end has had enough. Never throws. */
  async run(): Promise<void> {
    let buffer = new Uint8Array(firstRead);
    try {
      if (this.#early !== undefined) this.#feed(this.#early);
      this.#early = undefined;
      while (!this.#closed) {
        const count = await this.#stream.read(buffer);
        if (count === null) break;
        this.#feed(buffer.subarray(0, count));
        if (count === firstRead && buffer.length === firstRead) {
          buffer = new Uint8Array(laterRead);
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
      this.#events.tooSlow();
      this.close(
        closeCodes.tryAgainLater,
        "Messages were read too slowly, connect again",
      );
      return;
    }
    this.#push(frame);
  }

  flush(): void {
    this.#planned = false;
    this.#write();
  }

  /** Asks whether the other end is still there. */
  ping(): void {
    this.send(pingFrame);
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
    this.#push(closeFrame(code, reason));
    this.#timer = setTimeout(() => this.#end(), this.#limits.closeMs);
  }

  #feed(chunk: Uint8Array): void {
    if (this.#last || this.#deaf) return;
    try {
      this.#reader.feed(chunk);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#deaf = true;
      this.close(error.code, error.message);
    }
  }

  #answerClose(code: number | undefined): void {
    if (!this.#closing) this.close(code);
    this.#letGo();
  }

  #letGo(): void {
    this.#last = true;
    this.#write();
  }

  #push(frame: Uint8Array): void {
    this.#queue.push(frame);
    this.#queued += frame.length;
    this.#plan();
  }

  #plan(): void {
    if (this.#planned || this.#writing) return;
    this.#planned = true;
    this.#flusher.add(this);
  }

  /** Writes until nothing waits; one write at a time. */
  async #write(): Promise<void> {
    if (this.#writing || this.#closed) return;
    this.#writing = true;
    try {
      while (!this.#closed) {
        const bytes = this.#next();
        if (bytes === undefined) break;
        for (let sent = 0; sent < bytes.length && !this.#closed;) {
          sent += await this.#stream.write(
            sent === 0 ? bytes : bytes.subarray(sent),
          );
        }
      }
    } catch {
      this.#end();
    }
    this.#writing = false;
    if (this.#last) this.#end();
    else if (this.#deaf && !this.#closed) {
      this.#stream.closeWrite().catch(() => {});
    }
  }

  /** Takes what is to be sent next. */
  #next(): Uint8Array | undefined {
    const pong = this.#pong;
    this.#pong = undefined;
    if (pong !== undefined) return pong;
    if (this.#queue.length === 0) return undefined;
    let count = 0;
    let size = 0;
    do {
      size += this.#queue[count]!.length;
      count += 1;
    } while (
      count < this.#queue.length &&
      size + this.#queue[count]!.length <= writeBytes
    );
    this.#queued -= size;
    if (count === this.#queue.length) {
      const all = this.#queue;
      this.#queue = [];
      return this.#flusher.join(all);
    }
    return this.#flusher.join(this.#queue.splice(0, count));
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#queue = [];
    this.#queued = 0;
    try {
      this.#stream.close();
    } catch {
      // Already gone.
    }
    this.#events.closed();
  }
}
