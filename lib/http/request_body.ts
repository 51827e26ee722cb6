/**
 * Takes the body of a request out of the bytes of its connection (RFC 9112 §6, §7.1).
 *
 * Chunk extensions and trailer fields are read over, within bounds. As strict as the head: whatever
 * could be read in two ways is refused.
 *
 * @module
 */

import { byteText } from "../base/byte_text.ts";
import { Problem } from "../base/problem.ts";
import type { BodyBudget } from "./body_budget.ts";
import type { IncomingBody } from "./call.ts";
import type { Inbox } from "./inbox.ts";
import type { Framing } from "./head_fields.ts";

/** A chunk's size line or a trailer field, in bytes at most. */
const maxLine = 1024;

/** Trailer fields, at most. */
const maxTrailers = 32;

/** Bytes of chunk lines that may come beyond as many as there are bytes of data. */
const framingAllowance = 16 * 1024;

const lineFeed = 10;
const carriageReturn = 13;

const nothing = new Uint8Array();

/** What a {@linkcode RequestBody} is made of. */
export interface RequestBodyOptions {
  /** How the body is delimited. */
  readonly framing: Framing;
  /** Memory for the bodies of all connections. */
  readonly budget: BodyBudget;
  /** Called before the first byte is asked for, to send `100 Continue`. */
  readonly beforeFirst: () => Promise<void>;
}

/** The body of one request; to be read once. */
export class RequestBody implements IncomingBody {
  readonly budget: BodyBudget;
  readonly #inbox: Inbox;
  readonly #beforeFirst: () => Promise<void>;
  readonly #chunked: boolean;
  /** Bytes left of the body, or of the chunk that is being read. */
  #remaining: number;
  #complete: boolean;
  #waiting = false;
  /** Which line of the chunked coding comes next, once the chunk is read. */
  #expected: "size" | "end of data" | "trailer" = "size";
  #trailers = 0;
  #data = 0;
  #framing = 0;

  /**
   * @param inbox Bytes of the connection.
   * @param options How the body is delimited, and where it goes.
   */
  constructor(
    inbox: Inbox,
    { framing, budget, beforeFirst }: RequestBodyOptions,
  ) {
    this.#inbox = inbox;
    this.budget = budget;
    this.#beforeFirst = beforeFirst;
    this.#chunked = framing.kind === "chunked";
    this.#remaining = framing.kind === "length" ? framing.length : 0;
    this.#complete = framing.kind === "none";
  }

  /** Whether every byte of it was read. */
  get complete(): boolean {
    return this.#complete;
  }

  /** Whether its reader waits for the other end. */
  get waiting(): boolean {
    return this.#waiting;
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
   * @returns The bytes, as they come; each piece is overwritten by the next.
   * @throws {Problem} `validation_failed` when the coding is malformed, `bad_json` when the body ends
   * too soon.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#complete) return;
    await this.#beforeFirst();
    while (!this.#complete) {
      const bytes = this.#chunked ? this.#decode() : this.#plain();
      if (bytes.length > 0) yield bytes;
      else if (!this.#complete) await this.#more();
    }
  }

  #plain(): Uint8Array {
    const bytes = this.#inbox.bytes.subarray(0, this.#remaining);
    this.#inbox.use(bytes.length);
    this.#remaining -= bytes.length;
    if (this.#remaining === 0) this.#complete = true;
    return bytes;
  }

  /** Takes out all that has come, and moves the data of many chunks together where they stand. */
  #decode(): Uint8Array {
    const { bytes } = this.#inbox;
    let from = 0;
    let to = 0;
    while (!this.#complete) {
      if (this.#remaining > 0) {
        const count = Math.min(this.#remaining, bytes.length - from);
        if (count === 0) break;
        if (from !== to) bytes.copyWithin(to, from, from + count);
        from += count;
        to += count;
        this.#data += count;
        this.#remaining -= count;
      } else {
        const end = endOfLine(bytes, from);
        if (end < 0) break;
        this.#takeLine(byteText(bytes, from, end - 1));
        this.#framing += end + 1 - from;
        from = end + 1;
      }
      if (this.#framing > framingAllowance + this.#data) throw malformed();
    }
    this.#inbox.use(from);
    return to === 0 ? nothing : bytes.subarray(0, to);
  }

  #takeLine(line: string): void {
    switch (this.#expected) {
      case "size":
        this.#remaining = chunkSize(line);
        this.#expected = this.#remaining === 0 ? "trailer" : "end of data";
        return;
      case "end of data":
        if (line !== "") throw malformed();
        this.#expected = "size";
        return;
      case "trailer":
        if (line === "") this.#complete = true;
        else if (this.#trailers === maxTrailers) throw malformed();
        else this.#trailers += 1;
    }
  }

  async #more(): Promise<void> {
    this.#waiting = true;
    try {
      if (await this.#inbox.more()) return;
    } finally {
      this.#waiting = false;
    }
    throw new Problem(
      "bad_json",
      "Cannot read body: it ends before its announced length",
    );
  }
}

/** Place of the line feed that ends the line at `from`; -1 if it has not come. */
function endOfLine(bytes: Uint8Array, from: number): number {
  const limit = Math.min(bytes.length, from + maxLine + 1);
  let at = from;
  while (at < limit && bytes[at] !== lineFeed) at += 1;
  if (at === limit) {
    if (at - from > maxLine) throw malformed();
    return -1;
  }
  if (at === from || bytes[at - 1] !== carriageReturn) throw malformed();
  return at;
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
