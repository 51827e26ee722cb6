/**
 * The MySQL server: listens, lets clients in, ends in good order.
 *
 * @module
 */

import type { SecureContext } from "node:tls";
import type { Throttles } from "../auth/throttles.ts";
import { acceptClients } from "../base/accept_clients.ts";
import { Clients } from "../base/clients.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { MysqlPlugin } from "../base/mysql_password.ts";
import { secureContext, type TlsKeyPair } from "../base/tls_stream.ts";
import { Turns } from "../base/turns.ts";
import { listenOnPath, type UnixSocket } from "../base/unix_socket.ts";
import type { ClientEngine } from "../engine/client_session.ts";
import { MysqlError } from "../sql/mysql/error.ts";
import { ClientConnection } from "./client_connection.ts";
import type { ConnectionContext } from "./connection_context.ts";
import { FatalError } from "./failure.ts";
import { Processes } from "./processes.ts";
import { rsaKey } from "./rsa_key.ts";

/** Settings of {@linkcode serveMysql}. */
export interface MysqlServerOptions {
  readonly hostname: string;
  /** Port; 0 lets the system choose. */
  readonly port: number;
  /** Path of a Unix socket; none without it. */
  readonly socket?: string | undefined;
  readonly engine: ClientEngine;
  /** Whether everybody is let in. */
  readonly trust: boolean;
  /**
   * Plugin that the greeting offers.
   *
   * @default {"caching_sha2_password"}
   */
  readonly plugin?: MysqlPlugin;
  /** Secret for the stand-ins of unknown roles. */
  readonly serverKey: Uint8Array;
  readonly throttles: Throttles;
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
   * `max_allowed_packet`, in bytes.
   *
   * @default {67108864}
   */
  readonly messageLimit?: number;
  /**
   * How long a client may take to prove who it is, in milliseconds.
   *
   * @default {10000}
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
export interface MysqlServer {
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
  options: MysqlServerOptions,
  { clients, tls, port }: {
    readonly clients: Clients<ClientConnection>;
    readonly tls: SecureContext | undefined;
    readonly port: number;
  },
): ConnectionContext {
  const { engine, clock, log, metrics, messageLimit = 64 * 1024 * 1024 } =
    options;
  const refused = metrics.counter(
    "heliosdb_mysql_refused_total",
    "Clients that were not let in, by error number.",
    ["errno"],
  );
  return {
    engine,
    clients,
    processes: new Processes(clients),
    authentication: {
      trust: options.trust,
      plugin: options.plugin ?? "caching_sha2_password",
      verifier: (role) => engine.verifier(role),
      serverKey: options.serverKey,
      throttles: options.throttles,
      clock,
      rsa: rsaKey(),
      unusable: (reason) => log.warn("mysql.role_unusable", { reason }),
    },
    tls,
    requireTls: options.requireTls ?? false,
    turns: new Turns(() => clock.monotonic()),
    clock,
    log,
    messageLimit,
    authTimeoutMs: options.authTimeoutMs ?? 10_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 0,
    variables: {
      port,
      "have_ssl": tls === undefined ? "DISABLED" : "YES",
      "have_openssl": tls === undefined ? "DISABLED" : "YES",
      socket: options.socket ?? "",
      "max_allowed_packet": messageLimit,
      "max_connections": options.maxConnections ?? 2000,
    },
    startedAt: clock.monotonic(),
    refused: (errno) => refused.add(String(errno)),
  };
}

function observe(clients: Clients<ClientConnection>, metrics: Metrics): void {
  metrics.gauge(
    "heliosdb_mysql_connections",
    "MySQL sessions.",
    () => clients.size,
  );
  metrics.gauge(
    "heliosdb_mysql_half_open",
    "MySQL connections that have not proved who they are.",
    () => clients.halfOpen,
  );
  metrics.observedCounter(
    "heliosdb_mysql_queries_total",
    "Commands executed for MySQL clients.",
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
export async function serveMysql(
  options: MysqlServerOptions,
): Promise<MysqlServer> {
  const { clock, log, metrics, authTimeoutMs = 10_000 } = options;
  const tls = options.tls === undefined
    ? undefined
    : secureContext(options.tls);
  const listener = Deno.listen({
    hostname: options.hostname,
    port: options.port,
  });
  const { hostname, port } = listener.addr as Deno.NetAddr;
  let unix: UnixSocket | undefined;
  try {
    if (options.socket !== undefined) {
      unix = await listenOnPath(options.socket, {
        elsewhere: "set --mysql-socket",
        folder: "set --mysql-socket",
      });
    }
  } catch (error) {
    listener.close();
    throw error;
  }
  const clients = new Clients<ClientConnection>({
    limit: options.maxConnections ?? 2000,
    halfOpenLimit: options.maxHalfOpen ?? 1000,
    sweepMs: Math.min(1000, Math.ceil(authTimeoutMs / 4)),
    clock,
    full: () => new MysqlError(1040, "08004", "Too many connections"),
    ids: "odd",
  });
  const context = contextOf(options, { clients, tls, port });
  observe(clients, metrics);

  const accepting = acceptClients({
    listener,
    unix,
    // `run` never throws.
    admit: (stream, place) =>
      void new ClientConnection(stream, place, context).run(),
    makeWay: () => clients.makeWay(),
    tell: (code) =>
      log.warn("mysql.accept_failed", { reason: code, sessions: clients.size }),
    clock,
  });

  return {
    hostname,
    port,
    socketPath: unix?.path,
    async shutdown(deadlineMs) {
      await accepting.stop();
      await clients.shutdown(
        new FatalError(1053, "08S01", "Server shutdown in progress"),
        deadlineMs,
      );
    },
  };
}
