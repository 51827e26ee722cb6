/**
 * Writes packets one after the other into a buffer that grows and is used again. Numbers have their
 * least byte first.
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
import type { Sequence } from "./packets.ts";
import { headLength, packetLimit } from "./protocol.ts";

/** Packets to be sent. */
export class PacketWriter implements BatchWriter {
  readonly #sequence: Sequence;
  #buffer = newBuffer(initialSize);
  #bytes = this.#buffer.bytes;
  #view = this.#buffer.view;
  #at = 0;
  #start = 0;

  /**
   * @param sequence Numbers of packets.
   */
  constructor(sequence: Sequence) {
    this.#sequence = sequence;
  }

  get length(): number {
    return this.#at;
  }

  get written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins a message. */
  begin(): void {
    this.#ensure(headLength);
    this.#start = this.#at;
    this.#at += headLength;
  }

  /** Ends the message: its length is known. */
  finish(): void {
    let length = this.#at - this.#start - headLength;
    if (length >= packetLimit) length = this.#split(length);
    this.#head(this.#start, length);
  }

  /**
   * Writes messages that another writer made.
   *
   * @param bytes Whole packets.
   * @param first Number of the first of them.
   */
  packets(bytes: Uint8Array, first: number): void {
    const from = this.#at;
    this.raw(bytes);
    const sequence = this.#sequence;
    const own = this.#bytes;
    const isRenumbered = sequence.next !== first;
    for (let at = from; at < this.#at;) {
      if (isRenumbered) own[at + 3] = sequence.next;
      sequence.next = sequence.next + 1 & 0xff;
      at += headLength +
        (own[at]! | own[at + 1]! << 8 | own[at + 2]! << 16);
    }
  }

  /** Forgets the message that was begun. */
  forget(): void {
    this.#at = this.#start;
  }

  /** @param value One byte. */
  byte(value: number): void {
    this.#ensure(1);
    this.#bytes[this.#at++] = value;
  }

  /** @param value 16 bits. */
  int16(value: number): void {
    this.#ensure(2);
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
  }

  /** @param value 32 bits. */
  int32(value: number): void {
    this.#ensure(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** @param value 64 bits. */
  int64(value: number | bigint): void {
    this.#ensure(8);
    if (typeof value === "bigint") {
      this.#view.setBigInt64(this.#at, value, true);
    } else {
      const high = Math.floor(value / 4_294_967_296);
      this.#view.setInt32(this.#at, value - high * 4_294_967_296 | 0, true);
      this.#view.setInt32(this.#at + 4, high, true);
    }
    this.#at += 8;
  }

  /** @param value A float of 32 bits. */
  float32(value: number): void {
    this.#ensure(4);
    this.#view.setFloat32(this.#at, value, true);
    this.#at += 4;
  }

  /** @param value A float of 64 bits. */
  float64(value: number): void {
    this.#ensure(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** @param bytes As they are. */
  raw(bytes: Uint8Array): void {
    this.#ensure(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** @param value A text, to the end of the message. */
  restText(value: string): void {
    this.#ensure(value.length * 3);
    this.#at += encodeInto(value, this.#bytes, this.#at);
  }

  /** @param value A text and the NUL after it. */
  text(value: string): void {
    this.restText(value);
    this.byte(0);
  }

  /** @param value A length-encoded integer, not negative. */
  count(value: number | bigint): void {
    if (value < 0xfb) return this.byte(Number(value));
    if (value < 0x1_0000) {
      this.byte(0xfc);
      return this.int16(Number(value));
    }
    if (value < 0x100_0000) {
      const small = Number(value);
      this.byte(0xfd);
      this.int16(small & 0xffff);
      return this.byte(small >> 16);
    }
    this.byte(0xfe);
    this.int64(value);
  }

  /** @param value A text and, before it, its length in bytes. */
  countedText(value: string): void {
    const { length } = value;
    this.#ensure(length * 3 + 9);
    const at = this.#at;
    const head = headOf(length);
    const size = encodeInto(value, this.#bytes, at + head);
    const needed = headOf(size);
    if (needed !== head) {
      this.#bytes.copyWithin(at + needed, at + head, at + head + size);
    }
    if (needed === 1) this.#bytes[at] = size;
    else this.count(size);
    this.#at = at + needed + size;
  }

  /** @param bytes Bytes and, before them, how many. */
  countedBytes(bytes: Uint8Array): void {
    this.count(bytes.length);
    this.raw(bytes);
  }

  /** @param value A whole number of at most 31 bits as text, with its length before it. */
  countedInteger(value: number): void {
    this.#ensure(12);
    const bytes = this.#bytes;
    let at = this.#at + 1;
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
    bytes[this.#at] = at - this.#at - 1;
    this.#at = at;
  }

  /**
   * Makes room for bits that are set later.
   *
   * @param count Bytes, all zero.
   * @returns Place of the first, for {@linkcode PacketWriter.setBit}.
   */
  zeros(count: number): number {
    this.#ensure(count);
    const at = this.#at;
    this.#bytes.fill(0, at, at + count);
    this.#at += count;
    return at;
  }

  /**
   * Sets a bit of the bytes from {@linkcode PacketWriter.zeros}.
   *
   * @param place Place of the first byte.
   * @param bit Number of the bit.
   */
  setBit(place: number, bit: number): void {
    const at = place + (bit >> 3);
    this.#bytes[at] = this.#bytes[at]! | 1 << (bit & 7);
  }

  swap(spare: Buffer | undefined): Buffer {
    const buffer = this.#buffer;
    this.#use(spare ?? newBuffer(initialSize));
    this.#at = this.#start = 0;
    return buffer;
  }

  shrink(): void {
    if (this.#at === 0 && this.#bytes.length > idleSize) {
      this.#use(newBuffer(initialSize));
    }
  }

  /** Puts heads into a message that does not fit one packet; gives the length of the last part. */
  #split(length: number): number {
    const parts = Math.floor(length / packetLimit);
    this.#ensure(parts * headLength);
    const start = this.#start;
    const body = start + headLength;
    // From the end, so that nothing is written over before it has moved.
    for (let part = parts; part > 0; part--) {
      const from = body + part * packetLimit;
      const to = part === parts ? body + length : from + packetLimit;
      this.#bytes.copyWithin(from + part * headLength, from, to);
    }
    for (let part = 0; part < parts; part++) {
      this.#head(start + part * (packetLimit + headLength), packetLimit);
    }
    this.#start = start + parts * (packetLimit + headLength);
    this.#at += parts * headLength;
    return length - parts * packetLimit;
  }

  #head(at: number, length: number): void {
    const bytes = this.#bytes;
    const sequence = this.#sequence;
    bytes[at] = length;
    bytes[at + 1] = length >> 8;
    bytes[at + 2] = length >> 16;
    bytes[at + 3] = sequence.next;
    sequence.next = sequence.next + 1 & 0xff;
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

/** Bytes of a length-encoded integer. */
function headOf(length: number): number {
  if (length < 0xfb) return 1;
  if (length < 0x1_0000) return 3;
  return length < 0x100_0000 ? 4 : 9;
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
