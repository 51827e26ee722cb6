/**
 * An HTTP server on a free port, with routes that misbehave on demand.
 *
 * @module
 */

import { z } from "zod";
import { systemClock } from "../../lib/base/clock.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { Problem } from "../../lib/base/problem.ts";
import { json } from "../../lib/http/answer.ts";
import { readJson } from "../../lib/http/body.ts";
import type { Route } from "../../lib/http/call.ts";
import {
  type HttpServer,
  type HttpServerOptions,
  serveHttp,
} from "../../lib/http/server.ts";

const routes: Route[] = [
  { method: "GET", path: "/health", handler: () => json({ status: "ok" }) },
  {
    method: "GET",
    path: "/who",
    handler: ({ address, query, requestId }) =>
      json({ address, query: query.get("q"), requestId }),
  },
  {
    method: "POST",
    path: "/echo",
    handler: async (call) =>
      json(
        await readJson(call, z.object({ a: z.unknown() }), { deadlineMs: 100 }),
      ),
  },
  {
    method: "GET",
    path: "/fail",
    handler() {
      throw new Error("the secret is hunter2");
    },
  },
  {
    method: "GET",
    path: "/busy",
    handler() {
      throw new Problem("server_busy", "Cannot answer now", {
        retryAfter: 3,
        cause: new Error("hunter2"),
      });
    },
  },
];

/** A server for one test. */
export interface TestServer extends HttpServer, AsyncDisposable {
  readonly url: string;
  readonly metrics: Metrics;
}

/**
 * @param options What differs from a server on a free port with the routes above.
 * @returns The running server; disposing of it ends it.
 */
export function serve(options: Partial<HttpServerOptions> = {}): TestServer {
  const metrics = new Metrics();
  const server = serveHttp({
    hostname: "127.0.0.1",
    port: 0,
    routes,
    metrics,
    log: silentLog,
    clock: systemClock,
    ...options,
  });
  return {
    ...server,
    metrics,
    url: `${
      options.tls === undefined ? "http" : "https"
    }://localhost:${server.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(100),
  };
}

/** A request that is answered well. */
export const healthRequest = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

/** The first lines of a request with a JSON body. */
export const postHead =
  "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

/** A route that answers when the test says so. */
export interface WaitingRoute {
  /** `GET /wait`. */
  readonly route: Route;
  /** Settles when a request has come. */
  readonly arrived: Promise<void>;
  /** Answers every request. */
  answer(response: Response): void;
}

/**
 * @returns The route.
 */
export function waitingRoute(): WaitingRoute {
  const arrived = Promise.withResolvers<void>();
  const held = Promise.withResolvers<Response>();
  const route: Route = {
    method: "GET",
    path: "/wait",
    handler() {
      arrived.resolve();
      return held.promise;
    },
  };
  return { route, arrived: arrived.promise, answer: held.resolve };
}
