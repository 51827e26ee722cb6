/**
 * The HTTP/1.1 server: listens, admits connections, ends in good order.
 *
 * On `Deno.listen` rather than `Deno.serve`, which has no deadline for a request's header, no limit of
 * connections, answers malformed requests without a body, and lets nobody at its sockets. Measured,
 * this costs nothing: see `docs/decisions.md`. HTTP/2 is left to a proxy in front.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import {
  contains,
  type Network,
  parseAddress,
} from "../base/network_address.ts";
import { Problem } from "../base/problem.ts";
import { answerBytes } from "./answer_bytes.ts";
import type { Route } from "./call.ts";
import { canonicalAddress } from "./client_address.ts";
import type { ConnectionDeadlines } from "./connection.ts";
import { Connections } from "./connections.ts";
import { createCors } from "./cors.ts";
import { createRouter } from "./router.ts";
import { createService } from "./service.ts";

/** Certificate and key, both PEM. */
export interface TlsKeyPair {
  readonly cert: string;
  readonly key: string;
}

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

/** Pause after the system refused a connection, so that the loop does not spin. */
const pauseMs = 50;

/** How often the log tells that the system refuses connections. */
const tellEveryMs = 10_000;

function listen({ hostname, port, tls }: HttpServerOptions): Deno.Listener {
  return tls === undefined
    ? Deno.listen({ hostname, port })
    : Deno.listenTls({ hostname, port, ...tls, alpnProtocols: ["http/1.1"] });
}

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
  const listener = listen(options);
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
  let stopping = false;

  /** Tells a connection for which there is no room, in one write, and lets go of it. */
  async function turnAway(
    stream: Deno.Conn,
    peer: string,
    problem: Problem,
  ): Promise<void> {
    try {
      const { answer, common } = service.refuse(problem, peer);
      await stream.write(await answerBytes(answer, { common, close: true }));
    } catch {
      // It left by itself.
    } finally {
      stream.close();
    }
  }

  function admit(stream: Deno.Conn): void {
    const { remoteAddr } = stream;
    const peer = remoteAddr.transport === "tcp"
      ? canonicalAddress(remoteAddr.hostname)
      : "";
    // One write an answer: waiting for more to send with it would only delay it.
    if ("setNoDelay" in stream && typeof stream.setNoDelay === "function") {
      stream.setNoDelay(true);
    }
    const admission = connections.admit(stream, peer);
    if (admission === "admitted") return;
    refused.add(admission);
    turnAway(
      stream,
      peer,
      admission === "address_full"
        ? new Problem(
          "over_request_rate_limit",
          "Cannot connect: too many connections from this address",
          { retryAfter: 1 },
        )
        : new Problem(
          "server_busy",
          "Cannot connect: the server has no room for more connections",
          { retryAfter: 1 },
        ),
    );
  }

  async function acceptAll(): Promise<void> {
    let toldAt = -tellEveryMs;
    while (!stopping) {
      let stream: Deno.Conn;
      try {
        stream = await listener.accept();
      } catch (error) {
        if (stopping) return;
        // Mostly EMFILE: out of file descriptors. Whatever it is, the next one may do better.
        const limit = connections.lowerLimit();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        if (clock.monotonic() - toldAt < tellEveryMs) continue;
        toldAt = clock.monotonic();
        const reason = error instanceof Error && "code" in error
          ? String(error.code)
          : "unknown";
        log.warn("http.accept_failed", {
          reason,
          connections: connections.size,
          limit,
        });
        continue;
      }
      try {
        admit(stream);
      } catch {
        stream.close();
      }
    }
  }

  const accepting = acceptAll();
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
