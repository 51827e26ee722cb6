/**
 * Cuts what a client sends into messages: packets of a length (three bytes, least first), a sequence
 * number and so many bytes; one of 16 MiB less one goes on in the next.
 *
 * Memory grows with what has arrived, never with what a length promises.
 *
 * @module
 */

import { outOfOrder, tooLarge } from "./failure.ts";
import { PacketReader } from "./packet_reader.ts";
import { headLength, packetLimit } from "./protocol.ts";

/** What an idle connection holds on to. */
const initialSize = 4096;

/** What one read brings at most, once a connection has shown that it sends much. */
const readSize = 65_536;

/** The most that a message may be long before the client has proved who it is. */
const authLimit = 65_535;

/** Number of the next packet, whoever sends it. */
export interface Sequence {
  next: number;
}

/** Settings of {@linkcode Packets}. */
export interface PacketsOptions {
  /** `max_allowed_packet`, in bytes. */
  readonly messageLimit: number;
  readonly sequence: Sequence;
}

/** Bytes of one connection, cut into messages. */
export class Packets {
  /** The message that {@linkcode Packets.next} found. */
  readonly message = new PacketReader();
  /** Whether the client has proved who it is, so that it may send much. */
  trusted = false;
  readonly #limit: number;
  readonly #sequence: Sequence;
  #bytes = new Uint8Array(initialSize);
  #start = 0;
  #end = 0;
  /** Where the head of the part under way is, counted from the start. */
  #head = 0;
  /** Bytes of the message that earlier parts brought; they lie behind the first head. */
  #joined = 0;
  /** Length that is needed to go on; 0 when nobody knows. */
  #expected = 0;

  /**
   * @param options Limit and numbers.
   */
  constructor({ messageLimit, sequence }: PacketsOptions) {
    this.#limit = messageLimit;
    this.#sequence = sequence;
  }

  /** Bytes that no message was made of yet. */
  get waiting(): number {
    return this.#end - this.#start;
  }

  /** Whether a message has begun of which further packets are awaited. */
  get underWay(): boolean {
    return this.#head > 0;
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
   * @param count Bytes that came into {@linkcode Packets.room}.
   */
  filled(count: number): void {
    this.#end += count;
    // Filled to the brim: whoever sends this sends much.
    if (
      this.#end === this.#bytes.length && this.#bytes.length < readSize &&
      this.#expected <= this.#bytes.length && this.trusted
    ) this.#resize(readSize);
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

  /** @returns What waits, which is forgotten here. */
  takeRest(): Uint8Array<ArrayBuffer> {
    const rest = this.#bytes.slice(this.#start, this.#end);
    this.#start = this.#end = 0;
    return rest;
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
   * @returns Whether it has arrived whole.
   * @throws {FatalError} 1156 for a wrong sequence number, 1153 for too long a message.
   */
  next(): boolean {
    for (;;) {
      const at = this.#start + this.#head;
      if (this.#end - at < headLength) return false;
      const bytes = this.#bytes;
      const length = bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16;
      if (bytes[at + 3] !== this.#sequence.next) throw outOfOrder();
      if (this.#joined + length > (this.trusted ? this.#limit : authLimit)) {
        throw tooLarge();
      }
      const whole = this.#head + headLength + length;
      if (this.#end - this.#start < whole) {
        this.#expected = whole;
        return false;
      }
      this.#expected = 0;
      this.#sequence.next = this.#sequence.next + 1 & 0xff;
      const body = this.#start + headLength;
      if (this.#head > 0) {
        bytes.copyWithin(
          body + this.#joined,
          at + headLength,
          at + headLength + length,
        );
      }
      this.#joined += length;
      this.#head = whole;
      if (length === packetLimit) continue;
      this.message.turnTo(bytes, body, body + this.#joined);
      this.#start += whole;
      this.#head = this.#joined = 0;
      return true;
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
