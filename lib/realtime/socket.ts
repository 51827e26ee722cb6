/**
 * What the service sees of a WebSocket.
 *
 * @module
 */

import type { PhoenixVersion } from "./phoenix.ts";

/** The socket of a client. */
export interface Socket {
  /** Sends a frame. */
  send(frame: Uint8Array): void;
  /** Asks whether the other end is there. */
  ping(): void;
  /** Ends it. */
  close(code: number, reason: string): void;
}

/** Codes with which sockets are ended (RFC 6455, 7.4.1, and its registry). */
export const socketCodes = {
  goingAway: 1001,
  policy: 1008,
  restart: 1012,
  tryAgainLater: 1013,
} as const;

/** How a client came. */
export interface ClientOptions {
  readonly socket: Socket;
  readonly version: PhoenixVersion;
  /** Token of the URL, for joins that bring none. */
  readonly token: string | undefined;
}
