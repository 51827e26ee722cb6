/**
 * From the first byte of a connection to the moment when the client is let in (MySQL internals,
 * "Connection Phase"): greeting, TLS, authentication.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import { serverVersion } from "../sql/mysql/system_variables.ts";
import {
  type Applicant,
  authenticate,
  type AuthenticationOptions,
  newScramble,
  roleOf,
  type Talk,
} from "./authentication.ts";
import { FatalError } from "./failure.ts";
import { type ClientHello, readFirst } from "./handshake_response.ts";
import type { Link } from "./link.ts";
import { greet } from "./messages.ts";
import { capability } from "./protocol.ts";

/** Where a connection comes from. */
export interface Peer {
  /** Canonical address; `null` for a Unix socket. */
  readonly address: string | null;
  readonly port: number | null;
}

/** What starting needs to know. */
export interface StartupOptions {
  readonly authentication: AuthenticationOptions;
  readonly tls: SecureContext | undefined;
  /** Whether connections from a network must use TLS. */
  readonly requireTls: boolean;
}

/** Somebody who was let in. */
export interface Guest {
  readonly hello: ClientHello;
  /** Role that the user is here. */
  readonly role: string;
}

/** How throttles name who comes over a Unix socket. */
const localAddress = "local";

const offered = capability.longPassword | capability.foundRows |
  capability.longFlag | capability.connectWithDb | capability.ignoreSpace |
  capability.protocol41 | capability.interactive | capability.ignoreSigpipe |
  capability.transactions | capability.secureConnection |
  capability.multiStatements | capability.multiResults |
  capability.psMultiResults | capability.pluginAuth | capability.connectAttrs |
  capability.pluginAuthLenenc | capability.sessionTrack |
  capability.deprecateEof;

/**
 * @param link Connection.
 * @returns Sends what waits and gives the next message.
 */
export function talkOver(link: Link): Talk {
  const { packets, outbox } = link;
  return {
    writer: outbox.writer,
    async ask() {
      await outbox.flush();
      while (!packets.next()) {
        if (!await link.more()) return undefined;
      }
      return packets.message;
    },
  };
}

/**
 * @param link Connection.
 * @param peer Where it comes from.
 * @param user Name that the client gave.
 * @returns Who wants to be let in.
 */
export function applicantOf(link: Link, peer: Peer, user: string): Applicant {
  return {
    user,
    address: peer.address ?? localAddress,
    isPrivate: link.isTls || peer.address === null,
  };
}

/** Reads messages until one says who connects; `undefined` when there is nobody. */
async function readHello(
  link: Link,
  talk: Talk,
  { tls, capabilities }: {
    readonly tls: SecureContext | undefined;
    readonly capabilities: number;
  },
): Promise<ClientHello | undefined> {
  for (;;) {
    const message = await talk.ask();
    if (message === undefined) return undefined;
    const first = readFirst(message, capabilities);
    if (first.kind === "hello") return first;
    if (tls === undefined || link.isTls) {
      throw new FatalError(1043, "08S01", "Bad handshake");
    }
    link.secure(tls);
  }
}

/**
 * Lets a client in, or not.
 *
 * @param link Its connection.
 * @param peer Where it comes from.
 * @param options What it must prove, its number, and who is told of its capabilities.
 * @returns Who it is; `undefined` when the connection is done with.
 * @throws {FatalError} When it is not let in.
 */
export async function startUp(
  link: Link,
  peer: Peer,
  options: StartupOptions & {
    readonly connectionId: number;
    readonly said: (hello: ClientHello) => void;
  },
): Promise<Guest | undefined> {
  const { authentication, connectionId, requireTls } = options;
  const talk = talkOver(link);
  const tls = peer.address === null ? undefined : options.tls;
  const capabilities = tls === undefined ? offered : offered | capability.ssl;
  const scramble = newScramble();
  greet(talk.writer, {
    version: serverVersion,
    connectionId,
    scramble,
    capabilities,
    plugin: authentication.plugin,
  });
  const hello = await readHello(link, talk, { tls, capabilities });
  if (hello === undefined) return undefined;
  options.said(hello);
  if (requireTls && !link.isTls && peer.address !== null) {
    throw new FatalError(
      3159,
      "HY000",
      "Connections using insecure transport are prohibited while --require_secure_transport=ON.",
    );
  }
  const applicant = applicantOf(link, peer, hello.user);
  const isIn = await authenticate(applicant, authentication, {
    hello,
    scramble,
    talk,
  });
  if (!isIn) return undefined;
  link.packets.trusted = true;
  return { hello, role: roleOf(hello.user, authentication.verifier) };
}
