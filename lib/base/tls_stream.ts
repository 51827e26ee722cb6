/**
 * TLS over an accepted TCP connection.
 *
 * Not `Deno.listenTls`: closing one of its connections while the handshake is pending keeps the
 * socket, so that anybody could use up all file descriptors by never saying a word. Here the socket
 * stays ours and is closed by us; only the records in between are made by `node:tls`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import { getBuiltinModule } from "node:process";
import type { SecureContext, TLSSocket } from "node:tls";
import type { ByteStream } from "./byte_stream.ts";

/** Certificate and key, both PEM. */
export interface TlsKeyPair {
  readonly cert: string;
  readonly key: string;
}

/** What the first read of a connection makes room for: most handshakes and requests are smaller. */
const smallRead = 2048;

/** A TLS record and a little more. */
const largeRead = 16_640;

/** What is handed to TLS at once, so that a slow reader can be seen to make progress. */
const largestWrite = 65_536;

/** Presents the bytes of a connection in the form that `node:tls` wants. */
function duplexOf(raw: ByteStream): Duplex {
  let size = smallRead;
  const duplex = new Duplex({
    allowHalfOpen: true,
    read() {
      const room = Buffer.allocUnsafe(size);
      raw.read(room).then(
        (count) => {
          if (count === size) size = largeRead;
          duplex.push(count === null ? null : room.subarray(0, count));
        },
        (error) => duplex.destroy(error),
      );
    },
    write(chunk: Uint8Array, _encoding, done) {
      writeAll(raw, chunk).then(() => done(), done);
    },
    final(done) {
      raw.closeWrite().then(() => done(), done);
    },
  });
  return duplex;
}

async function writeAll(raw: ByteStream, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) {
    sent += await raw.write(bytes.subarray(sent));
  }
}

/** Loaded when the first certificate is read: most servers have none and need not wait for it. */
const tlsModule = () => getBuiltinModule("node:tls");

/** The server's end of one TLS connection. */
export class TlsStream implements ByteStream {
  readonly #raw: ByteStream;
  readonly #context: SecureContext;
  readonly #protocol: string;
  #duplex: Duplex | undefined;
  #socket: TLSSocket | undefined;
  #ended = false;
  #closed = false;
  #wake: (() => void) | undefined;
  #abort: ((error: Error) => void) | undefined;

  /**
   * @param raw The TCP connection; not touched before the first read or write.
   * @param context From {@linkcode secureContext}.
   * @param protocol What is spoken inside, for clients that ask (ALPN).
   */
  constructor(raw: ByteStream, context: SecureContext, protocol: string) {
    this.#raw = raw;
    this.#context = context;
    this.#protocol = protocol;
  }

  async read(into: Uint8Array): Promise<number | null> {
    const socket = this.#socket ??= this.#begin();
    for (;;) {
      if (this.#closed) throw gone();
      const count = Math.min(into.length, socket.readableLength);
      const bytes: Uint8Array | null = count > 0 ? socket.read(count) : null;
      if (bytes !== null) {
        into.set(bytes);
        return bytes.length;
      }
      if (this.#ended) return null;
      const readable = new Promise<void>((resolve) => this.#wake = resolve);
      socket.read(0);
      await readable;
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    const socket = this.#socket ??= this.#begin();
    const count = Math.min(bytes.length, largestWrite);
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(gone());
      this.#abort = reject;
      const part = Buffer.from(bytes.buffer, bytes.byteOffset, count);
      socket.write(part, (error) => error ? reject(error) : resolve(count));
    });
  }

  closeWrite(): Promise<void> {
    const socket = this.#socket ??= this.#begin();
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(gone());
      this.#abort = reject;
      socket.end(() => resolve());
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Each by itself: as long as the handshake is pending, neither ends the other.
    this.#socket?.destroy();
    this.#duplex?.destroy();
    try {
      this.#raw.close();
    } catch {
      // Already gone.
    }
    this.#wake?.();
    this.#abort?.(gone());
  }

  #begin(): TLSSocket {
    const duplex = this.#duplex = duplexOf(this.#raw);
    const settings = {
      isServer: true,
      secureContext: this.#context,
      ALPNProtocols: [this.#protocol],
      allowHalfOpen: true,
    };
    const { TLSSocket } = tlsModule();
    const socket = new TLSSocket(duplex, settings);
    const close = () => this.close();
    duplex.on("error", close);
    duplex.on("close", close);
    socket.on("error", close);
    socket.on("close", close);
    socket.on("end", () => {
      this.#ended = true;
      this.#wake?.();
    });
    socket.on("readable", () => this.#wake?.());
    return socket;
  }
}

function gone(): Error {
  return new Error("Cannot use connection: it is closed");
}

/**
 * Reads certificate and key, once for all connections.
 *
 * @param pair Certificate and key.
 * @returns What {@linkcode TlsStream} needs.
 * @throws {Error} When they do not fit each other, or are none.
 */
export function secureContext({ cert, key }: TlsKeyPair): SecureContext {
  // `node:tls` looks at neither before the first handshake; this does, and listens to nobody.
  Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key }).close();
  const { createSecureContext } = tlsModule();
  return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
}
