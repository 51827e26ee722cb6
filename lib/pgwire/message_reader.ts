/**
 * Reads the fields of one message, where it lies.
 *
 * @module
 */

import { violation } from "./protocol_violation.ts";
import { decode } from "../sql/utf8.ts";

/** A place in a message. */
export class MessageReader {
  /** What holds the message. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The next byte. */
  at = 0;
  /** The byte after the message. */
  end = 0;
  #view: DataView;

  /**
   * @param bytes What holds the message.
   */
  constructor(bytes: Uint8Array<ArrayBuffer> = new Uint8Array()) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Bytes that are left. */
  get left(): number {
    return this.end - this.at;
  }

  /**
   * Goes to another message.
   *
   * @param bytes What holds it.
   * @param start Its first byte.
   * @param end The byte after it.
   */
  turnTo(bytes: Uint8Array<ArrayBuffer>, start: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.at = start;
    this.end = end;
  }

  /** @returns One byte. */
  byte(): number {
    return this.bytes[this.#take(1)]!;
  }

  /** @returns 16 bits, signed, big endian as all numbers here. */
  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  /** @returns 32 bits, signed. */
  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** @returns A text that ends with a NUL. */
  text(): string {
    const { bytes, at, end } = this;
    let stop = at;
    while (stop < end && bytes[stop] !== 0) stop += 1;
    if (stop === end) throw violation("invalid string in message");
    this.at = stop + 1;
    return stop === at ? "" : decode(bytes, at, stop);
  }

  /**
   * @param length How many.
   * @returns Place of the first of so many bytes, which are skipped.
   */
  skip(length: number): number {
    if (length < 0) throw violation("insufficient data left in message");
    return this.#take(length);
  }

  /** @returns What is left, valid until more is read from the connection. */
  rest(): Uint8Array<ArrayBuffer> {
    const rest = this.bytes.subarray(this.at, this.end);
    this.at = this.end;
    return rest;
  }

  /** Ends the message. */
  finish(): void {
    if (this.at !== this.end) throw violation("invalid message format");
  }

  #take(length: number): number {
    const { at } = this;
    if (length > this.end - at) {
      throw violation("insufficient data left in message");
    }
    this.at = at + length;
    return at;
  }
}
