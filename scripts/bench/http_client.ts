/**
 * A keep-alive HTTP/1.1 client that costs little, because it shares the cores with the server it
 * measures: requests are bytes made beforehand, of the answer only status and length are read.
 *
 * Reads answers with a `Content-Length` only, and one at a time.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** An answer; its bytes are overwritten by the next one. */
export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** What a request is made of. */
export interface RequestParts {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** Bearer token. */
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const headEnd = Buffer.from("\r\n\r\n");
const lengthField = /\r\ncontent-length: *(\d+)\r\n/i;
const encoder = new TextEncoder();

/**
 * Makes the bytes of a request.
 *
 * @param parts Method, path, token, body.
 * @returns Head and body.
 */
export function requestBytes(
  { method, path, token, body }: RequestParts,
): Uint8Array<ArrayBuffer> {
  const json = body === undefined ? "" : JSON.stringify(body);
  const fields = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (token !== undefined) fields.push(`Authorization: Bearer ${token}`);
  if (body !== undefined) {
    fields.push(
      "Content-Type: application/json",
      `Content-Length: ${encoder.encode(json).length}`,
    );
  }
  return encoder.encode(`${fields.join("\r\n")}\r\n\r\n${json}`);
}

/** One connection. */
export class HttpClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  #inbox: Buffer = Buffer.alloc(65_536);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    connection.setNoDelay(true);
  }

  /**
   * @param port Where the server listens on the loopback address.
   * @returns A connection to it.
   */
  static async connect(port: number): Promise<HttpClient> {
    return new HttpClient(
      await Deno.connect({ hostname: "127.0.0.1", port }),
    );
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param request What {@linkcode requestBytes} made.
   * @returns The answer.
   */
  async exchange(request: Uint8Array): Promise<Answer> {
    for (let sent = 0; sent < request.length;) {
      sent += await this.#connection.write(request.subarray(sent));
    }
    let size = 0;
    let bodyStart = 0;
    let end = Infinity;
    while (size < end) {
      const count = await this.#connection.read(this.#inbox.subarray(size));
      if (count === null) {
        throw new Error("Cannot read answer: connection closed");
      }
      size += count;
      if (bodyStart > 0) continue;
      const at = this.#inbox.subarray(0, size).indexOf(headEnd);
      if (at < 0) continue;
      const head = this.#inbox.toString("latin1", 0, at + 2);
      const length = Number(lengthField.exec(head)?.[1] ?? 0);
      bodyStart = at + headEnd.length;
      end = bodyStart + length;
      this.#makeRoom(end);
    }
    return {
      status: Number(this.#inbox.toString("latin1", 9, 12)),
      body: this.#inbox.subarray(bodyStart, end),
    };
  }

  /** Closes the connection. */
  [Symbol.dispose](): void {
    this.#connection.close();
  }

  #makeRoom(size: number): void {
    if (size < this.#inbox.length) return;
    const larger = Buffer.alloc(size * 2);
    this.#inbox.copy(larger);
    this.#inbox = larger;
  }
}
