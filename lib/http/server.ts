/**
 * The HTTP/1.1 server: listens, admits connections, ends in good order.
 *
 * On `Deno.listen` rather than `Deno.serve`, which has no deadline for a request's header, no limit of
 * connections, answers malformed requests without a body, and lets nobody at its sockets. Measured,
 * this costs nothing: see `docs/decisions.md`. HTTP/2 is left to a proxy in front.
 *
 * @module
 */

import { acceptAll } from "../base/accept.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import {
  contains,
  type Network,
  parseAddress,
} from "../base/network_address.ts";
import { Problem } from "../base/problem.ts";
import {
  secureContext,
  type TlsKeyPair,
  TlsStream,
} from "../base/tls_stream.ts";
import { answerBytes } from "./answer_bytes.ts";
import type { Route } from "./call.ts";
import { canonicalAddress } from "./client_address.ts";
import { Connections } from "./connections.ts";
import { createCors } from "./cors.ts";
import type { ConnectionDeadlines } from "./phase.ts";
import { createRouter } from "./router.ts";
import { createService } from "./service.ts";
import { createTurnAway } from "./turn_away.ts";

export type { TlsKeyPair };

/** Settings of {@linkcode serveHttp}. */
export interface HttpServerOptions {
  readonly hostname: string;
  /** Port; 0 lets the system choose. */
  readonly port: number;
  /** Serves TLS if given. */
  readonly tls?: TlsKeyPair | undefined;
  readonly routes: readonly Route[];
  /**
   * Origins whose pages may call.
   *
   * @default {["*"]}
   */
  readonly corsOrigins?: readonly string[];
  /**
   * Networks whose `X-Forwarded-For` is believed.
   *
   * @default {[]}
   */
  readonly trustedProxies?: readonly Network[];
  /**
   * Connections at most. Lowered at run time when the system runs out of file descriptors.
   *
   * @default {8000}
   */
  readonly maxConnections?: number;
  /**
   * Connections at most from one address.
   *
   * @default {2000}
   */
  readonly maxConnectionsPerAddress?: number;
  /** Deadlines that differ from {@linkcode defaultDeadlines}. */
  readonly deadlines?: Partial<ConnectionDeadlines>;
  /**
   * Turns what a layer below throws into what the caller sees; what it leaves alone is answered 500.
   *
   * @default {() => undefined}
   */
  readonly problemOf?: (error: unknown) => Problem | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** Deadlines of connections, in milliseconds. */
export const defaultDeadlines: ConnectionDeadlines = {
  head: 15_000,
  idle: 75_000,
  write: 30_000,
  linger: 5_000,
};

/** A running server. */
export interface HttpServer {
  /** Address it listens on. */
  readonly hostname: string;
  /** Port it listens on. */
  readonly port: number;

  /**
   * Stops accepting, finishes what was accepted, then closes the rest.
   *
   * @param deadlineMs How long finishing may take.
   */
  shutdown(deadlineMs: number): Promise<void>;
}

/** How often the log tells that the system refuses connections. */
const tellEveryMs = 10_000;

/** What those are told for whom there is no room. */
const noRoom = {
  "address_full": () =>
    new Problem(
      "over_request_rate_limit",
      "Cannot connect: too many connections from this address",
      { retryAfter: 1 },
    ),
  full: () =>
    new Problem(
      "server_busy",
      "Cannot connect: the server has no room for more connections",
      { retryAfter: 1 },
    ),
};

/**
 * Starts a server.
 *
 * @param options Where it listens, what it serves, its limits.
 * @returns The running server.
 * @throws {Deno.errors.AddrInUse} When somebody else listens there.
 */
export function serveHttp(options: HttpServerOptions): HttpServer {
  const {
    tls,
    routes,
    corsOrigins = ["*"],
    trustedProxies = [],
    maxConnections = 8000,
    maxConnectionsPerAddress = 2000,
    problemOf = () => undefined,
    metrics,
    log,
    clock,
  } = options;
  const service = createService({
    router: createRouter(routes),
    cors: createCors(corsOrigins),
    tls: tls !== undefined,
    trustedProxies,
    problemOf,
    metrics,
    log,
    clock,
  });
  const context = tls === undefined ? undefined : secureContext(tls);
  const listener = Deno.listen({
    hostname: options.hostname,
    port: options.port,
  });
  const connections = new Connections({
    service,
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    limit: maxConnections,
    perAddress: maxConnectionsPerAddress,
    isProxy(peer) {
      const address = parseAddress(peer);
      return address !== undefined &&
        trustedProxies.some((network) => contains(network, address));
    },
    monotonic: () => clock.monotonic(),
  });
  metrics.gauge(
    "heliosdb_http_connections",
    "Open HTTP connections.",
    () => connections.size,
  );
  const refused = metrics.counter(
    "heliosdb_http_connections_refused_total",
    "Connections turned away for lack of room.",
    ["reason"],
  );
  const failures = metrics.counter(
    "heliosdb_http_accept_failed_total",
    "Connections that could not be accepted.",
    ["reason"],
  );
  const turnAway = createTurnAway();
  let stopping = false;

  function admit(stream: Deno.TcpConn): void {
    const peer = canonicalAddress(stream.remoteAddr.hostname);
    // One write an answer: waiting for more to send with it would only delay it.
    stream.setNoDelay(true);
    const admission = connections.admit(
      context === undefined
        ? stream
        : new TlsStream(stream, context, "http/1.1"),
      peer,
    );
    if (admission === "admitted") return;
    refused.add(admission);
    // A handshake is more than such a client may cost us.
    if (context !== undefined) return stream.close();
    turnAway(stream, () => {
      const { answer, common } = service.refuse(noRoom[admission](), peer);
      return answerBytes(answer, { common, close: true });
    });
  }

  let toldAt = -tellEveryMs;
  const accepting = acceptAll(listener, {
    admit,
    stopping: () => stopping,
    failed(failure, code) {
      failures.add(failure);
      if (failure === "client_left") return;
      const limit = failure === "no_resources"
        ? connections.lowerLimit()
        : connections.limit;
      if (clock.monotonic() - toldAt < tellEveryMs) return;
      toldAt = clock.monotonic();
      log.warn("http.accept_failed", {
        reason: code,
        connections: connections.size,
        limit,
      });
    },
  });
  const { hostname, port } = listener.addr as Deno.NetAddr;

  return {
    hostname,
    port,
    async shutdown(deadlineMs) {
      stopping = true;
      listener.close();
      await accepting;
      await connections.shutdown(deadlineMs);
    },
  };
}
