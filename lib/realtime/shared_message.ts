/**
 * A message for many clients: written once in each way that somebody reads.
 *
 * @module
 */

import {
  type PhoenixMessage,
  type PhoenixVersion,
  writeMessage,
} from "./phoenix.ts";

/** Makes of a message what a socket sends; the same bytes may go to many. */
export type Encode = (message: string | Uint8Array) => Uint8Array;

/** See the top of the file. */
export class SharedMessage {
  readonly #message: PhoenixMessage;
  readonly #encode: Encode;
  readonly #frames = new Map<PhoenixVersion, Uint8Array | undefined>();

  /**
   * @param message The message.
   * @param encode Makes frames.
   */
  constructor(message: PhoenixMessage, encode: Encode) {
    this.#message = message;
    this.#encode = encode;
  }

  /**
   * @param version How the client reads.
   * @returns The frame; nothing when it cannot be written that way (bytes, for 1.0.0).
   */
  frame(version: PhoenixVersion): Uint8Array | undefined {
    if (!this.#frames.has(version)) {
      const text = writeMessage(this.#message, version);
      this.#frames.set(
        version,
        text === undefined ? undefined : this.#encode(text),
      );
    }
    return this.#frames.get(version);
  }
}
