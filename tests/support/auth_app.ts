/**
 * The auth server with its routes and a real engine in memory, without a socket in front.
 *
 * @module
 */

import {
  type Auth,
  type AuthSettings,
  startAuth,
} from "../../lib/auth/auth.ts";
import { createRedirectAllowList } from "../../lib/auth/oauth/redirect_allow.ts";
import { defaultThrottleLimits } from "../../lib/auth/throttles.ts";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import { Problem } from "../../lib/base/problem.ts";
import type { Engine, SqlValue } from "../../lib/engine/engine.ts";
import { type Row, rowsOf } from "../../lib/engine/rows.ts";
import { openEngine } from "../../lib/engine/session/open_engine.ts";
import { cacheFolder } from "../../lib/sqlite/library_file.ts";
import { problemAnswer } from "../../lib/http/answer.ts";
import { createRouter } from "../../lib/http/router.ts";
import { authRoutes } from "../../routes/auth.ts";
import { type ManualClock, manualClock } from "./manual_clock.ts";

/** A request of a test. */
export interface TestRequest {
  body?: unknown;
  /** Sent instead of `body`, as it is. */
  text?: string;
  headers?: Record<string, string>;
  token?: string;
  address?: string;
}

/** An answer, read whole. */
export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  // deno-lint-ignore no-explicit-any -- tests look into it
  json: any;
}

/** A running auth server. */
export interface AuthApp extends AsyncDisposable {
  readonly auth: Auth;
  readonly engine: Engine;
  readonly clock: ManualClock;
  /** Sends a request, for example `send("POST /auth/v1/signup", { body })`. */
  send(line: string, request?: TestRequest): Promise<TestAnswer>;
  /** Runs SQL as the operator. */
  sql(text: string, params?: SqlValue[]): Promise<Row[]>;
  /** Signs somebody up and answers the session. */
  // deno-lint-ignore no-explicit-any -- tests look into it
  signUp(email?: string, password?: string): Promise<any>;
}

/** Settings that make tests quick. */
export const testSettings: AuthSettings = {
  jwtSecret: "a-secret-of-more-than-thirty-two-bytes",
  jwtIssuer: "heliosdb-nano",
  accessTokenSeconds: 3600,
  sessionLimits: {
    refreshMs: 7 * 86_400_000,
    sessionMs: 90 * 86_400_000,
    perUser: 5,
  },
  passwordMinLength: 6,
  argon2: { memoryKib: 64, passes: 1, lanes: 1 },
  hashPermits: 2,
  hashQueueCapacity: 64,
  throttles: defaultThrottleLimits,
  oauth: { providers: [], redirects: createRedirectAllowList([]) },
};

/**
 * @param settings What differs from {@linkcode testSettings}.
 * @returns A running auth server; dispose of it at the end.
 */
export async function authApp(
  settings: Partial<AuthSettings> = {},
): Promise<AuthApp> {
  const clock = manualClock();
  const engine = await openEngine({
    place: { kind: "memory" },
    cacheDir: cacheFolder((name) => Deno.env.get(name)),
    clock,
    log: silentLog,
  });
  const auth = await startAuth({ ...testSettings, ...settings }, {
    engine,
    clock,
    log: silentLog,
    metrics: new Metrics(),
  });
  const router = createRouter(authRoutes(auth.context, { secure: false }));
  const operator = engine.session({ role: "postgres" });

  async function send(
    line: string,
    request: TestRequest = {},
  ): Promise<TestAnswer> {
    const [method, target] = line.split(" ") as [string, string];
    const url = new URL(target, "http://localhost:8080");
    const text = request.text ??
      (request.body === undefined ? undefined : JSON.stringify(request.body));
    const call = {
      request: new Request(url, {
        method,
        headers: {
          ...(text === undefined ? {} : { "content-type": "application/json" }),
          ...(request.token === undefined
            ? {}
            : { authorization: `Bearer ${request.token}` }),
          ...request.headers,
        },
        ...(text === undefined ? {} : { body: text }),
      }),
      method,
      path: url.pathname,
      search: url.search.slice(1),
      query: url.searchParams,
      address: request.address ?? "127.0.0.1",
      requestId: "test",
    };
    let response: Response;
    try {
      response = await router.find(method, url.pathname).handler(call);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      response = problemAnswer(cause, call);
    }
    const answer = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text: answer,
      json: answer === "" ? undefined : JSON.parse(answer),
    };
  }

  return {
    auth,
    engine,
    clock,
    send,
    sql: async (text, params = []) =>
      rowsOf(await operator.query(text, params)),
    async signUp(email = "alice@example.com", password = "hunter2!") {
      return (await send("POST /auth/v1/signup", { body: { email, password } }))
        .json;
    },
    async [Symbol.asyncDispose]() {
      auth.stop();
      await engine.close();
    },
  };
}
