/**
 * A process that plays realtime subscribers: many sockets, each joined to one channel, whose messages are only
 * counted and timed.
 *
 * The platform's `WebSocket` would cost more than the server that is measured, so frames are read by hand.
 *
 * @module
 */

import { serveJobs } from "./jobs.ts";

/** What it is asked to do. */
export type RealtimeJob =
  /** Opens sockets; the answer is how many joined. */
  | {
    readonly kind: "open";
    readonly port: number;
    /** Address to connect from: one address has not enough ports for many tries. */
    readonly token: readonly string[];
    readonly table: string | undefined;
  }
  /** Waits until each of the sockets opened first has had so many rows, or until the time is over. */
  | {
    readonly kind: "collect";
    readonly sockets: number;
    readonly rows: number;
    readonly timeoutMs: number;
  }
  /** Ends all sockets. */
  | { readonly kind: "close" };

/** What came of `collect`. */
export interface Collected {
  /** Rows that did not come, over all sockets. */
  readonly lost: number;
  /** Rows that came twice, or out of order. */
  readonly wrong: number;
  /** Rows that came to sockets that were to get none. */
  readonly strayed: number;
  /** Milliseconds from the commit to the client, in order. */
  readonly latencies: { readonly p50: number; readonly p99: number };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const sockets: Socket[] = [];

class Socket {
  readonly #connection: Deno.TcpConn;
  #rest: Uint8Array = new Uint8Array();
  /** Told of each message. */
  onText: (text: string) => void = () => {};

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open(port: number): Promise<Socket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const socket = new Socket(connection);
    await connection.write(encoder.encode(
      `GET /realtime/v1/websocket?vsn=2.0.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n` +
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ));
    const buffer = new Uint8Array(2048);
    let head = "";
    while (!head.includes("\r\n\r\n")) {
      const count = await connection.read(buffer);
      if (count === null) throw new Error("Cannot open: the server hung up");
      head += decoder.decode(buffer.subarray(0, count));
    }
    if (!head.startsWith("HTTP/1.1 101")) {
      throw new Error(`Cannot open: ${head.split("\r\n")[0]}`);
    }
    socket.#read();
    return socket;
  }

  async join(token: string, table: string): Promise<boolean> {
    const joined = new Promise<boolean>((resolve) => {
      this.onText = (text) => {
        if (text.includes('"phx_reply"')) {
          resolve(text.includes('"status":"ok"'));
        }
      };
    });
    await this.send(JSON.stringify(["1", "1", "realtime:bench", "phx_join", {
      "access_token": token,
      config: {
        presence: { enabled: false },
        "postgres_changes": [{ event: "*", schema: "public", table }],
      },
    }]));
    return await joined;
  }

  async send(text: string): Promise<void> {
    const payload = encoder.encode(text);
    const { length } = payload;
    // A mask of zeros changes nothing.
    const head = length < 126
      ? [0x81, 0x80 | length]
      : [0x81, 0x80 | 126, length >> 8, length & 255];
    await this.#connection.write(
      new Uint8Array([...head, 0, 0, 0, 0, ...payload]),
    );
  }

  close(): void {
    this.#connection.close();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const count = await this.#connection.read(buffer).catch(() => null);
      if (count === null) return;
      this.#take(buffer.subarray(0, count));
    }
  }

  #take(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    let at = 0;
    for (;;) {
      if (bytes.length - at < 2) break;
      const short = bytes[at + 1]!;
      const head = short === 126 ? 4 : 2;
      if (bytes.length - at < head) break;
      const length = short === 126
        ? bytes[at + 2]! << 8 | bytes[at + 3]!
        : short;
      if (bytes.length - at < head + length) break;
      if (bytes[at] === 0x81) {
        this.onText(
          decoder.decode(bytes.subarray(at + head, at + head + length)),
        );
      }
      at += head + length;
    }
    this.#rest = bytes.slice(at);
  }
}

async function open(
  { port, token, table }: Extract<RealtimeJob, { kind: "open" }>,
): Promise<number> {
  let joined = 0;
  // A few at a time: a listener's queue is short.
  const one = async (each: string) => {
    const socket = await Socket.open(port);
    sockets.push(socket);
    if (table === undefined || await socket.join(each, table)) joined += 1;
  };
  for (let i = 0; i < token.length; i += 50) {
    await Promise.all(token.slice(i, i + 50).map(one));
  }
  return joined;
}

const idForm = /"record":\{"id":(\d+)/;
const momentForm = /"commit_timestamp":"([^"]+)"/;

async function collect(
  { rows, timeoutMs, sockets: entitled }: Extract<
    RealtimeJob,
    { kind: "collect" }
  >,
): Promise<Collected> {
  const latencies: number[] = [];
  let wrong = 0;
  let strayed = 0;
  let missing = entitled * rows;
  const done = Promise.withResolvers<void>();
  const timer = setTimeout(done.resolve, timeoutMs);
  sockets.forEach((socket, i) => {
    let last: number | undefined;
    socket.onText = (text) => {
      const id = Number(idForm.exec(text)?.[1] ?? NaN);
      if (Number.isNaN(id)) return;
      if (i >= entitled) {
        strayed += 1;
        return;
      }
      if (last !== undefined && id !== last + 1) wrong += 1;
      last = id;
      latencies.push(Date.now() - Date.parse(momentForm.exec(text)![1]!));
      missing -= 1;
      if (missing === 0) done.resolve();
    };
  });
  if (missing > 0) await done.promise;
  clearTimeout(timer);
  latencies.sort((a, b) => a - b);
  const at = (part: number) =>
    latencies[
      Math.min(latencies.length - 1, Math.floor(latencies.length * part))
    ] ?? 0;
  return {
    lost: missing,
    wrong,
    strayed,
    latencies: { p50: at(0.5), p99: at(0.99) },
  };
}

await serveJobs<RealtimeJob>((job) => {
  switch (job.kind) {
    case "open":
      return open(job);
    case "collect":
      return collect(job);
    case "close":
      for (const socket of sockets.splice(0)) socket.close();
      return Promise.resolve(0);
  }
});
