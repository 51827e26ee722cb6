/**
 * A PostgreSQL server on a free port, with the double behind it, and a client that sends what it is
 * told, right or wrong.
 *
 * @module
 */

import { Throttles } from "../../lib/auth/throttles.ts";
import { defaultThrottleLimits } from "../../lib/auth/throttles.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import {
  type PostgresServer,
  type PostgresServerOptions,
  servePostgres,
} from "../../lib/pgwire/server.ts";
import { EngineDouble } from "./engine_double.ts";

/** A server of a test. */
export interface TestWire extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly engine: EngineDouble;
  readonly metrics: Metrics;
  readonly port: number;
  /** A connection that has said nothing yet. */
  connect(): Promise<WireClient>;
  /** A connection of role `postgres` that is ready for queries. */
  ready(): Promise<WireClient>;
}

/**
 * Starts a server.
 *
 * @param options What differs from a server of trust.
 * @returns The server.
 */
export async function serveWire(
  options: Partial<PostgresServerOptions> & { engine?: EngineDouble } = {},
): Promise<TestWire> {
  const engine = options.engine ?? new EngineDouble({ postgres: {} });
  const metrics = new Metrics();
  const server = await servePostgres({
    hostname: "127.0.0.1",
    port: 0,
    method: "trust",
    serverKey: new Uint8Array(32).fill(7),
    throttles: new Throttles(defaultThrottleLimits, systemClock),
    metrics,
    log: silentLog,
    clock: systemClock,
    ...options,
    engine,
  });
  const connect = async () => {
    const stream = await Deno.connect({
      hostname: "127.0.0.1",
      port: server.port,
    });
    stream.setNoDelay(true);
    return new WireClient(stream);
  };
  return {
    server,
    engine,
    metrics,
    port: server.port,
    connect,
    async ready() {
      const client = await connect();
      await client.send(startup({ user: "postgres" }));
      await client.until("Z");
      return client;
    },
    [Symbol.asyncDispose]: () => server.shutdown(500),
  };
}

/**
 * Waits for what others are about to do.
 *
 * @param condition Asked again and again.
 */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((go) => setTimeout(go));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message from the server. */
export interface Message {
  readonly type: string;
  readonly body: Uint8Array;
}

/**
 * @param parts Bytes, texts as they are, or numbers as 32 bits.
 * @returns All of them.
 */
export function bytes(
  ...parts: (Uint8Array | string | number)[]
): Uint8Array<ArrayBuffer> {
  const all = parts.flatMap((part) => {
    if (typeof part === "string") return [...encoder.encode(part)];
    if (typeof part === "number") {
      return [part >>> 24, part >>> 16 & 255, part >>> 8 & 255, part & 255];
    }
    return [...part];
  });
  return new Uint8Array(all);
}

/** @returns 16 bits. */
export function int16(value: number): Uint8Array {
  return new Uint8Array([value >> 8 & 255, value & 255]);
}

/**
 * @param type Type of the message.
 * @param parts Its body.
 * @returns The message.
 */
export function frame(
  type: string,
  ...parts: (Uint8Array | string | number)[]
): Uint8Array<ArrayBuffer> {
  const body = bytes(...parts);
  return bytes(type, body.length + 4, body);
}

/**
 * @param pairs Parameters.
 * @param version Protocol version.
 * @returns A start-up message.
 */
export function startup(
  pairs: Record<string, string>,
  version = 3 << 16,
): Uint8Array<ArrayBuffer> {
  const text = Object.entries(pairs).map(([k, v]) => `${k}\0${v}\0`).join("");
  const body = bytes(version, text, "\0");
  return bytes(body.length + 4, body);
}

/** SSLRequest. */
export const sslRequest = bytes(8, 80_877_103);

/** GSSENCRequest. */
export const gssRequest = bytes(8, 80_877_104);

/** Messages that tests send often. */
export const send = {
  query: (text: string) => frame("Q", `${text}\0`),
  parse: (name: string, text: string, types: number[] = []) =>
    frame("P", `${name}\0${text}\0`, int16(types.length), ...types),
  bind: (
    portal: string,
    statement: string,
    values: (string | Uint8Array | null)[] = [],
    { formats = [], results = [] }: {
      formats?: number[];
      results?: number[];
    } = {},
  ) =>
    frame(
      "B",
      `${portal}\0${statement}\0`,
      int16(formats.length),
      ...formats.map(int16),
      int16(values.length),
      ...values.flatMap((value) => {
        if (value === null) return [-1];
        const body = typeof value === "string" ? encoder.encode(value) : value;
        return [body.length, body];
      }),
      int16(results.length),
      ...results.map(int16),
    ),
  describe: (kind: "S" | "P", name: string) => frame("D", `${kind}${name}\0`),
  execute: (portal: string, maxRows = 0) => frame("E", `${portal}\0`, maxRows),
  close: (kind: "S" | "P", name: string) => frame("C", `${kind}${name}\0`),
  flush: frame("H"),
  sync: frame("S"),
  terminate: frame("X"),
};

/** One connection. */
export class WireClient implements Disposable {
  #waiting = new Uint8Array();
  #at = 0;

  constructor(public stream: Deno.Conn) {}

  /** Sends bytes as they are. */
  async send(...parts: Uint8Array[]): Promise<void> {
    const all = bytes(...parts);
    for (let sent = 0; sent < all.length;) {
      sent += await this.stream.write(all.subarray(sent));
    }
  }

  /** @returns One byte that is no message. */
  async byte(): Promise<string> {
    while (this.#waiting.length === this.#at) {
      if (!await this.#more()) throw new Error("The server has hung up");
    }
    return String.fromCharCode(this.#waiting[this.#at++]!);
  }

  /** @returns The next message, `undefined` at the end. */
  async next(): Promise<Message | undefined> {
    for (;;) {
      const waiting = this.#waiting.subarray(this.#at);
      if (waiting.length >= 5) {
        const length = new DataView(waiting.buffer, waiting.byteOffset)
          .getInt32(1);
        if (waiting.length > length) {
          this.#at += length + 1;
          return {
            type: String.fromCharCode(waiting[0]!),
            body: waiting.subarray(5, length + 1),
          };
        }
      }
      if (!await this.#more()) return undefined;
    }
  }

  /**
   * @param type Type of a message.
   * @returns All messages up to one of that type.
   */
  async until(type: string): Promise<Message[]> {
    const messages: Message[] = [];
    for (;;) {
      const message = await this.next();
      if (message === undefined) {
        throw new Error(
          `The server has hung up after ${messages.map(shown).join(" ")}`,
        );
      }
      messages.push(message);
      if (message.type === type) return messages;
    }
  }

  /** @returns All messages up to the end. */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for (;;) {
      let message: Message | undefined;
      try {
        message = await this.next();
      } catch {
        // Reset.
      }
      if (message === undefined) return messages;
      messages.push(message);
    }
  }

  /** Sends, and waits for ReadyForQuery; what came as short texts. */
  async ask(...parts: Uint8Array[]): Promise<string[]> {
    await this.send(...parts);
    return (await this.until("Z")).map(shown);
  }

  async #more(): Promise<boolean> {
    const room = new Uint8Array(65_536);
    const count = await this.stream.read(room);
    if (count === null) return false;
    const rest = this.#waiting.subarray(this.#at);
    this.#waiting = new Uint8Array(rest.length + count);
    this.#waiting.set(rest);
    this.#waiting.set(room.subarray(0, count), rest.length);
    this.#at = 0;
    return true;
  }

  [Symbol.dispose](): void {
    try {
      this.stream.close();
    } catch {
      // Already closed.
    }
  }
}

/**
 * @param body Body of an error or a notice.
 * @returns Its fields.
 */
export function fields(body: Uint8Array): Record<string, string> {
  const found: Record<string, string> = {};
  for (const part of decoder.decode(body).split("\0")) {
    if (part !== "") found[part[0]!] = part.slice(1);
  }
  return found;
}

/**
 * @param message A message.
 * @returns It as a short text: `D 1,abc`, `C SELECT 1`, `E ERROR 22012 …`.
 */
export function shown({ type, body }: Message): string {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  switch (type) {
    case "E":
    case "N": {
      const { S, C, M } = fields(body);
      return `${type} ${S} ${C} ${M}`;
    }
    case "C":
      return `C ${decoder.decode(body.subarray(0, -1))}`;
    case "Z":
      return `Z ${decoder.decode(body)}`;
    case "S":
      return `S ${decoder.decode(body).split("\0").slice(0, 2).join("=")}`;
    case "d":
      return `d ${decoder.decode(body)}`;
    case "D": {
      const values: string[] = [];
      let at = 2;
      for (let left = view.getInt16(0); left > 0; left--) {
        const length = view.getInt32(at);
        at += 4;
        values.push(
          length < 0
            ? "null"
            : decoder.decode(body.subarray(at, at + Math.max(0, length))),
        );
        at += Math.max(0, length);
      }
      return `D ${values.join(",")}`;
    }
    case "T": {
      const columns: string[] = [];
      let at = 2;
      for (let left = view.getInt16(0); left > 0; left--) {
        const end = body.indexOf(0, at);
        const name = decoder.decode(body.subarray(at, end));
        columns.push(
          `${name}:${view.getInt32(end + 7)}/${view.getInt16(end + 17)}`,
        );
        at = end + 19;
      }
      return `T ${columns.join(",")}`;
    }
    case "t":
      return `t ${
        Array.from(
          { length: view.getInt16(0) },
          (_, i) => view.getInt32(2 + 4 * i),
        ).join(",")
      }`;
    default:
      return type;
  }
}
