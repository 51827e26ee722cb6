/**
 * `GET /health`, `GET /ready`, `GET /metrics`, `GET /version`: what those ask who watch over a server.
 *
 * @module
 */

import type { Clock } from "../lib/base/clock.ts";
import type { Metrics } from "../lib/base/metrics.ts";
import { isLoopback } from "../lib/base/network_address.ts";
import { Problem } from "../lib/base/problem.ts";
import type { Engine } from "../lib/engine/engine.ts";
import { json, text } from "../lib/http/answer.ts";
import type { Call, Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";

/** What these routes need from the rest of the server. */
export interface HealthDeps {
  readonly engine: Pick<Engine, "session" | "stats" | "writable">;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Version of the program. */
  readonly version: string;
  /** Who may read the metrics. */
  readonly metricsFor: "loopback" | "open" | "off";
  /** Whether the server is on its way out. */
  readonly draining: () => boolean;
}

/** The routes in the OpenAPI document. */
export const healthDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/health",
    id: "health",
    tag: "Server",
    summary: "Is it alive",
    answers: {
      200: {
        description: "The process lives.",
        schema: { type: "object", properties: { status: { const: "ok" } } },
      },
    },
  },
  {
    method: "GET",
    path: "/ready",
    id: "ready",
    tag: "Server",
    summary: "Does the database answer",
    answers: {
      200: {
        description: "It does, and can be written.",
        schema: { type: "object", properties: { status: { const: "ready" } } },
      },
    },
  },
  {
    method: "GET",
    path: "/version",
    id: "version",
    tag: "Server",
    summary: "What is running",
    answers: {
      200: {
        description: "Name and version.",
        schema: {
          type: "object",
          properties: {
            name: { type: "string" },
            version: { type: "string" },
            api_version: { type: "string" },
          },
        },
      },
    },
  },
  {
    method: "GET",
    path: "/metrics",
    id: "metrics",
    tag: "Server",
    summary: "What is measured",
    description: "Prometheus text, for whom `--metrics` allows.",
    answers: {
      200: {
        description: "One line a value.",
        type: "text/plain",
        schema: { type: "string" },
      },
    },
    problems: ["not_found"],
  },
];

/** A database that takes longer than this for `SELECT 1` is not ready. */
const readyTimeoutMs = 2000;

/** What a proxy adds: then the loopback address is the proxy's and says nothing about the client. */
const forwardingHeaders = ["x-forwarded-for", "forwarded", "x-real-ip"];

function isLocal({ address, request }: Call): boolean {
  return isLoopback(address) &&
    !forwardingHeaders.some((name) => request.headers.has(name));
}

/** Browsers say for whom they ask; what a page of another origin may not read, it does not get. */
function isForOtherPage({ request: { headers } }: Call): boolean {
  const site = headers.get("sec-fetch-site") ?? "none";
  return headers.has("origin") || (site !== "none" && site !== "same-origin");
}

function measure({ engine, metrics, clock }: HealthDeps): void {
  const startedAt = clock.now() / 1000;
  metrics.gauge(
    "process_start_time_seconds",
    "When the server started.",
    () => startedAt,
  );
  metrics.gauge(
    "process_resident_memory_bytes",
    "Memory in use.",
    () => Deno.memoryUsage().rss,
  );
  metrics.gauge(
    "heliosdb_heap_bytes",
    "JavaScript heap in use.",
    () => Deno.memoryUsage().heapUsed,
  );
  metrics.gauge(
    "heliosdb_uptime_seconds",
    "Time since the start.",
    () => clock.now() / 1000 - startedAt,
  );
  metrics.observedCounter(
    "heliosdb_sql_statements_total",
    "Statements run.",
    () => engine.stats().statements,
  );
  metrics.observedCounter(
    "heliosdb_sql_off_thread_total",
    "Statements that moved off the event loop.",
    () => engine.stats().offThread,
  );
  metrics.observedCounter(
    "heliosdb_sql_transactions_total",
    "Transactions.",
    () => engine.stats().transactions,
  );
  metrics.observedCounter(
    "heliosdb_sql_commits_total",
    "Groups of transactions made durable together.",
    () => engine.stats().commits,
  );
  metrics.observedCounter(
    "heliosdb_sql_syncs_total",
    "fsync calls.",
    () => engine.stats().syncs,
  );
  metrics.gauge(
    "heliosdb_sql_write_queue",
    "Transactions waiting to write.",
    () => engine.stats().writeQueue,
  );
}

function metricsRoute({ metrics, metricsFor }: HealthDeps): Route {
  return {
    method: "GET",
    path: "/metrics",
    cors: false,
    handler(call) {
      if (
        isForOtherPage(call) || (metricsFor === "loopback" && !isLocal(call))
      ) {
        throw new Problem("not_found", "Cannot find this path");
      }
      return text(metrics.text(), "text/plain; version=0.0.4; charset=utf-8");
    },
  };
}

/**
 * Builds the routes and registers what they measure.
 *
 * @param deps Collaborators.
 * @returns The routes.
 */
export function healthRoutes(deps: HealthDeps): Route[] {
  const { engine, version, metricsFor, draining } = deps;
  measure(deps);
  const session = engine.session({ role: "postgres" });

  return [
    { method: "GET", path: "/health", handler: () => json({ status: "ok" }) },
    {
      method: "GET",
      path: "/ready",
      async handler() {
        if (draining()) {
          throw new Problem("server_busy", "Not ready: the server is stopping");
        }
        try {
          await session.query("SELECT 1", [], { timeoutMs: readyTimeoutMs });
        } catch (cause) {
          throw new Problem(
            "storage_failed",
            "Not ready: the database does not answer",
            { cause },
          );
        }
        if (!engine.writable()) {
          throw new Problem(
            "storage_failed",
            "Not ready: the database cannot be written",
          );
        }
        return json({ status: "ready" });
      },
    },
    {
      method: "GET",
      path: "/version",
      handler: () =>
        json({ name: "heliosdb-nano", version, "api_version": "v1" }),
    },
    ...(metricsFor === "off" ? [] : [metricsRoute(deps)]),
  ];
}
