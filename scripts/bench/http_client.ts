/**
 * A keep-alive HTTP/1.1 client that costs little, because it shares the cores with the server it
 * measures: requests are bytes made beforehand, of the answer only status and length are read.
 *
 * Reads one answer at a time, with a `Content-Length` or in chunks; what is in the chunks is not unpacked.
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
  readonly token?: string | undefined;
  /** Other header fields. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
}

const headEnd = Buffer.from("\r\n\r\n");
const lengthField = /\r\ncontent-length: *(\d+)\r\n/i;
const chunkedField = /\r\ntransfer-encoding: *chunked\r\n/i;
/** Ends what comes in chunks (RFC 9112, 7.1); nobody measured here sends trailers. */
const lastChunk = Buffer.from("0\r\n\r\n");
const encoder = new TextEncoder();

/**
 * Makes the bytes of a request.
 *
 * @param parts Method, path, token, other fields, body.
 * @returns Head and body.
 */
export function requestBytes(
  { method, path, token, headers = {}, body }: RequestParts,
): Uint8Array<ArrayBuffer> {
  const json = body === undefined ? "" : JSON.stringify(body);
  const fields = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (token !== undefined) fields.push(`Authorization: Bearer ${token}`);
  for (const [name, value] of Object.entries(headers)) {
    fields.push(`${name}: ${value}`);
  }
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
    let chunked = false;
    while (size < end) {
      const count = await this.#connection.read(this.#inbox.subarray(size));
      if (count === null) {
        throw new Error("Cannot read answer: connection closed");
      }
      size += count;
      if (bodyStart > 0) {
        if (chunked) end = this.#chunksEnd(bodyStart, size);
        continue;
      }
      const at = this.#inbox.subarray(0, size).indexOf(headEnd);
      if (at < 0) continue;
      const head = this.#inbox.toString("latin1", 0, at + 2);
      bodyStart = at + headEnd.length;
      chunked = chunkedField.test(head);
      end = chunked
        ? this.#chunksEnd(bodyStart, size)
        : bodyStart + Number(lengthField.exec(head)?.[1] ?? 0);
      this.#makeRoom(chunked ? size : end);
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

  /** Where an answer in chunks ends, if it has ended. */
  #chunksEnd(start: number, size: number): number {
    const tail = this.#inbox.subarray(
      Math.max(start, size - lastChunk.length),
      size,
    );
    this.#makeRoom(size + 1);
    return tail.equals(lastChunk) ? size : Infinity;
  }

  #makeRoom(size: number): void {
    if (size < this.#inbox.length) return;
    const larger = Buffer.alloc(size * 2);
    this.#inbox.copy(larger);
    this.#inbox = larger;
  }
}
