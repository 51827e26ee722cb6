/**
 * Answers requests: finds the route, runs its handler, turns failures into answers, counts and logs.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Network } from "../base/network_address.ts";
import { Problem } from "../base/problem.ts";
import { problemAnswer } from "./answer.ts";
import type { Call, HeaderReader, IncomingRequest } from "./call.ts";
import { clientAddress } from "./client_address.ts";
import type { Reply, Service } from "./connection.ts";
import { type Cors, preflightAnswer } from "./cors.ts";
import { commonLines } from "./headers.ts";
import type { RequestBody } from "./request_body.ts";
import type { RequestHead } from "./request_head.ts";
import type { Router } from "./router.ts";
import { UpgradeAnswer } from "./upgrade.ts";

/** What a service is made of. */
export interface ServiceOptions {
  readonly router: Router;
  readonly cors: Cors;
  /** Whether we serve TLS ourselves. */
  readonly tls: boolean;
  /** Networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly Network[];
  /** Turns what a layer below throws into what the caller sees. */
  readonly problemOf: (error: unknown) => Problem | undefined;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly clock: Clock;
}

/** Methods that metrics tell apart; whatever else somebody sends is `other`. */
const countedMethods = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
]);

const noHeaders: HeaderReader = {
  get: () => null,
  has: () => false,
  entries: () => [],
};

class IncomingCall implements Call {
  readonly request: IncomingRequest;
  readonly method: string;
  readonly path: string;
  readonly search: string;
  #query: URLSearchParams | undefined;

  constructor(
    { method, path, search, fields: { headers } }: RequestHead,
    body: RequestBody,
    readonly address: string,
    readonly requestId: string,
  ) {
    this.method = method;
    this.path = path;
    this.search = search;
    this.request = { method, headers, body: body.complete ? null : body };
  }

  get query(): URLSearchParams {
    return this.#query ??= new URLSearchParams(this.search);
  }
}

/**
 * Says where an error came from without its message, which may hold values.
 *
 * @param error What was thrown.
 * @returns Names of the error and its causes, and the innermost places in the program.
 */
function origin(error: unknown): { error: string; at: string } {
  const names: string[] = [];
  let at = "";
  for (
    let each = error;
    each instanceof Error && names.length < 5;
    each = each.cause
  ) {
    names.push(
      "code" in each ? `${each.name}(${String(each.code)})` : each.name,
    );
    const places = (each.stack ?? "").split("\n").filter((line) =>
      /^\s+at /.test(line)
    );
    if (places.length > 0) {
      at = places.slice(0, 4).map((line) => line.trim().slice(3)).join(" < ");
    }
  }
  return { error: names.join(" < ") || typeof error, at };
}

/**
 * Builds the service of one server.
 *
 * @param options Collaborators and settings.
 * @returns The service.
 */
export function createService(options: ServiceOptions): Service {
  const { router, cors, trustedProxies, problemOf, metrics, log, clock } =
    options;
  const common = commonLines({ tls: options.tls, now: () => clock.now() });
  const requests = metrics.counter(
    "heliosdb_http_requests_total",
    "HTTP requests answered.",
    ["route", "method", "status"],
  );
  const seconds = metrics.histogram(
    "heliosdb_http_request_seconds",
    "Time to answer an HTTP request.",
    ["route"],
  );
  // Ids need to be told apart, not kept secret: a random start of the process and a count.
  const process = crypto.randomUUID().slice(0, 8);
  let count = 0;

  function nextId(): string {
    count += 1;
    return `${process}-${count.toString(36)}`;
  }

  function failure(
    error: unknown,
    call: Pick<Call, "request" | "requestId">,
  ): Response {
    const problem = error instanceof Problem ? error : problemOf(error);
    if (problem === undefined) {
      log.error("http.failed", { requestId: call.requestId, ...origin(error) });
      const text =
        `Cannot answer: something failed inside the server, request ${call.requestId} in its log tells more`;
      return problemAnswer(new Problem("internal_error", text), call);
    }
    const answer = problemAnswer(problem, call);
    if (answer.status >= 500) {
      log.warn("http.problem", {
        requestId: call.requestId,
        code: problem.code,
        ...origin(problem.cause ?? problem),
      });
    }
    return answer;
  }

  function corsLines(headers: HeaderReader): string {
    return cors.lines(cors.variable ? headers.get("origin") : null);
  }

  return {
    async answer(head, body, peer): Promise<Reply> {
      const { method, fields: { headers } } = head;
      const arrivedAt = clock.monotonic();
      const requestId = nextId();
      const address = trustedProxies.length === 0
        ? peer
        : clientAddress(peer, headers.get("x-forwarded-for"), trustedProxies);
      const call = new IncomingCall(head, body, address, requestId);
      const target = router.find(method, head.path);
      let answer: Response;
      try {
        answer = (target.cors ? preflightAnswer(call.request) : undefined) ??
          await target.handler(call);
      } catch (error) {
        answer = failure(error, call);
      }
      const ms = clock.monotonic() - arrivedAt;
      const status = answer instanceof UpgradeAnswer ? 101 : answer.status;
      const counted = countedMethods.has(method) ? method : "other";
      requests.add(target.label, counted, String(status));
      seconds.observe(ms / 1000, target.label);
      const level = status >= 500 ? "info" : "debug";
      log[level]("http.request", {
        requestId,
        method: counted,
        route: target.label,
        status,
        ms: Math.round(ms * 1000) / 1000,
      });
      return {
        answer,
        common: common(requestId) + (target.cors ? corsLines(headers) : ""),
      };
    },

    refuse(problem): Reply {
      const requestId = nextId();
      const call = { request: { method: "", headers: noHeaders, body: null } };
      const answer = problemAnswer(problem, call);
      requests.add("(malformed)", "other", String(answer.status));
      log.debug("http.refused", { requestId, status: answer.status });
      return { answer, common: common(requestId) + corsLines(noHeaders) };
    },
  };
}
