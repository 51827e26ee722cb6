/**
 * A client of PostgreSQL's protocol that can do what the benchmark needs and no more: sign in where everybody
 * is trusted, run a text, run one prepared statement over and over.
 *
 * A driver would want to read the environment, which the benchmark may not, and its own work would be measured
 * as well.
 *
 * @module
 */

const encoder = new TextEncoder();
const readyForQuery = 0x5a;
const errorResponse = 0x45;

/** One connection. */
export class PostgresqlClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #chunk = new Uint8Array(65_536);
  /** Beginning of a message that has not arrived as a whole. */
  #rest = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * @param port Port on the loopback address.
   * @returns A connection that is ready.
   */
  static async connect(port: number): Promise<PostgresqlClient> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const client = new PostgresqlClient(connection);
    const words = "user\0postgres\0database\0postgres\0\0";
    await client.#send(message(undefined, int32(196_608), text(words)));
    await client.#ready();
    return client;
  }

  /**
   * Runs a text.
   *
   * @param sql The text; its rows are thrown away.
   */
  async run(sql: string): Promise<void> {
    await this.#send(message("Q", text(`${sql}\0`)));
    await this.#ready();
  }

  /**
   * Prepares the statement of {@linkcode PostgresqlClient.execute}.
   *
   * @param sql A statement with `$1`.
   */
  async prepare(sql: string): Promise<void> {
    const parse = message("P", text(`point\0${sql}\0`), int16(0));
    await this.#send(joined([parse, message("S")]));
    await this.#ready();
  }

  /**
   * Runs the prepared statement.
   *
   * @param value Value of `$1`.
   */
  async execute(value: string): Promise<void> {
    const bytes = encoder.encode(value);
    const bind = message(
      "B",
      text("\0point\0"),
      int16(0),
      int16(1),
      int32(bytes.length),
      bytes,
      int16(0),
    );
    const execute = message("E", text("\0"), int32(0));
    await this.#send(joined([bind, execute, message("S")]));
    await this.#ready();
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  /** Reads until the server waits for the next statement. */
  async #ready(): Promise<void> {
    let failure: string | undefined;
    for (;;) {
      const length = await this.#connection.read(this.#chunk);
      if (length === null) {
        throw new Error("Cannot measure: the server closed the connection");
      }
      const bytes = joined([this.#rest, this.#chunk.subarray(0, length)]);
      const view = new DataView(bytes.buffer);
      let at = 0;
      let ready = false;
      while (at + 5 <= bytes.length) {
        const end = at + 1 + view.getInt32(at + 1);
        if (end > bytes.length) break;
        if (bytes[at] === errorResponse) {
          failure ??= new TextDecoder().decode(bytes.subarray(at + 5, end));
        }
        ready = bytes[at] === readyForQuery;
        at = end;
      }
      this.#rest = bytes.slice(at);
      if (failure !== undefined && !ready && this.#rest.length === 0) break;
      if (ready) break;
    }
    if (failure !== undefined) {
      throw new Error(
        `Cannot measure: the server said ${failure.replaceAll("\0", " ")}`,
      );
    }
  }
}

function message(type: string | undefined, ...parts: Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  const head = int32(length);
  return joined(
    type === undefined ? [head, ...parts] : [text(type), head, ...parts],
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function text(value: string): Uint8Array {
  return encoder.encode(value);
}

function int16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value);
}

function int32(value: number): Uint8Array {
  return Uint8Array.of(value >> 24, value >> 16, value >> 8, value);
}
