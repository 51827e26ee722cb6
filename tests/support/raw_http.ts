/**
 * Speaks to an HTTP server byte by byte, as no proper client would.
 *
 * @module
 */

/** What came back over a connection until its end. */
export interface RawAnswer {
  /** Status of the first answer, 0 when none came. */
  status: number;
  /** Everything that was received. */
  text: string;
  /** Body of the last answer as JSON, if it is that. */
  // deno-lint-ignore no-explicit-any -- tests look into it
  json: any;
}

/** A connection that stays under the test's control. */
export class RawClient implements Disposable {
  readonly #stream: Deno.Conn;
  #received = "";
  #closed = false;

  /**
   * @param stream A connection, for example one with TLS.
   */
  constructor(stream: Deno.Conn) {
    this.#stream = stream;
  }

  /**
   * @param port Port on the loopback address.
   * @returns The connection.
   */
  static async connect(port: number): Promise<RawClient> {
    return new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Sends text, one byte a character; a closed connection is no error here. */
  async send(text: string): Promise<void> {
    await this.sendBytes(Uint8Array.from(text, (c) => c.charCodeAt(0)));
  }

  /** Sends bytes; a closed connection is no error here. */
  async sendBytes(bytes: Uint8Array): Promise<void> {
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await this.#stream.write(bytes.subarray(sent));
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Says that nothing more will be sent. */
  async end(): Promise<void> {
    await this.#stream.closeWrite();
  }

  /**
   * Reads until what has come satisfies `enough`, or the end.
   *
   * @param enough Tells from everything received.
   * @returns Everything received.
   */
  async until(enough: (text: string) => boolean): Promise<string> {
    const decoder = new TextDecoder();
    const buffer = new Uint8Array(65_536);
    while (!enough(this.#received)) {
      const count = await this.#stream.read(buffer).catch(() => null);
      if (count === null) break;
      this.#received += decoder.decode(buffer.subarray(0, count));
    }
    return this.#received;
  }

  /** Reads until the server ends the connection. */
  async rest(): Promise<RawAnswer> {
    const text = await this.until(() => false);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
    const body = text.slice(text.lastIndexOf("\r\n\r\n") + 4);
    return {
      status,
      text,
      json: body.startsWith("{") ? JSON.parse(body) : undefined,
    };
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stream.close();
  }
}

/**
 * Sends one text and reads everything that comes back.
 *
 * @param port Port on the loopback address.
 * @param text One byte a character.
 * @param end Whether to say afterwards that nothing more will be sent.
 * @returns What came back.
 */
export async function exchange(
  port: number,
  text: string,
  end = true,
): Promise<RawAnswer> {
  using client = await RawClient.connect(port);
  await client.send(text);
  if (end) await client.end().catch(() => {});
  return await client.rest();
}
