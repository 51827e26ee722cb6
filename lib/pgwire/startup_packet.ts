/**
 * Reads the first message of a connection (PostgreSQL manual, 55.2.1, 55.2.8 to 55.2.10).
 *
 * @module
 */

import type { MessageReader } from "./message_reader.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import { splitOptions } from "./startup_options.ts";

/** Newest minor version of protocol 3 that is spoken here. */
export const minorVersion = 0;

const codes = {
  cancel: 80_877_102, // 1234.5678
  ssl: 80_877_103, // 1234.5679
  gss: 80_877_104, // 1234.5680
} as const;

/** The most that a name may be long, as in PostgreSQL (NAMEDATALEN - 1). */
const longestName = 63;

/** Who wants to connect to what, and how. */
export interface StartRequest {
  readonly kind: "start";
  /** Minor version of protocol 3 that the client would like. */
  readonly minor: number;
  readonly user: string;
  readonly database: string;
  /** Settings, those of `options` first, so that the others win. */
  readonly settings: Readonly<Record<string, string>>;
  /** Options of the protocol that are not known here. */
  readonly unknown: readonly string[];
}

/** What a client begins with. */
export type StartupRequest =
  | { readonly kind: "ssl" }
  | { readonly kind: "gss" }
  | {
    readonly kind: "cancel";
    readonly processId: number;
    readonly secret: Uint8Array;
  }
  | StartRequest;

/** Cuts a name as PostgreSQL does, at a character. */
function cut(name: string): string {
  if (name.length * 3 <= longestName) return name;
  const room = new Uint8Array(longestName);
  const { read } = new TextEncoder().encodeInto(name, room);
  return name.slice(0, read);
}

function readPairs(message: MessageReader): Map<string, string> {
  const pairs = new Map<string, string>();
  for (;;) {
    if (message.left === 0) throw badLayout();
    const name = message.text();
    if (name === "") break;
    if (message.left === 0) throw badLayout();
    pairs.set(name, message.text());
  }
  if (message.left > 0) throw badLayout();
  return pairs;
}

function badLayout(): FatalError {
  return violation(
    "invalid startup packet layout: expected terminator as last byte",
  );
}

function readStart(message: MessageReader, minor: number): StartRequest {
  const pairs = readPairs(message);
  const user = cut(pairs.get("user") ?? "");
  if (user === "") {
    throw new FatalError(
      "28000",
      "no PostgreSQL user name specified in startup packet",
    );
  }
  const replication = pairs.get("replication") ?? "false";
  if (!/^(?:false|off|no|0)$/i.test(replication)) {
    throw new FatalError("0A000", "replication is not supported");
  }
  const rest = [...pairs].filter(([name]) =>
    !["user", "database", "options", "replication"].includes(name)
  );
  const isProtocol = ([name]: [string, string]) => name.startsWith("_pq_.");
  return {
    kind: "start",
    minor,
    user,
    database: cut(pairs.get("database") ?? "") || user,
    settings: Object.fromEntries([
      ...splitOptions(pairs.get("options") ?? ""),
      ...rest.filter((pair) => !isProtocol(pair)),
    ]),
    unknown: rest.filter(isProtocol).map(([name]) => name),
  };
}

/**
 * Reads it.
 *
 * @param message Body of the message.
 * @returns What the client wants.
 * @throws {FatalError} 08P01, 0A000 or 28000.
 */
export function readStartup(message: MessageReader): StartupRequest {
  const code = message.int32();
  switch (code) {
    case codes.ssl:
    case codes.gss:
      message.finish();
      return { kind: code === codes.ssl ? "ssl" : "gss" };
    case codes.cancel: {
      const processId = message.int32();
      return { kind: "cancel", processId, secret: message.rest().slice() };
    }
  }
  const major = code >>> 16;
  const minor = code & 0xffff;
  if (major !== 3) {
    throw new FatalError(
      "0A000",
      `unsupported frontend protocol ${major}.${minor}: server supports 3.0 to 3.${minorVersion}`,
    );
  }
  return readStart(message, minor);
}
