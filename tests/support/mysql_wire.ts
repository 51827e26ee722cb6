/**
 * A MySQL server on a free port with the real engine behind it, and a client that sends what it is told,
 * right or wrong.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { constants, publicEncrypt } from "node:crypto";
import { defaultThrottleLimits, Throttles } from "../../lib/auth/throttles.ts";
import { systemClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { type MysqlPlugin, mysqlProof } from "../../lib/base/mysql_password.ts";
import {
  type OpenEngine,
  openEngine,
} from "../../lib/engine/session/open_engine.ts";
import {
  type MysqlServer,
  type MysqlServerOptions,
  serveMysql,
} from "../../lib/mysqlwire/server.ts";
import { capability, command } from "../../lib/mysqlwire/protocol.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { testAuthority } from "./test_certificate.ts";

/** A server of a test. */
export interface TestMysql extends AsyncDisposable {
  readonly server: MysqlServer;
  readonly engine: OpenEngine;
  readonly metrics: Metrics;
  /** A connection that has read the greeting and said nothing yet. */
  connect(): Promise<MysqlWireClient>;
  /** A connection of `root` that is ready for commands. */
  ready(options?: SignInOptions): Promise<MysqlWireClient>;
}

/** Password of role `postgres` in these tests. */
export const password = "s3cret";

/**
 * Starts a server.
 *
 * @param options What differs from one that asks for passwords.
 * @returns The server.
 */
export async function serveMysqlWire(
  options: Partial<MysqlServerOptions> = {},
): Promise<TestMysql> {
  const metrics = new Metrics();
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder(Deno.env.get.bind(Deno.env)),
    clock: systemClock,
    log: silentLog,
  });
  await engine.setPassword("postgres", password);
  const server = await serveMysql({
    hostname: "127.0.0.1",
    port: 0,
    engine,
    trust: false,
    serverKey: new Uint8Array(32).fill(7),
    throttles: new Throttles(defaultThrottleLimits, systemClock),
    metrics,
    log: silentLog,
    clock: systemClock,
    ...options,
  });
  const connect = async () => {
    const stream = await Deno.connect({
      hostname: "127.0.0.1",
      port: server.port,
    });
    stream.setNoDelay(true);
    const client = new MysqlWireClient(stream);
    await client.readGreeting();
    return client;
  };
  return {
    server,
    engine,
    metrics,
    connect,
    async ready(signIn = {}) {
      const client = await connect();
      const outcome = await client.signIn(signIn);
      if (outcome !== "ok") throw new Error(`Cannot sign in: ${outcome}`);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await server.shutdown(500);
      await engine.close();
    },
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * @param parts Bytes, texts as they are, or single bytes.
 * @returns All of them.
 */
export function bytes(
  ...parts: (Uint8Array | string | number)[]
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    parts.flatMap((part) =>
      typeof part === "string"
        ? [...encoder.encode(part)]
        : typeof part === "number"
        ? [part]
        : [...part]
    ),
  );
}

/** @returns A number of so many bytes, least first. */
export function number(value: number, count: number): Uint8Array {
  return new Uint8Array(
    Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** i) & 255),
  );
}

/** @returns A packet. */
export function packet(
  sequence: number,
  ...parts: (Uint8Array | string | number)[]
): Uint8Array<ArrayBuffer> {
  const body = bytes(...parts);
  return bytes(number(body.length, 3), sequence, body);
}

/** How a client signs in. */
export interface SignInOptions {
  /** @default {"root"} */
  readonly user?: string;
  /** @default {password} */
  readonly password?: string;
  /** Plugin that the first answer is made with. */
  readonly plugin?: string;
  readonly database?: string;
  /** Bits besides the usual. */
  readonly capabilities?: number;
  /** Whether to ask for TLS first. */
  readonly tls?: boolean;
  /** Whether the first answer is left empty, as by a client that expects another plugin. */
  readonly waits?: boolean;
  /** Full authentication without TLS: sends the password as it is, which no server may take. */
  readonly careless?: boolean;
}

/** Bits that every client of ours sets. */
export const usual = capability.protocol41 | capability.secureConnection |
  capability.pluginAuth | capability.multiResults | capability.transactions |
  capability.deprecateEof;

/** A message from the server. */
export interface Answer {
  readonly sequence: number;
  readonly body: Uint8Array;
}

/** @returns What ERR says, or undefined for another message. */
export function errorOf({ body }: Answer): string | undefined {
  if (body[0] !== 0xff) return undefined;
  const errno = body[1]! | body[2]! << 8;
  return `${errno} ${decoder.decode(body.subarray(3))}`;
}

/** See the top of the file. */
export class MysqlWireClient implements Disposable {
  stream: Deno.Conn;
  scramble: Uint8Array = new Uint8Array();
  plugin = "";
  serverCapabilities = 0;
  connectionId = 0;
  sequence = 0;
  /** Names of the plugins that the server switched to. */
  readonly switches: string[] = [];
  /** Whether the server asked for the password itself. */
  wasFull = false;
  #rest = new Uint8Array();

  constructor(stream: Deno.Conn) {
    this.stream = stream;
  }

  [Symbol.dispose](): void {
    try {
      this.stream.close();
    } catch {
      // Already gone.
    }
  }

  async send(...parts: Uint8Array[]): Promise<void> {
    const all = bytes(...parts);
    for (let sent = 0; sent < all.length;) {
      sent += await this.stream.write(all.subarray(sent));
    }
  }

  /** Sends a packet with the next number. */
  async say(...parts: (Uint8Array | string | number)[]): Promise<void> {
    await this.send(packet(this.sequence++, ...parts));
  }

  /** @returns The next packet; `undefined` when the server has hung up. */
  async read(): Promise<Answer | undefined> {
    for (;;) {
      const rest = this.#rest;
      if (rest.length >= 4) {
        const length = rest[0]! | rest[1]! << 8 | rest[2]! << 16;
        if (rest.length >= length + 4) {
          this.#rest = rest.subarray(length + 4);
          this.sequence = rest[3]! + 1;
          return { sequence: rest[3]!, body: rest.subarray(4, length + 4) };
        }
      }
      const more = new Uint8Array(8192);
      let count: number | null;
      try {
        count = await this.stream.read(more);
      } catch {
        return undefined;
      }
      if (count === null) return undefined;
      this.#rest = bytes(rest, more.subarray(0, count));
    }
  }

  /** @returns Everything up to the end of the connection. */
  async rest(): Promise<Answer[]> {
    const all: Answer[] = [];
    for (;;) {
      const answer = await this.read();
      if (answer === undefined) return all;
      all.push(answer);
    }
  }

  async readGreeting(): Promise<void> {
    const greeting = await this.read();
    if (greeting === undefined) throw new Error("The server hung up");
    const { body } = greeting;
    if (body[0] === 0xff) throw new Error(errorOf(greeting));
    const view = new DataView(body.buffer, body.byteOffset);
    let at = body.indexOf(0) + 1;
    this.connectionId = view.getUint32(at, true);
    const first = body.subarray(at + 4, at + 12);
    const low = view.getUint16(at + 13, true);
    const high = view.getUint16(at + 18, true);
    this.serverCapabilities = (low | high << 16) >>> 0;
    at += 31;
    this.scramble = bytes(first, body.subarray(at, at + 12));
    this.plugin = decoder.decode(body.subarray(at + 13, body.length - 1));
  }

  /** @returns `ok`, what ERR says, or `closed`. */
  async signIn(options: SignInOptions = {}): Promise<string> {
    const { user = "root", password: given = password, tls = false } = options;
    const plugin = options.plugin ?? this.plugin;
    const capabilities = usual | (options.capabilities ?? 0) |
      (options.database === undefined ? 0 : capability.connectWithDb) |
      (tls ? capability.ssl : 0);
    const head = bytes(
      number(capabilities >>> 0, 4),
      number(1 << 24, 4),
      255,
      new Uint8Array(23),
    );
    if (tls) {
      await this.say(head);
      this.stream = await Deno.startTls(this.stream as Deno.TcpConn, {
        hostname: "localhost",
        caCerts: [testAuthority],
      });
    }
    const answer = options.waits === true
      ? new Uint8Array()
      : this.#proof(plugin, given);
    await this.say(
      head,
      `${user}\0`,
      answer.length,
      answer,
      ...(options.database === undefined ? [] : [`${options.database}\0`]),
      `${plugin}\0`,
    );
    return await this.#converse(given, {
      tls,
      careless: options.careless ?? false,
    });
  }

  #proof(plugin: string, given: string): Uint8Array {
    return given === "" ? new Uint8Array() : mysqlProof(
      plugin === "mysql_native_password" ? plugin : "caching_sha2_password",
      given,
      this.scramble,
    );
  }

  async #converse(
    given: string,
    { tls, careless }: { readonly tls: boolean; readonly careless: boolean },
  ): Promise<string> {
    for (;;) {
      const answer = await this.read();
      if (answer === undefined) return "closed";
      const { body } = answer;
      const failed = errorOf(answer);
      if (failed !== undefined) return failed;
      if (body[0] === 0) return "ok";
      if (body[0] === 0xfe) {
        const end = body.indexOf(0, 1);
        const name = decoder.decode(body.subarray(1, end));
        this.switches.push(name);
        this.scramble = body.slice(end + 1, end + 21);
        await this.say(this.#proof(name, given));
      } else if (body[0] === 1 && body[1] === 4 && body.length === 2) {
        this.wasFull = true;
        if (tls || careless) await this.say(given, 0);
        else await this.say(2);
      } else if (body[0] === 1 && body.length > 2) {
        const { scramble } = this;
        const plain = bytes(given, 0).map((byte, i) =>
          byte ^ scramble[i % 20]!
        );
        await this.say(publicEncrypt({
          key: Buffer.from(body.subarray(1)),
          padding: constants.RSA_PKCS1_OAEP_PADDING,
        }, plain));
      } else if (!(body[0] === 1 && body[1] === 3)) {
        throw new Error(`Cannot understand ${[...body.subarray(0, 20)]}`);
      }
    }
  }

  /** Sends a command and gives everything up to OK, ERR or the end of rows. */
  async ask(...parts: (Uint8Array | string | number)[]): Promise<Answer[]> {
    this.sequence = 0;
    await this.say(...parts);
    return await this.answers();
  }

  /** @returns Packets of one answer: OK, ERR, or rows with their end. */
  async answers(): Promise<Answer[]> {
    const all: Answer[] = [];
    for (;;) {
      const answer = await this.read();
      if (answer === undefined) return all;
      all.push(answer);
      const [head] = answer.body;
      const isFirst = all.length === 1;
      if (head === 0xff || (isFirst && head === 0)) return all;
      if (!isFirst && head === 0xfe && answer.body.length < 0xffffff) {
        return all;
      }
    }
  }

  /** @returns First column of the first row of a query, or what ERR says. */
  async first(sql: string): Promise<string> {
    const all = await this.ask(command.query, sql);
    for (const each of all) {
      const failed = errorOf(each);
      if (failed !== undefined) return failed;
    }
    const count = all[0]?.body[0] ?? 0;
    if (count === 0) return "ok";
    const row = all[1 + count]!.body;
    if (row[0] === 0xfb) return "NULL";
    return decoder.decode(row.subarray(1, 1 + row[0]!));
  }
}

export type { MysqlPlugin };
