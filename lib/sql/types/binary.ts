/**
 * Bytes of binary values: big-endian numbers of a known length.
 *
 * @module
 */

import { SqlError } from "../error.ts";

/** @returns Error for bytes that are no value of the type. */
export function wrongBinary(): SqlError {
  return new SqlError("22P03", "incorrect binary data format");
}

/**
 * @param bytes Bytes of one value.
 * @param length How many there must be.
 * @returns A view on them.
 * @throws {SqlError} 22P03 when their number is wrong.
 */
export function viewOf(bytes: Uint8Array, length: number): DataView {
  if (bytes.length !== length) throw wrongBinary();
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a value piece by piece.
 */
export class BinaryReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /**
   * @param bytes Bytes of one value.
   */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength,
    );
  }

  /** @returns How many bytes are left. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** @returns The next two bytes, signed. */
  int16(): number {
    return this.#view.getInt16(this.#take(2));
  }

  /** @returns The next two bytes, unsigned. */
  uint16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  /** @returns The next four bytes, signed. */
  int32(): number {
    return this.#view.getInt32(this.#take(4));
  }

  /** @returns The next four bytes, unsigned. */
  uint32(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** @returns The next eight bytes, signed. */
  int64(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  /**
   * @param length How many.
   * @returns The next bytes.
   */
  bytes(length: number): Uint8Array {
    const from = this.#take(length);
    return this.#bytes.subarray(from, from + length);
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.left !== 0) throw wrongBinary();
  }

  #take(length: number): number {
    const from = this.#at;
    if (length < 0 || from + length > this.#bytes.length) throw wrongBinary();
    this.#at = from + length;
    return from;
  }
}

/**
 * @param value An integer.
 * @returns Its four bytes.
 */
export function int32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return bytes;
}

/**
 * @param value An integer.
 * @returns Its eight bytes.
 */
export function int64Bytes(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

/**
 * @param parts Pieces.
 * @returns One after the other.
 */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * @param value An integer of up to 64 bits.
 * @returns It as a datum: a number where that is exact.
 */
export function integerDatum(value: bigint): number | bigint {
  return value >= -9007199254740991n && value <= 9007199254740991n
    ? Number(value)
    : value;
}
