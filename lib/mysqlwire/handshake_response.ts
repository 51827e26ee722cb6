/**
 * Reads what a client says at first: SSLRequest, HandshakeResponse41, and COM_CHANGE_USER, which says
 * the same later.
 *
 * @module
 */

import { FatalError, malformed } from "./failure.ts";
import type { PacketReader } from "./packet_reader.ts";
import { capability } from "./protocol.ts";

/** Length of SSLRequest, which is the beginning of HandshakeResponse41. */
const sslRequestLength = 32;

/** The most attributes that are read; their names and values come from a stranger. */
const attributeLimit = 64;

/** What a client says. */
export interface ClientHello {
  readonly capabilities: number;
  /** Number of a collation. */
  readonly charset: number;
  readonly user: string;
  /** First answer of the plugin. */
  readonly answer: Uint8Array<ArrayBuffer>;
  readonly database: string | undefined;
  /** Plugin that made the answer; nothing for a client that knows of none. */
  readonly plugin: string | undefined;
  /** Connection attributes. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** A wish for TLS. */
export interface SslRequest {
  readonly kind: "ssl";
  readonly capabilities: number;
}

/** @returns `kind` `ssl` or `hello`. */
export type FirstMessage =
  | SslRequest
  | ({ readonly kind: "hello" } & ClientHello);

function readAttributes(message: PacketReader): Map<string, string> {
  const attributes = new Map<string, string>();
  const length = message.length() ?? 0;
  const end = message.at + length;
  if (end > message.end) throw malformed();
  while (message.at < end) {
    const name = message.countedText();
    const value = message.countedText();
    if (attributes.size < attributeLimit) attributes.set(name, value);
  }
  if (message.at !== end) throw malformed();
  return attributes;
}

/** Text that ends with NUL or with the message: some clients save the last byte. */
function lastText(message: PacketReader): string {
  const { bytes, at, end } = message;
  return bytes.indexOf(0, at) >= at && bytes.indexOf(0, at) < end
    ? message.text()
    : message.restText();
}

/**
 * Reads the first message.
 *
 * @param message Message.
 * @param offered Capabilities of the server; what it has not is no longer the client's.
 * @returns What it says.
 * @throws {FatalError} 1043 for a client of before 4.1, 1835.
 */
export function readFirst(
  message: PacketReader,
  offered: number,
): FirstMessage {
  const whole = message.left;
  if (whole < sslRequestLength) throw oldClient();
  const said = message.uint32();
  if ((said & capability.protocol41) === 0) throw oldClient();
  const capabilities = said & offered;
  message.uint32();
  const charset = message.byte();
  message.skip(23);
  if (message.left === 0) {
    if ((capabilities & capability.ssl) === 0) throw oldClient();
    return { kind: "ssl", capabilities };
  }
  if ((said & capability.compress & ~offered) !== 0) {
    throw new FatalError(
      1043,
      "08S01",
      "Bad handshake: compression is not offered here",
    );
  }
  const user = message.text();
  const answer = readAnswer(message, capabilities);
  const database = (capabilities & capability.connectWithDb) !== 0 &&
      message.left > 0
    ? lastText(message)
    : "";
  return {
    kind: "hello",
    capabilities,
    charset,
    user,
    answer,
    database: database === "" ? undefined : database,
    plugin: (capabilities & capability.pluginAuth) !== 0 && message.left > 0
      ? lastText(message)
      : undefined,
    attributes: (capabilities & capability.connectAttrs) !== 0 &&
        message.left > 0
      ? readAttributes(message)
      : new Map(),
  };
}

function readAnswer(
  message: PacketReader,
  capabilities: number,
): Uint8Array<ArrayBuffer> {
  if ((capabilities & capability.pluginAuthLenenc) !== 0) {
    return message.countedBytes();
  }
  if ((capabilities & capability.secureConnection) === 0) {
    return message.nulBytes();
  }
  const length = message.byte();
  const start = message.skip(length);
  return message.bytes.slice(start, start + length);
}

/**
 * Reads COM_CHANGE_USER.
 *
 * @param message Message, after the command's byte.
 * @param capabilities What was agreed on.
 * @returns What it says.
 */
export function readChangeUser(
  message: PacketReader,
  capabilities: number,
): ClientHello {
  const user = message.text();
  const length = message.byte();
  const start = message.skip(length);
  const answer = message.bytes.slice(start, start + length);
  const database = message.left > 0 ? lastText(message) : "";
  const charset = message.left >= 2 ? message.uint16() : 0;
  return {
    capabilities,
    charset,
    user,
    answer,
    database: database === "" ? undefined : database,
    plugin: (capabilities & capability.pluginAuth) !== 0 && message.left > 0
      ? lastText(message)
      : undefined,
    attributes: (capabilities & capability.connectAttrs) !== 0 &&
        message.left > 0
      ? readAttributes(message)
      : new Map(),
  };
}

function oldClient(): FatalError {
  return new FatalError(1043, "08S01", "Bad handshake");
}
