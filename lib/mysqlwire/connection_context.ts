/**
 * What all connections of a server share.
 *
 * @module
 */

import type { Clients } from "../base/clients.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Turns } from "../base/turns.ts";
import type { ClientEngine } from "../engine/client_session.ts";
import type { ClientConnection } from "./client_connection.ts";
import type { Processes } from "./processes.ts";
import type { StartupOptions } from "./startup.ts";

/** See the top of the file. */
export interface ConnectionContext extends StartupOptions {
  readonly engine: ClientEngine;
  readonly clients: Clients<ClientConnection>;
  readonly processes: Processes;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Log;
  /** The most that a message may be long. */
  readonly messageLimit: number;
  /** How long a client may take to prove who it is, in milliseconds. */
  readonly authTimeoutMs: number;
  /** How long a session may be idle outside a transaction, in milliseconds; 0 for ever. */
  readonly idleTimeoutMs: number;
  /** `@@name` of this server. */
  readonly variables: Readonly<Record<string, string | number | null>>;
  /** When the server started, by the monotonic clock. */
  readonly startedAt: number;
  /** Told of every client that was not let in. */
  readonly refused: (errno: number) => void;
}
