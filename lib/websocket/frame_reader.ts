/**
 * Frames of a client, put together to messages (RFC 6455, 5): masks, fragments, control frames, UTF-8, sizes.
 *
 * Nothing is kept of a connection that says nothing but a handful of fields. Extensions are not negotiated,
 * so a reserved bit is a mistake.
 *
 * @module
 */

import { closeCodes } from "./close_codes.ts";

/** What a client did that the protocol does not allow. */
export class FrameError extends Error {
  override name = "FrameError";

  /**
   * @param code Code to close with (RFC 6455, 7.4.1).
   * @param message Sentence to close with.
   */
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** Takes what was read. */
export interface FrameEvents {
  /** A whole message. */
  message(message: string | Uint8Array): void;
  /** To be answered by a pong with the same payload. */
  ping(payload: Uint8Array): void;
  /** The other end lives. */
  pong(): void;
  /** The other end has said its last word; `undefined` when it gave no code. */
  close(code: number | undefined): void;
}

const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

/** Payload of a control frame at most (5.5). */
const maxControl = 125;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const nothing = new Uint8Array();

/** First bytes of a frame, read. */
interface Head {
  readonly final: boolean;
  readonly opcode: number;
  /** Bytes of the head, the mask among them. */
  readonly size: number;
  readonly length: number;
}

/** See the top of the file. */
export class FrameReader {
  readonly #maxBytes: () => number;
  readonly #events: FrameEvents;
  /** What came of a frame that is not whole yet, in a buffer that may be larger. */
  #buffer: Uint8Array = nothing;
  #held = 0;
  /** Opcode of the message whose fragments are coming. */
  #opcode: number | undefined;
  #fragments: Uint8Array[] = [];
  #size = 0;
  #ended = false;

  /**
   * @param maxBytes Tells how many bytes a message may have now.
   * @param events Takes what was read.
   */
  constructor(maxBytes: () => number, events: FrameEvents) {
    this.#maxBytes = maxBytes;
    this.#events = events;
  }

  /**
   * @param chunk Bytes as they came; unmasked in place, and not kept.
   * @throws {FrameError} When the protocol does not allow them; nothing more may be fed then.
   */
  feed(chunk: Uint8Array): void {
    let bytes = this.#joined(chunk);
    while (!this.#ended) {
      const head = this.#head(bytes);
      if (head === undefined) break;
      const end = head.size + head.length;
      if (bytes.length < end) {
        this.#keep(bytes, end);
        return;
      }
      const payload = bytes.subarray(head.size, end);
      unmask(payload, bytes.subarray(head.size - 4, head.size));
      this.#take(head, payload);
      bytes = bytes.subarray(end);
    }
    this.#keep(this.#ended ? nothing : bytes, bytes.length);
  }

  /** What was kept, and what came now behind it. */
  #joined(chunk: Uint8Array): Uint8Array {
    if (this.#held === 0) return chunk;
    const size = this.#held + chunk.length;
    if (this.#buffer.length < size) this.#grow(size);
    this.#buffer.set(chunk, this.#held);
    this.#held = size;
    return this.#buffer.subarray(0, size);
  }

  #grow(size: number): void {
    const larger = new Uint8Array(Math.max(size, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#held));
    this.#buffer = larger;
  }

  /** Keeps what is left, in a buffer of its own: the chunk's is used again. */
  #keep(bytes: Uint8Array, wanted: number): void {
    if (bytes.length === 0) {
      this.#buffer = nothing;
      this.#held = 0;
      return;
    }
    if (bytes.buffer === this.#buffer.buffer && bytes.byteOffset === 0) {
      if (this.#buffer.length < wanted) this.#grow(wanted);
      return;
    }
    // What a frame announces is given room as it comes, not before.
    const kept = new Uint8Array(
      Math.min(wanted, Math.max(64, bytes.length * 2)),
    );
    kept.set(bytes);
    this.#buffer = kept;
    this.#held = bytes.length;
  }

  /** @returns Nothing while it is not there as a whole. */
  #head(bytes: Uint8Array): Head | undefined {
    if (bytes.length < 2) return undefined;
    const [first, second] = bytes as unknown as [number, number];
    const opcode = first & 0x0f;
    const final = (first & 0x80) !== 0;
    if ((first & 0x70) !== 0) throw wrong("a reserved bit is set");
    if ((second & 0x80) === 0) throw wrong("a client's frame has no mask");
    const short = second & 0x7f;
    this.#checkOpcode(opcode, final, short);
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const size = 2 + extended + 4;
    const length = extendedLength(bytes, short, extended);
    if (length === undefined) return undefined;
    const most = this.#maxBytes();
    if (this.#size + length > most) {
      throw new FrameError(
        closeCodes.tooBig,
        `Cannot take a message of more than ${most} bytes`,
      );
    }
    return bytes.length < size ? undefined : { final, opcode, size, length };
  }

  #checkOpcode(opcode: number, final: boolean, length: number): void {
    switch (opcode) {
      case opcodes.continuation:
        if (this.#opcode === undefined) {
          throw wrong("a continuation follows nothing");
        }
        return;
      case opcodes.text:
      case opcodes.binary:
        if (this.#opcode !== undefined) {
          throw wrong("a message begins within another");
        }
        return;
      case opcodes.close:
      case opcodes.ping:
      case opcodes.pong:
        if (!final || length > maxControl) {
          throw wrong("a control frame is in pieces or too long");
        }
        return;
      default:
        throw wrong("an opcode is reserved");
    }
  }

  #take({ opcode, final }: Head, payload: Uint8Array): void {
    switch (opcode) {
      case opcodes.ping:
        return this.#events.ping(payload);
      case opcodes.pong:
        return this.#events.pong();
      case opcodes.close:
        this.#ended = true;
        return this.#events.close(closeCode(payload));
      case opcodes.continuation:
        break;
      default:
        this.#opcode = opcode;
    }
    if (!final) {
      if (payload.length > 0) this.#fragments.push(payload.slice());
      this.#size += payload.length;
      return;
    }
    const text = this.#opcode === opcodes.text;
    const whole = this.#fragments.length === 0
      ? payload
      : joined([...this.#fragments, payload]);
    this.#opcode = undefined;
    this.#fragments = [];
    this.#size = 0;
    this.#events.message(text ? decode(whole) : whole.slice());
  }
}

function extendedLength(
  bytes: Uint8Array,
  short: number,
  extended: number,
): number | undefined {
  if (extended === 0) return short;
  if (bytes.length < 2 + extended) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = extended === 2
    ? view.getUint16(2)
    : Number(view.getBigUint64(2));
  // The shortest form is the only one (5.2).
  if (extended === 2 ? length < 126 : length < 65_536) {
    throw wrong("a length is longer than it need be");
  }
  return length;
}

function closeCode(payload: Uint8Array): number | undefined {
  if (payload.length === 0) return undefined;
  if (payload.length === 1) throw wrong("a close code is cut short");
  const code = payload[0]! << 8 | payload[1]!;
  const known = code >= 3000 && code < 5000 ||
    code >= 1000 && code < 1015 && ![1004, 1005, 1006].includes(code);
  if (!known) throw wrong("a close code means nothing");
  decode(payload.subarray(2));
  return code;
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new FrameError(closeCodes.badText, "Cannot read text: no UTF-8");
  }
}

function unmask(payload: Uint8Array, mask: Uint8Array): void {
  for (let i = 0; i < payload.length; i++) {
    payload[i] = payload[i]! ^ mask[i & 3]!;
  }
}

function wrong(what: string): FrameError {
  return new FrameError(closeCodes.protocolError, `Cannot go on: ${what}`);
}

/**
 * @param pieces Bytes.
 * @returns All of them in one array.
 */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const bytes = new Uint8Array(
    pieces.reduce((size, { length }) => size + length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
