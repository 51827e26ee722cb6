/**
 * Bytes that arrive in pieces of any size and are taken in pieces of another.
 *
 * @module
 */

/** See the top of the file. */
export class ByteQueue {
  #pieces: Uint8Array[] = [];
  /** Where the first piece goes on. */
  #at = 0;
  #length = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * @param bytes More; they must not change afterwards.
   */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }

  /**
   * @param length How many.
   * @returns So many bytes; `undefined` when they are not all there.
   */
  take(length: number): Uint8Array | undefined {
    if (length > this.#length) return undefined;
    const first = this.#pieces[0];
    if (first !== undefined && first.length - this.#at >= length) {
      const bytes = first.subarray(this.#at, this.#at + length);
      this.#advance(first, length);
      return bytes;
    }
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const piece = this.#pieces[0] as Uint8Array;
      const part = piece.subarray(this.#at, this.#at + length - done);
      bytes.set(part, done);
      done += part.length;
      this.#advance(piece, part.length);
    }
    return bytes;
  }

  /**
   * Throws bytes away.
   *
   * @param most How many at most.
   * @returns How many there were.
   */
  skip(most: number): number {
    let done = 0;
    while (done < most) {
      const piece = this.#pieces[0];
      if (piece === undefined) break;
      const length = Math.min(most - done, piece.length - this.#at);
      done += length;
      this.#advance(piece, length);
    }
    return done;
  }

  #advance(first: Uint8Array, length: number): void {
    this.#at += length;
    this.#length -= length;
    if (this.#at < first.length) return;
    this.#pieces.shift();
    this.#at = 0;
  }
}
