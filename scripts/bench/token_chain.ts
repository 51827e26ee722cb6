/**
 * One session that is refreshed again and again: each request carries the token of the answer before.
 *
 * Tokens are of one length, so the next one is written over the last one, in place.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { requestBytes } from "./http_client.ts";

const marker = Buffer.from('"refresh_token":"');

/** A session's refresh tokens, one after the other. */
export class TokenChain {
  /** The request that uses up the present token. */
  readonly request: Buffer;
  readonly #place: Buffer;

  /**
   * @param token Refresh token to begin with.
   */
  constructor(token: string) {
    const bytes = requestBytes({
      method: "POST",
      path: "/auth/v1/refresh",
      body: { refresh_token: token },
    });
    this.request = Buffer.from(bytes.buffer);
    const at = this.request.indexOf(marker) + marker.length;
    this.#place = this.request.subarray(at, at + token.length);
  }

  /** The present token. */
  get token(): string {
    return this.#place.toString("latin1");
  }

  /**
   * Takes the next token out of an answer.
   *
   * @param body The answer to {@linkcode TokenChain.request}.
   * @throws {Error} When there is no new token in it.
   */
  follow(body: Buffer): void {
    const at = body.indexOf(marker) + marker.length;
    const next = body.subarray(at, at + this.#place.length);
    const quote = body[at + this.#place.length];
    if (
      at < marker.length || quote !== 0x22 || next.equals(this.#place)
    ) {
      throw new Error("Cannot measure: a refresh gave no new token");
    }
    next.copy(this.#place);
  }
}
