/**
 * The buffer that a wire writes its messages into: it grows, is sent, and is used again.
 *
 * @module
 */

/** What an idle connection holds on to. */
export const initialSize = 1024;

/** An idle connection lets go of a larger buffer. */
export const idleSize = 8 * 1024;

/** A larger buffer is let go once it was sent. */
const largestKept = 256 * 1024;

/** A buffer, looked at in two ways. */
export interface Buffer {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView;
}

/** What an outbox needs of a codec that writes. */
export interface BatchWriter {
  /** Bytes that wait to be sent. */
  readonly length: number;
  /** What waits; valid until the next byte is written. */
  readonly written: Uint8Array<ArrayBuffer>;
  /**
   * Gives its buffer away, and goes on in another one.
   *
   * @param spare A buffer that came from here before and was sent.
   * @returns The buffer.
   */
  swap(spare: Buffer | undefined): Buffer;
  /** Lets go of a large buffer in which nothing waits. */
  shrink(): void;
}

/**
 * @param size Bytes.
 * @returns A new buffer.
 */
export function newBuffer(size: number): Buffer {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer) };
}

/**
 * @param buffer Buffer that was sent.
 * @returns The buffer for the next {@linkcode BatchWriter.swap}, `undefined` when it is too large to be
 *   kept.
 */
export function spareOf(buffer: Buffer): Buffer | undefined {
  return buffer.bytes.length > largestKept ? undefined : buffer;
}
