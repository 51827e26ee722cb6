/**
 * Finds the heads of requests in the bytes of a connection.
 *
 * Every byte is looked at once, however slowly or densely they come: nothing is decoded before the
 * end of a head is found, and only that head is.
 *
 * @module
 */

import { Problem } from "../base/problem.ts";
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

const decoder = new TextDecoder("latin1");

/** What a call may be given as arguments without fear for the stack. */
const manyArguments = 4096;

/**
 * Decodes ISO 8859-1.
 *
 * @param bytes Bytes.
 * @returns One character a byte.
 */
export function byteText(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  // The platform's "latin1" is windows-1252, which differs from 0x80 to 0x9f.
  if (!/[^\0-\xff]/.test(text)) return text;
  let exact = "";
  for (let at = 0; at < bytes.length; at += manyArguments) {
    exact += String.fromCharCode(...bytes.subarray(at, at + manyArguments));
  }
  return exact;
}

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
      const text = byteText(bytes.subarray(0, end));
      this.#inbox.use(end + 4);
      this.#searched = 0;
      this.#firstLineSeen = false;
      return parseHead(text);
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
    const seen = bytes.subarray(0, end < 0 ? firstGlance : end + 1);
    if (!isPlausible(byteText(seen))) {
      throw new Problem(
        "validation_failed",
        "Cannot read request: it is not HTTP/1.1",
      );
    }
    this.#firstLineSeen = end >= 0;
  }
}
