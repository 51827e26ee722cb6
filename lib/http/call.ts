/**
 * One request on its way through the program, and the shape of what answers it.
 *
 * @module
 */

/** A request with what the server found out about it. */
export interface Call {
  /** The request as `Deno.serve` gave it. */
  readonly request: Request;
  /** Upper-case method. */
  readonly method: string;
  /** Path of the URL, undecoded. */
  readonly path: string;
  /** Query parameters. */
  readonly query: URLSearchParams;
  /** Address of the client, behind trusted proxies too; IPv4-mapped IPv6 is written as IPv4. */
  readonly address: string;
  /** Identifies the request in answers and log lines. */
  readonly requestId: string;
  /** Milliseconds on the monotonic clock when the request arrived. */
  readonly arrivedAt: number;
}

/** Answers one request, or throws a `Problem`. */
export type Handler = (call: Call) => Response | Promise<Response>;

/** A method and a path with its handler. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Exact path, for example `/auth/v1/signup`. */
  readonly path: string;
  readonly handler: Handler;
}
