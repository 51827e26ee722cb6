/**
 * Reads the fields of one message, where it lies. Numbers have their least byte first.
 *
 * @module
 */

import { decodeEscaped } from "../sql/mysql/escaped_bytes.ts";
import { decode } from "../sql/utf8.ts";
import { malformed } from "./failure.ts";

/** A place in a message. */
export class PacketReader {
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

  /** The message's view, for values read by their place. */
  get view(): DataView {
    return this.#view;
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
    return this.bytes[this.skip(1)]!;
  }

  /** @returns 16 bits, without sign. */
  uint16(): number {
    return this.#view.getUint16(this.skip(2), true);
  }

  /** @returns 32 bits, without sign. */
  uint32(): number {
    return this.#view.getUint32(this.skip(4), true);
  }

  /**
   * Reads a length-encoded integer.
   *
   * @returns It; `undefined` for the mark of NULL.
   * @throws {FatalError} For 0xff, which begins none, and for what no length can be.
   */
  length(): number | undefined {
    const first = this.byte();
    if (first < 0xfb) return first;
    switch (first) {
      case 0xfb:
        return undefined;
      case 0xfc:
        return this.uint16();
      case 0xfd: {
        const at = this.skip(3);
        return this.#view.getUint16(at, true) | this.bytes[at + 2]! << 16;
      }
      case 0xfe: {
        const at = this.skip(8);
        const high = this.#view.getUint32(at + 4, true);
        if (high > 0x1f_ffff) throw malformed();
        return high * 4_294_967_296 + this.#view.getUint32(at, true);
      }
      default:
        throw malformed();
    }
  }

  /**
   * Skips bytes with their length before them.
   *
   * @returns Place of the first; {@linkcode PacketReader.at} is then the end.
   * @throws {FatalError} When they are not all there, or are NULL.
   */
  counted(): number {
    const length = this.length();
    if (length === undefined) throw malformed();
    return this.skip(length);
  }

  /** @returns Bytes with their length before them; a copy. */
  countedBytes(): Uint8Array<ArrayBuffer> {
    const start = this.counted();
    return this.bytes.slice(start, this.at);
  }

  /** @returns Text with its length before it. */
  countedText(): string {
    const start = this.counted();
    return start === this.at ? "" : decode(this.bytes, start, this.at);
  }

  /** @returns A text that ends with a NUL. */
  text(): string {
    const { at } = this;
    const stop = this.#nul();
    return stop === at ? "" : decode(this.bytes, at, stop);
  }

  /** @returns Bytes that end with a NUL; a copy. */
  nulBytes(): Uint8Array<ArrayBuffer> {
    const { at } = this;
    return this.bytes.slice(at, this.#nul());
  }

  /**
   * @param length How many.
   * @returns Place of the first of so many bytes, which are skipped.
   * @throws {FatalError} When there are not so many.
   */
  skip(length: number): number {
    const { at } = this;
    if (length > this.end - at) throw malformed();
    this.at = at + length;
    return at;
  }

  /** @returns What is left, as text. */
  restText(): string {
    const { at, end } = this;
    this.at = end;
    return at === end ? "" : decode(this.bytes, at, end);
  }

  /** @returns What is left, as a statement, which may hold bytes that are no text. */
  statement(): string {
    const { at, end, bytes } = this;
    this.at = end;
    return decodeEscaped(bytes.subarray(at, end));
  }

  /** @returns What is left; a copy. */
  rest(): Uint8Array<ArrayBuffer> {
    const rest = this.bytes.slice(this.at, this.end);
    this.at = this.end;
    return rest;
  }

  #nul(): number {
    const { bytes, end } = this;
    let stop = this.at;
    while (stop < end && bytes[stop] !== 0) stop += 1;
    if (stop === end) throw malformed();
    this.at = stop + 1;
    return stop;
  }
}
