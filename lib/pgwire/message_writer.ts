/**
 * Writes messages one after the other into a buffer that grows and is used again.
 *
 * @module
 */

import {
  type BatchWriter,
  type Buffer,
  idleSize,
  initialSize,
  newBuffer,
} from "../base/write_buffer.ts";
import { encodeInto } from "../sql/utf8.ts";

/** Messages to be sent. */
export class MessageWriter implements BatchWriter {
  #buffer = newBuffer(initialSize);
  #bytes = this.#buffer.bytes;
  #view = this.#buffer.view;
  #at = 0;
  #start = 0;

  /** Bytes that wait to be sent. */
  get length(): number {
    return this.#at;
  }

  /**
   * Begins a message.
   *
   * @param type Its type.
   */
  begin(type: number): void {
    this.#ensure(5);
    this.#bytes[this.#at] = type;
    this.#start = this.#at + 1;
    this.#at += 5;
  }

  /** Ends the message: its length is known. */
  finish(): void {
    this.#view.setInt32(this.#start, this.#at - this.#start);
  }

  /** Forgets the message that was begun. */
  forget(): void {
    this.#at = this.#start - 1;
  }

  /** @param value One byte. */
  byte(value: number): void {
    this.#ensure(1);
    this.#bytes[this.#at++] = value;
  }

  /** @param value 16 bits. */
  int16(value: number): void {
    this.#ensure(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  /** @param value 32 bits. */
  int32(value: number): void {
    this.#ensure(4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  /** @param value 64 bits. */
  int64(value: number | bigint): void {
    this.#ensure(8);
    if (typeof value === "bigint") {
      this.#view.setBigInt64(this.#at, value);
    } else {
      const high = Math.floor(value / 4_294_967_296);
      this.#view.setInt32(this.#at, high);
      this.#view.setInt32(this.#at + 4, value - high * 4_294_967_296 | 0);
    }
    this.#at += 8;
  }

  /** @param value A float of 32 bits. */
  float32(value: number): void {
    this.#ensure(4);
    this.#view.setFloat32(this.#at, value);
    this.#at += 4;
  }

  /** @param value A float of 64 bits. */
  float64(value: number): void {
    this.#ensure(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
  }

  /** @param bytes As they are. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** @param value A text and the NUL after it. */
  text(value: string): void {
    this.#ensure(value.length * 3 + 1);
    this.#at += encodeInto(value, this.#bytes, this.#at);
    this.#bytes[this.#at++] = 0;
  }

  /** @param value A text and, before it, its length in bytes. */
  countedText(value: string): void {
    this.#ensure(value.length * 3 + 4);
    const length = encodeInto(value, this.#bytes, this.#at + 4);
    this.#view.setInt32(this.#at, length);
    this.#at += 4 + length;
  }

  /** @param bytes Bytes and, before them, how many. */
  countedBytes(bytes: Uint8Array): void {
    this.int32(bytes.length);
    this.raw(bytes);
  }

  /** @param value A whole number of at most 31 bits as text, with its length before it. */
  countedInteger(value: number): void {
    this.#ensure(16);
    const bytes = this.#bytes;
    const start = this.#at + 4;
    let at = start;
    let rest = value;
    if (value < 0) {
      bytes[at++] = 0x2d;
      rest = -value;
    }
    at += digitsOf(rest);
    for (let i = at - 1;; i--) {
      const next = rest / 10 | 0;
      bytes[i] = 0x30 + rest - next * 10;
      if (next === 0) break;
      rest = next;
    }
    this.#view.setInt32(this.#at, at - start);
    this.#at = at;
  }

  /** What waits; valid until the next byte is written. */
  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /**
   * Gives its buffer away, and goes on in another one.
   *
   * @param spare A buffer that came from here before and was sent.
   * @returns The buffer.
   */
  swap(spare: Buffer | undefined): Buffer {
    const buffer = this.#buffer;
    this.#use(spare ?? newBuffer(initialSize));
    this.#at = this.#start = 0;
    return buffer;
  }

  /** Lets go of a large buffer in which nothing waits. */
  shrink(): void {
    if (this.#at === 0 && this.#bytes.length > idleSize) {
      this.#use(newBuffer(initialSize));
    }
  }

  #ensure(count: number): void {
    const needed = this.#at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const buffer = newBuffer(Math.max(needed, this.#bytes.length * 2));
    buffer.bytes.set(this.written);
    this.#use(buffer);
  }

  #use(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#bytes = buffer.bytes;
    this.#view = buffer.view;
  }
}

function digitsOf(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2;
    if (value < 1000) return 3;
    return value < 10_000 ? 4 : 5;
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7;
  if (value < 100_000_000) return 8;
  return value < 1_000_000_000 ? 9 : 10;
}
