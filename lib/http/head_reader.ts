/**
 * Finds the heads of requests in the bytes of a connection.
 *
 * Every byte is looked at once, however slowly or densely they come: nothing is decoded before the
 * end of a head is found, and only that head is.
 *
 * @module
 */

import { byteText } from "../base/byte_text.ts";
import { Problem } from "../base/problem.ts";
import type { HeadFields } from "./head_fields.ts";
import type { Inbox } from "./inbox.ts";
import { isPlausible, parseHead, type RequestHead } from "./request_head.ts";

/** Head of a request, in bytes at most. */
export const maxHeadBytes = 32 * 1024;

/** Empty lines before a request that are ignored (RFC 9112 §2.2 asks for one). */
const maxEmptyLines = 8;

/** So much of a first line tells whether it may become that of a request. */
const firstGlance = 64;

const lineFeed = 10;
const carriageReturn = 13;

/** Fields of a head that are kept for the next one, in characters at most. */
const longestKept = 2048;

/** Place of the empty line that ends a head, at or after `from`; -1 if there is none. */
function endOfHead(bytes: Uint8Array, from: number): number {
  // Looks at the last of the four bytes first, which mostly rules out several places at once.
  for (let last = from + 3; last < bytes.length;) {
    const byte = bytes[last];
    if (byte === carriageReturn) {
      last += 1;
    } else if (byte !== lineFeed) {
      last += 4;
    } else if (
      bytes[last - 1] === carriageReturn && bytes[last - 2] === lineFeed &&
      bytes[last - 3] === carriageReturn
    ) {
      return last - 3;
    } else {
      last += 2;
    }
  }
  return -1;
}

/** Reads one head after the other. */
export class HeadReader {
  readonly #inbox: Inbox;
  #searched = 0;
  #firstLineSeen = false;
  /** Those of the last head: most clients send the same with each request. */
  #fields: HeadFields | undefined;

  /**
   * @param inbox Bytes of the connection.
   */
  constructor(inbox: Inbox) {
    this.#inbox = inbox;
  }

  /**
   * Takes the next head out of the bytes that wait.
   *
   * @returns The head, or `undefined` while it is not complete.
   * @throws {Problem} When it is too long, malformed or will never be one.
   */
  next(): RequestHead | undefined {
    if (this.#inbox.size === 0) return undefined;
    if (this.#searched === 0) this.#skipEmptyLines();
    const { bytes } = this.#inbox;
    const end = endOfHead(bytes, this.#searched);
    if (end > maxHeadBytes || (end < 0 && bytes.length > maxHeadBytes)) {
      throw new Problem(
        "payload_too_large",
        `Cannot read request: its header is longer than ${maxHeadBytes} bytes`,
      );
    }
    if (end >= 0) {
      const text = byteText(bytes, 0, end);
      this.#inbox.use(end + 4);
      this.#searched = 0;
      this.#firstLineSeen = false;
      const head = parseHead(text, this.#fields);
      const { fields } = head;
      this.#fields = fields.text.length <= longestKept ? fields : undefined;
      return head;
    }
    if (!this.#firstLineSeen) this.#checkFirstLine(bytes);
    this.#searched = Math.max(0, bytes.length - 3);
    return undefined;
  }

  #skipEmptyLines(): void {
    const { bytes } = this.#inbox;
    let at = 0;
    while (
      at < 2 * maxEmptyLines && bytes[at] === carriageReturn &&
      bytes[at + 1] === lineFeed
    ) at += 2;
    this.#inbox.use(at);
  }

  #checkFirstLine(bytes: Uint8Array): void {
    const end = bytes.indexOf(lineFeed, this.#searched);
    const seen = Math.min(bytes.length, end < 0 ? firstGlance : end + 1);
    if (!isPlausible(byteText(bytes, 0, seen))) {
      throw new Problem(
        "validation_failed",
        "Cannot read request: it is not HTTP/1.1",
      );
    }
    this.#firstLineSeen = end >= 0;
  }
}
