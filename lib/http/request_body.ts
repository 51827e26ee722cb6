/**
 * Takes the body of a request out of the bytes of its connection (RFC 9112 §6, §7.1).
 *
 * Chunk extensions and trailer fields are read over, within bounds. As strict as the head: whatever
 * could be read in two ways is refused.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
import type { IncomingBody } from "./call.ts";
import type { Inbox } from "./inbox.ts";
import type { Framing } from "./request_head.ts";

/** A chunk's size line or a trailer field, in bytes at most. */
const maxLine = 1024;

/** Trailer fields, at most. */
const maxTrailers = 32;

const lineFeed = 10;
const carriageReturn = 13;

/** The body of one request; to be read once. */
export class RequestBody implements IncomingBody {
  readonly #inbox: Inbox;
  readonly #beforeFirst: () => Promise<void>;
  readonly #chunked: boolean;
  #remaining: number;
  #complete: boolean;

  /**
   * @param inbox Bytes of the connection.
   * @param framing How the body is delimited.
   * @param beforeFirst Called before the first byte is asked for, to send `100 Continue`.
   */
  constructor(
    inbox: Inbox,
    framing: Framing,
    beforeFirst: () => Promise<void>,
  ) {
    this.#inbox = inbox;
    this.#beforeFirst = beforeFirst;
    this.#chunked = framing.kind === "chunked";
    this.#remaining = framing.kind === "length" ? framing.length : 0;
    this.#complete = framing.kind === "none";
  }

  /** Whether every byte of it was read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Bytes not read yet, `Infinity` when their number is not known. */
  get remaining(): number {
    if (this.#complete) return 0;
    return this.#chunked ? Infinity : this.#remaining;
  }

  takeReady(): Uint8Array | undefined {
    if (this.#chunked || this.#inbox.size < this.#remaining) return undefined;
    // A view will do: the inbox is not written to before the answer is out.
    const bytes = this.#inbox.bytes.subarray(0, this.#remaining);
    this.#inbox.use(bytes.length);
    this.#remaining = 0;
    this.#complete = true;
    return bytes;
  }

  /**
   * @returns The bytes, as they come.
   * @throws {Problem} `validation_failed` when the coding is malformed, `bad_json` when the body ends
   * too soon.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#complete) return;
    await this.#beforeFirst();
    if (!this.#chunked) {
      yield* this.#plain();
    } else {
      while ((this.#remaining = chunkSize(await this.#line())) > 0) {
        yield* this.#plain();
        if (await this.#line() !== "") throw malformed();
      }
      await this.#skipTrailers();
    }
    this.#complete = true;
  }

  async *#plain(): AsyncGenerator<Uint8Array, void, undefined> {
    while (this.#remaining > 0) {
      if (this.#inbox.size === 0) await this.#more();
      // A copy: the inbox writes over its own bytes at the next read.
      const bytes = this.#inbox.bytes.slice(0, this.#remaining);
      this.#inbox.use(bytes.length);
      this.#remaining -= bytes.length;
      yield bytes;
    }
    if (!this.#chunked) this.#complete = true;
  }

  async #more(): Promise<void> {
    if (!await this.#inbox.more()) {
      throw new Problem(
        "bad_json",
        "Cannot read body: it ends before its announced length",
      );
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const { bytes } = this.#inbox;
      const end = bytes.indexOf(lineFeed);
      if (end > maxLine || (end < 0 && bytes.length > maxLine)) {
        throw malformed();
      }
      if (end >= 0) {
        if (bytes[end - 1] !== carriageReturn) throw malformed();
        const line = String.fromCharCode(...bytes.subarray(0, end - 1));
        this.#inbox.use(end + 1);
        return line;
      }
      await this.#more();
    }
  }

  async #skipTrailers(): Promise<void> {
    for (let count = 0; await this.#line() !== ""; count += 1) {
      if (count === maxTrailers) throw malformed();
    }
  }
}

function malformed(): Problem {
  return new Problem(
    "validation_failed",
    "Cannot read body: its chunked coding is malformed",
  );
}

function chunkSize(line: string): number {
  // Extensions may follow; a bare CR in one could end the line for somebody else.
  const size = /^([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r]*)?$/.exec(line)?.[1];
  if (size === undefined) throw malformed();
  return Number.parseInt(size, 16);
}
