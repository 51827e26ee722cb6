/**
 * `/rest/v1` with its real routes, service and engine in memory, without a socket in front.
 *
 * @module
 */

import { SignJWT } from "jose";
import { type Auth, startAuth } from "../../lib/auth/auth.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { Problem } from "../../lib/base/problem.ts";
import type { RestConfig } from "../../lib/config.ts";
import {
  type OpenEngine,
  openEngine,
} from "../../lib/engine/session/open_engine.ts";
import type { Session, SqlValue } from "../../lib/engine/engine.ts";
import { problemAnswer, TextAnswer } from "../../lib/http/answer.ts";
import type { Call } from "../../lib/http/call.ts";
import { createRouter, type Router } from "../../lib/http/router.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { startRest } from "../../lib/start/rest_api.ts";
import { restRoutes } from "../../routes/rest.ts";
import { engineProblem } from "../../routes/engine_problem.ts";
import { testSettings } from "./auth_app.ts";
import { type ManualClock, manualClock } from "./manual_clock.ts";

/** Settings of `/rest/v1` that a test has if it says nothing else. */
export const restConfig: RestConfig = {
  schemas: ["public"],
  maxRows: 1000,
  statementTimeoutMs: 8000,
  bodyLimit: 10 * 1024 * 1024,
  aggregates: false,
  txOverride: false,
  plan: false,
};

/** A request of a test. */
export interface RestTestRequest {
  /** The bearer token; none for nobody. */
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is instead. */
  readonly rawBody?: string | undefined;
  /** What differs in the settings. */
  readonly settings?: Partial<RestConfig> | undefined;
}

/** An answer, read whole. */
export interface RestTestAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What escaped the routes; the server answers 500 then. */
  readonly escaped?: unknown;
}

/** A running `/rest/v1`. */
export interface RestApp extends AsyncDisposable {
  readonly engine: OpenEngine;
  readonly auth: Auth;
  readonly clock: ManualClock;
  /** Sees everything, and is granted nothing by default. */
  readonly operator: Session;
  /** Sends a request for a target below `/rest/v1`, for example `send("GET /clients?id=eq.1")`. */
  send(line: string, request?: RestTestRequest): Promise<RestTestAnswer>;
  /** Signs any claims with the server's key; `exp` is an hour ahead if not given. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Runs statements as a person at psql does, so that the default grants hold. */
  run(sql: string): Promise<void>;
  /** Rows of one statement. */
  rows(sql: string, params?: SqlValue[]): Promise<SqlValue[][]>;
}

/**
 * @param config What differs from {@linkcode restConfig}.
 * @returns A running `/rest/v1`; dispose of it at the end.
 */
export async function restApp(
  config: Partial<RestConfig> = {},
): Promise<RestApp> {
  const clock = manualClock();
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock,
    log: silentLog,
  });
  const metrics = new Metrics();
  const deps = { engine, clock, log: silentLog };
  const auth = await startAuth(testSettings, { ...deps, metrics });
  const jwt = {
    secret: testSettings.jwtSecret,
    previousSecret: undefined,
    issuer: testSettings.jwtIssuer,
    isKnown: false,
  };
  const routers = new Map<string, Router>();
  const operator = engine.session({ role: "postgres" });

  function routerOf(settings: Partial<RestConfig>): Router {
    const key = JSON.stringify(settings);
    let router = routers.get(key);
    if (router === undefined) {
      router = createRouter(restRoutes(startRest({
        ...deps,
        config: { ...restConfig, ...config, ...settings },
        jwt,
        auth: auth.context,
      })));
      routers.set(key, router);
    }
    return router;
  }

  async function send(
    line: string,
    request: RestTestRequest = {},
  ): Promise<RestTestAnswer> {
    const call = toCall(line, request);
    const { method, path } = call;
    const router = routerOf(request.settings ?? {});
    let response: Response;
    try {
      response = await router.find(method, path).handler(call);
    } catch (cause) {
      const problem = cause instanceof Problem ? cause : engineProblem(cause);
      if (problem === undefined) {
        return {
          status: 500,
          headers: new Headers(),
          text: "",
          escaped: cause,
        };
      }
      response = problemAnswer(problem, call);
    }
    // What the server sends; the platform adds a type of its own to each text.
    const fields = response instanceof TextAnswer ? response.fields : undefined;
    const text = await response.text();
    return {
      status: response.status,
      headers: new Headers(fields ?? response.headers),
      text: method === "HEAD" ? "" : text,
    };
  }

  async function run(sql: string): Promise<void> {
    const session = engine.connect({
      user: "postgres",
      database: "postgres",
      settings: {},
      remote: { address: "127.0.0.1", port: 1 },
      processId: 1,
      events: {
        notice: () => {},
        notification: () => {},
        parameter: () => {},
        terminated: () => {},
      },
    });
    try {
      const statements = session.simple(sql);
      for (;;) {
        const next = statements.next();
        if (next.done === true) break;
        await session.bind(next.value, []).fetch(0, {
          row: () => {},
          full: () => undefined,
        }, statements.single === true);
      }
      await session.sync(false);
    } finally {
      await session.close();
    }
  }

  return {
    engine,
    auth,
    clock,
    operator,
    send,
    run,
    sign: (claims) =>
      new SignJWT({ exp: Math.floor(clock.now() / 1000) + 3600, ...claims })
        .setProtectedHeader({ alg: "HS256" })
        .sign(new TextEncoder().encode(testSettings.jwtSecret)),
    async rows(sql, params = []) {
      const { rows } = await operator.query(sql, params);
      return rows.map((row) => [...row]);
    },
    async [Symbol.asyncDispose]() {
      auth.stop();
      await engine.close();
    },
  };
}

/** Names and values go through as they are; `Headers` of the platform would refuse some. */
function toCall(line: string, request: RestTestRequest): Call {
  const blank = line.indexOf(" ");
  const method = line.slice(0, blank);
  const target = `/rest/v1${line.slice(blank + 1)}`;
  const mark = target.indexOf("?");
  const search = mark < 0 ? "" : target.slice(mark + 1);
  const text = request.rawBody ??
    (request.body === undefined ? undefined : JSON.stringify(request.body));
  const headers = new Headers(request.headers);
  if (text !== undefined && !headers.has("content-type")) {
    headers.set("content-type", "application/json");
  }
  if (request.token !== undefined) {
    headers.set("authorization", `Bearer ${request.token}`);
  }
  return {
    request: {
      method,
      headers,
      body: text === undefined ? null : new Response(text).body,
    },
    method,
    path: mark < 0 ? target : target.slice(0, mark),
    search,
    query: new URLSearchParams(search),
    address: "127.0.0.1",
    requestId: "test",
  };
}
