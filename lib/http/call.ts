/**
 * One request on its way through the program, and the shape of what answers it.
 *
 * @module
 */

import type { BodyBudget } from "./body_budget.ts";

/** Reads header fields; names in any case. */
export interface HeaderReader {
  /**
   * @param name Name of the field.
   * @returns Its value, several joined by commas; `null` if it was not sent.
   */
  get(name: string): string | null;

  /**
   * @param name Name of the field.
   * @returns Whether it was sent.
   */
  has(name: string): boolean;

  /** @returns Every field, names in lower case. */
  entries(): Iterable<readonly [name: string, value: string]>;
}

/** The body of a request, to be read once and in order; each piece is valid until the next. */
export interface IncomingBody extends AsyncIterable<Uint8Array> {
  /** Memory to read it into, where that is shared with others. */
  readonly budget?: BodyBudget;

  /**
   * Spares small requests the waiting: most bodies come together with their header.
   *
   * @returns The whole body if all of it has come already.
   */
  takeReady?(): Uint8Array | undefined;
}

/** What was sent. The platform's `Request` is one of these too, so tests can use that. */
export interface IncomingRequest {
  /** Method as it was sent. */
  readonly method: string;
  /** Header fields. */
  readonly headers: HeaderReader;
  /** The body; `null` when none was announced. */
  readonly body: IncomingBody | null;
}

/** A request with what the server found out about it. */
export interface Call {
  /** What was sent. */
  readonly request: IncomingRequest;
  /** Method; methods are written in upper case, a lower-case one is another method. */
  readonly method: string;
  /** Path of the URL, undecoded. */
  readonly path: string;
  /** Query of the URL without its question mark, undecoded. */
  readonly search: string;
  /** Query parameters. */
  readonly query: URLSearchParams;
  /** Address of the client, behind trusted proxies too; IPv4-mapped IPv6 is written as IPv4. */
  readonly address: string;
  /** Identifies the request in answers and log lines. */
  readonly requestId: string;
}

/** Answers one request, or throws a `Problem`. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A method and a path with its handler. */
export interface Route {
  /** `*` for all, OPTIONS too: a tree whose handler knows its methods better. */
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "*";
  /**
   * Exact path, for example `/auth/v1/signup`; the last segment may be a name (`/docs/:file`), or `*` for
   * everything below (`/rest/v1/*`).
   */
  readonly path: string;
  readonly handler: Handler;
  /**
   * Whether a `GET` route answers `HEAD` too. Not where answering has effects, for `HEAD` is sent by
   * those who only look (RFC 9110 §9.2.1).
   *
   * @default {true}
   */
  readonly head?: boolean;
  /**
   * Whether pages of other origins may call.
   *
   * @default {true}
   */
  readonly cors?: boolean;
}
