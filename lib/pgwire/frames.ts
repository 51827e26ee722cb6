/**
 * Cuts what a client sends into messages (PostgreSQL manual, 55.2.1 and 55.7): a type of one byte, a
 * length of four that counts itself, the body. Only the first message has no type.
 *
 * Memory grows with what has arrived, never with what a length promises.
 *
 * @module
 */

import { MessageReader } from "./message_reader.ts";
import { violation } from "./protocol_violation.ts";

/** What an idle connection holds on to. */
const initialSize = 4096;

/** What one read brings at most, once a connection has shown that it sends much. */
const readSize = 65_536;

/** The most that the first message may be long, as in PostgreSQL. */
export const startupLimit = 10_000;

/** The most that an answer to an authentication request may be long, as in PostgreSQL. */
const authLimit = 65_535;

/** The most that a message which holds names and numbers only may be long, as in PostgreSQL. */
const smallLimit = 10_000;

/** Types of messages that a client sends. */
export const frontend = {
  bind: 0x42, // B
  close: 0x43, // C
  copyData: 0x64, // d
  copyDone: 0x63, // c
  copyFail: 0x66, // f
  describe: 0x44, // D
  execute: 0x45, // E
  flush: 0x48, // H
  functionCall: 0x46, // F
  parse: 0x50, // P
  password: 0x70, // p, also SASL
  query: 0x51, // Q
  sync: 0x53, // S
  terminate: 0x58, // X
} as const;

/** Which messages may come. */
export type Stage = "startup" | "auth" | "ready";

/** Settings of {@linkcode Frames}. */
export interface FramesOptions {
  /** The most that a message with a statement or values may be long. */
  readonly messageLimit: number;
}

/** Bytes of one connection, cut into messages. */
export class Frames {
  /** Body of the message that {@linkcode Frames.next} found. */
  readonly message = new MessageReader();
  /** Which messages may come. */
  stage: Stage = "startup";
  readonly #messageLimit: number;
  #bytes = new Uint8Array(initialSize);
  #start = 0;
  #end = 0;
  /** Whole length of the message that is on its way; 0 when nobody knows. */
  #expected = 0;

  /**
   * @param options The limit.
   */
  constructor({ messageLimit }: FramesOptions) {
    this.#messageLimit = messageLimit;
  }

  /** Bytes that no message was made of yet. */
  get waiting(): number {
    return this.#end - this.#start;
  }

  /** @returns Where the next bytes go; the message before is gone. */
  room(): Uint8Array<ArrayBuffer> {
    const size = this.waiting;
    if (size === 0) {
      this.#start = this.#end = 0;
    } else if (this.#end === this.#bytes.length) {
      if (this.#start > 0) this.#bytes.copyWithin(0, this.#start, this.#end);
      this.#start = 0;
      this.#end = size;
      if (size * 2 > this.#bytes.length) this.#grow();
    }
    if (this.#end === 0 && this.#bytes.length <= readSize) return this.#bytes;
    return this.#bytes.subarray(this.#end, this.#end + readSize);
  }

  /**
   * @param count Bytes that came into {@linkcode Frames.room}.
   */
  filled(count: number): void {
    this.#end += count;
    // Filled to the brim: whoever sends this sends much.
    if (this.#end === this.#bytes.length && this.#bytes.length < readSize) {
      if (this.#expected <= this.#bytes.length && this.stage === "ready") {
        this.#resize(readSize);
      }
    }
  }

  /**
   * Takes bytes from elsewhere.
   *
   * @param bytes Bytes; copied.
   */
  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const room = this.room();
      const part = bytes.subarray(at, at + room.length);
      room.set(part);
      this.filled(part.length);
      at += part.length;
    }
  }

  /** Lets go of a large buffer while nothing waits in it. */
  shrink(): void {
    if (this.waiting > 0 || this.#bytes.length <= initialSize) return;
    this.#bytes = new Uint8Array(initialSize);
    this.#start = this.#end = 0;
  }

  /** Whether a large buffer could be let go. */
  get large(): boolean {
    return this.#bytes.length > initialSize && this.waiting === 0;
  }

  /** Whether it is so large that it should not wait. */
  get huge(): boolean {
    return this.#bytes.length > readSize;
  }

  /**
   * Goes to the next message.
   *
   * @returns Its type; 1 for the start-up message, 0 when it has not arrived whole.
   * @throws {FatalError} 08P01 when what comes is no message.
   */
  next(): number {
    const typed = this.stage === "startup" ? 0 : 1;
    const waiting = this.#end - this.#start;
    if (waiting === 0) return 0;
    const type = typed === 0 ? 1 : this.#bytes[this.#start]!;
    if (waiting < typed + 4) {
      if (typed === 1) this.#limitOf(type);
      return 0;
    }
    const length = this.#lengthAt(this.#start + typed);
    this.#check(type, length);
    const whole = length + typed;
    if (waiting < whole) {
      this.#expected = whole;
      return 0;
    }
    this.#expected = 0;
    const end = this.#start + whole;
    this.message.turnTo(this.#bytes, this.#start + typed + 4, end);
    this.#start = end;
    return type;
  }

  /** @returns Type of the message after the present one if it is here whole, otherwise 0. */
  peek(): number {
    const start = this.#start;
    const waiting = this.#end - start;
    if (waiting < 5 || waiting < this.#lengthAt(start + 1) + 1) return 0;
    return this.#bytes[start]!;
  }

  #lengthAt(at: number): number {
    const bytes = this.#bytes;
    return (bytes[at]! << 24 | bytes[at + 1]! << 16 | bytes[at + 2]! << 8 |
      bytes[at + 3]!) >>> 0;
  }

  #check(type: number, length: number): void {
    if (this.stage === "startup") {
      // The shortest holds a protocol version or a request code.
      if (length < 8 || length > startupLimit) {
        throw violation("invalid length of startup packet");
      }
    } else if (length < 4 || length > this.#limitOf(type)) {
      throw violation(
        this.stage === "auth"
          ? "invalid password packet size"
          : "invalid message length",
      );
    }
  }

  /** The most that a message may be long; refuses types that do not exist. */
  #limitOf(type: number): number {
    if (this.stage === "auth") {
      if (type === frontend.password) return authLimit;
      throw violation(
        `expected password response, got message type ${type}`,
      );
    }
    switch (type) {
      case frontend.query:
      case frontend.parse:
      case frontend.bind:
      case frontend.functionCall:
      case frontend.copyData:
        return this.#messageLimit;
      case frontend.close:
      case frontend.describe:
      case frontend.execute:
      case frontend.flush:
      case frontend.sync:
      case frontend.terminate:
      case frontend.copyDone:
      case frontend.copyFail:
      case frontend.password:
        return smallLimit;
      default:
        throw violation(`invalid frontend message type ${type}`);
    }
  }

  /** Makes room for more of a message that is longer than the buffer, by what has come so far. */
  #grow(): void {
    const { length } = this.#bytes;
    const enough = this.#expected > length ? this.#expected : length * 2;
    this.#resize(Math.min(Math.max(length * 2, initialSize), enough));
  }

  #resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(this.#start, this.#end));
    this.#end -= this.#start;
    this.#start = 0;
    this.#bytes = bytes;
  }
}
