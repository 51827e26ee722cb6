/**
 * The PostgreSQL server: listens, lets clients in, ends in good order.
 *
 * On `Deno.listen`, which answers a fifth to a quarter more prepared statements than `node:net`; TLS
 * is made on top, in `lib/base/tls_stream.ts`.
 *
 * @module
 */

import type { Throttles } from "../auth/throttles.ts";
import { acceptClients } from "../base/accept_clients.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import { isLoopback } from "../base/network_address.ts";
import { secureContext, type TlsKeyPair } from "../base/tls_stream.ts";
import { Turns } from "../base/turns.ts";
import type { ClientEngine } from "../engine/client_session.ts";
import { SqlError } from "../sql/error.ts";
import type { AuthMethod } from "./authentication.ts";
import { endPointOf } from "./channel_binding.ts";
import {
  ClientConnection,
  type ConnectionContext,
} from "./client_connection.ts";
import { Clients } from "../base/clients.ts";
import { FatalError } from "./protocol_violation.ts";
import type { UnixSocket } from "../base/unix_socket.ts";
import { listenUnix } from "./unix_socket.ts";

/** Settings of {@linkcode servePostgres}. */
export interface PostgresServerOptions {
  readonly hostname: string;
  /** Port; 0 lets the system choose. */
  readonly port: number;
  /** Folder of a Unix socket; none without it. */
  readonly socketFolder?: string | undefined;
  readonly engine: ClientEngine;
  /** How clients prove who they are. */
  readonly method: AuthMethod;
  /** Secret for the salts of unknown roles (`server_key.ts`). */
  readonly serverKey: Uint8Array;
  readonly throttles: Throttles;
  /**
   * Whether passwords may come in the clear over a network.
   *
   * @default {false}
   */
  readonly allowClearPassword?: boolean;
  /** Serves TLS if given. */
  readonly tls?: TlsKeyPair | undefined;
  /**
   * Whether connections from a network must use TLS.
   *
   * @default {false}
   */
  readonly requireTls?: boolean;
  /**
   * Sessions at most.
   *
   * @default {2000}
   */
  readonly maxConnections?: number;
  /**
   * Connections at most that have not proved who they are.
   *
   * @default {1000}
   */
  readonly maxHalfOpen?: number;
  /**
   * The most that a message may be long, in bytes.
   *
   * @default {67108864}
   */
  readonly messageLimit?: number;
  /**
   * How long a client may take to prove who it is, in milliseconds.
   *
   * @default {60000}
   */
  readonly authTimeoutMs?: number;
  /**
   * How long a session may be idle outside a transaction, in milliseconds; 0 for ever.
   *
   * @default {0}
   */
  readonly idleTimeoutMs?: number;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** A running server. */
export interface PostgresServer {
  readonly hostname: string;
  readonly port: number;
  /** Path of the Unix socket, if there is one. */
  readonly socketPath: string | undefined;

  /**
   * Stops accepting, ends idle sessions at once and the others after their statement.
   *
   * @param deadlineMs After so many milliseconds statements are stopped.
   */
  shutdown(deadlineMs: number): Promise<void>;
}

function contextOf(
  options: PostgresServerOptions,
  clients: Clients,
): ConnectionContext {
  const { engine, tls, clock, log, metrics } = options;
  const refused = metrics.counter(
    "heliosdb_postgres_refused_total",
    "Clients that were not let in, by SQLSTATE.",
    ["sqlstate"],
  );
  return {
    engine,
    clients,
    authentication: {
      method: options.method,
      verifier: (role) => engine.verifier(role),
      serverKey: options.serverKey,
      throttles: options.throttles,
      clock,
      allowClearPassword: options.allowClearPassword ?? false,
    },
    tls: tls === undefined ? undefined : {
      context: secureContext(tls),
      endPoint: endPointOf(tls.cert),
    },
    requireTls: options.requireTls ?? false,
    turns: new Turns(() => clock.monotonic()),
    clock,
    log,
    messageLimit: options.messageLimit ?? 64 * 1024 * 1024,
    authTimeoutMs: options.authTimeoutMs ?? 60_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 0,
    refused: (sqlState) => refused.add(sqlState),
  };
}

function observe(clients: Clients, metrics: Metrics): void {
  metrics.gauge(
    "heliosdb_postgres_connections",
    "PostgreSQL sessions.",
    () => clients.size,
  );
  metrics.gauge(
    "heliosdb_postgres_half_open",
    "PostgreSQL connections that have not proved who they are.",
    () => clients.halfOpen,
  );
  metrics.observedCounter(
    "heliosdb_postgres_queries_total",
    "Statements executed for PostgreSQL clients.",
    () => clients.queries,
  );
}

/**
 * Starts a server.
 *
 * @param options Where it listens, what it serves, its limits.
 * @returns The running server.
 * @throws {Deno.errors.AddrInUse} When somebody else listens there.
 */
export async function servePostgres(
  options: PostgresServerOptions,
): Promise<PostgresServer> {
  const { clock, log, metrics, authTimeoutMs = 60_000 } = options;
  const clients = new Clients({
    limit: options.maxConnections ?? 2000,
    halfOpenLimit: options.maxHalfOpen ?? 1000,
    sweepMs: Math.min(1000, Math.ceil(authTimeoutMs / 4)),
    clock,
    full: () => new SqlError("53300", "sorry, too many clients already"),
    ids: "even",
  });
  let listener: Deno.TcpListener;
  let context: ConnectionContext;
  let unix: UnixSocket | undefined;
  try {
    context = contextOf(options, clients);
    listener = Deno.listen({ hostname: options.hostname, port: options.port });
  } catch (error) {
    await clients.shutdown(new Error(), 0);
    throw error;
  }
  const { hostname, port } = listener.addr as Deno.NetAddr;
  try {
    if (options.socketFolder !== undefined) {
      unix = await listenUnix(options.socketFolder, port);
    }
  } catch (error) {
    listener.close();
    await clients.shutdown(new Error(), 0);
    throw error;
  }
  observe(clients, metrics);

  const accepting = acceptClients({
    listener,
    unix,
    // `run` never throws.
    admit: (stream, place) =>
      void new ClientConnection(stream, {
        ...place,
        isLocal: place.address === null || isLoopback(place.address),
      }, context).run(),
    makeWay: () => clients.makeWay(),
    tell: (code) =>
      log.warn("pg.accept_failed", { reason: code, sessions: clients.size }),
    clock,
  });

  return {
    hostname,
    port,
    socketPath: unix?.path,
    async shutdown(deadlineMs) {
      await accepting.stop();
      await clients.shutdown(
        new FatalError(
          "57P01",
          "terminating connection due to administrator command",
        ),
        deadlineMs,
      );
    },
  };
}
