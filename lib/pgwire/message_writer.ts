/**
 * Writes messages one after the other into a buffer that grows and is used again.
 *
 * @module
 */

import { encodeInto } from "./utf8.ts";

/** What an idle connection holds on to. */
const initialSize = 1024;

/** A larger buffer is let go once it was sent. */
const largestKept = 256 * 1024;

/** Messages to be sent. */
export class MessageWriter {
  #bytes = new Uint8Array(initialSize);
  #view = new DataView(this.#bytes.buffer);
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

  /**
   * Takes what waits, and goes on in another buffer.
   *
   * @param spare A buffer that came from here before and was sent.
   * @returns The bytes.
   */
  take(spare: Uint8Array<ArrayBuffer> | undefined): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#bytes = spare ?? new Uint8Array(initialSize);
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = this.#start = 0;
    return bytes;
  }

  #ensure(count: number): void {
    const needed = this.#at + count;
    if (needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    bytes.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
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

/**
 * @param sent Bytes from {@linkcode MessageWriter.take}, when they were sent.
 * @returns The buffer for the next {@linkcode MessageWriter.take}, `undefined` when it is too large to
 *   be kept.
 */
export function spareOf(
  sent: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> | undefined {
  return sent.buffer.byteLength > largestKept
    ? undefined
    : new Uint8Array(sent.buffer);
}
