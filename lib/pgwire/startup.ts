/**
 * From the first byte of a connection to the moment when the client is let in (PostgreSQL manual,
 * 55.2.1): TLS, cancel requests, protocol versions, authentication.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import {
  authenticate,
  type Authentication,
  type AuthenticationOptions,
} from "./authentication.ts";
import {
  authentication,
  authenticationCode,
  negotiateVersion,
} from "./backend_messages.ts";
import type { Clients } from "../base/clients.ts";
import type { Link } from "./link.ts";
import { FatalError, violation } from "./protocol_violation.ts";
import {
  minorVersion,
  readStartup,
  type StartRequest,
} from "./startup_packet.ts";

/** Where a connection comes from. */
export interface Peer {
  /** Canonical address; `null` for a Unix socket. */
  readonly address: string | null;
  readonly port: number | null;
  /** Whether it comes from this machine: loopback or a Unix socket. */
  readonly isLocal: boolean;
}

/** What starting needs to know. */
export interface StartupOptions {
  readonly authentication: AuthenticationOptions;
  readonly tls: {
    readonly context: SecureContext;
    /** What SCRAM can bind to. */
    readonly endPoint: Uint8Array | undefined;
  } | undefined;
  /** Whether connections from a network must use TLS. */
  readonly requireTls: boolean;
  readonly clients: Clients;
}

const yes = new Uint8Array([0x53]); // S
const no = new Uint8Array([0x4e]); // N

/** How throttles name who comes over a Unix socket. */
const localAddress = "local";

/** Answers SSLRequest or GSSENCRequest with one byte, and does what it says. */
async function answerEncryption(
  link: Link,
  context: SecureContext | undefined,
): Promise<void> {
  if (link.frames.waiting > 0) {
    throw violation(
      "received unencrypted data after SSL request",
      "This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.",
    );
  }
  link.outbox.writer.raw(context === undefined ? no : yes);
  await link.outbox.flush();
  if (context !== undefined) link.secure(context);
}

/** Reads start-up messages until one says who connects; `undefined` when there is nobody. */
async function readRequest(
  link: Link,
  peer: Peer,
  { tls, clients }: StartupOptions,
): Promise<StartRequest | undefined> {
  const answered = new Set<string>();
  for (;;) {
    if (link.frames.next() === 0) {
      if (!await link.more()) return undefined;
      continue;
    }
    const request = readStartup(link.frames.message);
    switch (request.kind) {
      case "start":
        return request;
      case "cancel":
        clients.cancel(request.processId, request.secret);
        return undefined;
    }
    // Each may be asked once, and only before TLS.
    if (answered.has(request.kind) || link.isTls) {
      throw new FatalError(
        "0A000",
        `unsupported frontend protocol 1234.${
          request.kind === "ssl" ? 5679 : 5680
        }: server supports 3.0 to 3.${minorVersion}`,
      );
    }
    answered.add(request.kind);
    const offer = request.kind === "ssl" && peer.address !== null;
    await answerEncryption(link, offer ? tls?.context : undefined);
  }
}

async function converse(
  link: Link,
  exchange: Authentication,
): Promise<boolean> {
  const { frames, outbox } = link;
  let isIn = exchange.begin(outbox.writer);
  while (!isIn) {
    await outbox.flush();
    while (frames.next() === 0) {
      if (!await link.more()) return false;
    }
    isIn = await exchange.answer(frames.message, outbox.writer);
  }
  return true;
}

/**
 * Lets a client in, or not.
 *
 * @param link Its connection.
 * @param peer Where it comes from.
 * @param options What it must prove, and how.
 * @returns Who it is; `undefined` when the connection is done with.
 * @throws {FatalError} When it is not let in.
 */
export async function startUp(
  link: Link,
  peer: Peer,
  options: StartupOptions,
): Promise<StartRequest | undefined> {
  const request = await readRequest(link, peer, options);
  if (request === undefined) return undefined;
  const { frames, outbox, isTls } = link;
  frames.stage = "auth";
  if (request.minor > minorVersion || request.unknown.length > 0) {
    negotiateVersion(outbox.writer, minorVersion, request.unknown);
  }
  if (options.requireTls && !isTls && peer.address !== null) {
    throw new FatalError(
      "28000",
      "connections from a network must use TLS here",
    );
  }
  options.clients.checkRoom();
  const exchange = authenticate({
    user: request.user,
    address: peer.address ?? localAddress,
    isPrivate: isTls || peer.isLocal,
    endPoint: isTls ? options.tls?.endPoint : undefined,
  }, options.authentication);
  if (!await converse(link, exchange)) return undefined;
  authentication(outbox.writer, authenticationCode.ok);
  frames.stage = "ready";
  return request;
}
