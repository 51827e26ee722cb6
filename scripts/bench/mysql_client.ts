/**
 * A client of MySQL's protocol that can do what the benchmark needs and no more: sign in without a password, run
 * a text, run one prepared statement over and over.
 *
 * A driver would want to read the environment, which the benchmark may not, and its own work would be measured
 * as well.
 *
 * @module
 */

const encoder = new TextEncoder();

/** 4.1, secure connection, plugins; rows end with EOF. */
const capabilities = 0x200 | 0x8000 | 0x80000;

const command = { query: 3, prepare: 0x16, execute: 0x17 };

function packet(sequence: number, body: readonly number[]): Uint8Array {
  const { length } = body;
  return new Uint8Array([
    length & 255,
    length >> 8 & 255,
    length >> 16,
    sequence,
    ...body,
  ]);
}

const text = (words: string) => [...encoder.encode(words)];

/** One connection. */
export class MysqlClient implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #chunk = new Uint8Array(65_536);
  #bytes = new Uint8Array(0);
  #execute = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * @param port Port on the loopback address.
   * @returns A connection that is ready.
   */
  static async connect(port: number): Promise<MysqlClient> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const client = new MysqlClient(connection);
    await client.#packets(1);
    await client.#send(packet(1, [
      ...new Uint8Array(new Uint32Array([capabilities, 1 << 24]).buffer),
      45,
      ...new Uint8Array(23),
      ...text("root\0"),
      0,
      ...text("mysql_native_password\0"),
    ]));
    for (;;) {
      const answer = await client.#packets(1);
      if (answer[4] === 0) return client;
      // The other plugin: no password is an empty answer there, too.
      if (answer[4] === 0xfe) await client.#send(packet(answer[3]! + 1, []));
      else throw new Error("Cannot sign in to measure");
    }
  }

  /**
   * Runs a text.
   *
   * @param sql One statement that gives no rows.
   */
  async run(sql: string): Promise<void> {
    await this.#send(packet(0, [command.query, ...text(sql)]));
    const answer = await this.#packets(1);
    if (answer[4] !== 0) {
      throw new Error(
        `Cannot run a statement: ${
          new TextDecoder().decode(answer.subarray(13))
        }`,
      );
    }
  }

  /**
   * Prepares a statement with one integer for a parameter, which gives one row of one column.
   *
   * @param sql The statement.
   */
  async prepare(sql: string): Promise<void> {
    await this.#send(packet(0, [command.prepare, ...text(sql)]));
    // The statement, its parameter and its column, each with EOF.
    const [, , , , , ...id] = await this.#packets(5);
    this.#execute = packet(0, [
      command.execute,
      ...id.slice(0, 4),
      0,
      1,
      0,
      0,
      0,
      0,
      1,
      3,
      0,
      0,
      0,
      0,
      0,
    ]) as Uint8Array<ArrayBuffer>;
  }

  /**
   * Runs the statement.
   *
   * @param value Its parameter.
   */
  async execute(value: number): Promise<void> {
    const message = this.#execute;
    new DataView(message.buffer).setInt32(message.length - 4, value, true);
    await this.#send(message);
    // Count, column, EOF, row, EOF.
    const answer = await this.#packets(5);
    if (answer[4] !== 1) throw new Error("Cannot run the prepared statement");
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let sent = 0; sent < bytes.length;) {
      sent += await this.#connection.write(bytes.subarray(sent));
    }
  }

  /** @returns So many packets; an error ends an answer early. */
  async #packets(count: number): Promise<Uint8Array> {
    let have = 0;
    let at = 0;
    for (;;) {
      const bytes = this.#bytes;
      while (have < count && bytes.length - at >= 4) {
        const end = at + 4 +
          (bytes[at]! | bytes[at + 1]! << 8 | bytes[at + 2]! << 16);
        if (bytes.length < end) break;
        have = bytes[at + 4] === 0xff ? count : have + 1;
        at = end;
      }
      if (have === count) {
        this.#bytes = bytes.slice(at);
        return bytes.subarray(0, at);
      }
      const size = await this.#connection.read(this.#chunk);
      if (size === null) throw new Error("The server hung up");
      const more = new Uint8Array(bytes.length + size);
      more.set(bytes);
      more.set(this.#chunk.subarray(0, size), bytes.length);
      this.#bytes = more;
    }
  }
}
