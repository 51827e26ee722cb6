/**
 * `/realtime/v1` with its real routes, server, service and engine in memory, on a free port; only the clock is
 * the test's.
 *
 * @module
 */

import { SignJWT } from "jose";
import { silentLog } from "../../lib/base/log.ts";
import { Metrics } from "../../lib/base/metrics.ts";
import type { RealtimeConfig } from "../../lib/config.ts";
import { prepareMessages } from "../../lib/realtime/schema.ts";
import type { RealtimeLimits } from "../../lib/realtime/limits.ts";
import type { Realtime } from "../../lib/realtime/realtime.ts";
import { startRealtime } from "../../lib/start/realtime.ts";
import { realtimeRoutes } from "../../routes/realtime.ts";
import { testSettings } from "./auth_app.ts";
import { serve, type TestServer } from "./http_server.ts";
import { PhoenixClient, type PhoenixClientOptions } from "./phoenix_client.ts";
import { type RestApp, restApp } from "./rest_app.ts";

/** Two people who have signed up. */
export const people = {
  ada: "6f0b2c6e-53a8-4a86-9f0a-0b1a5c9f5d3e",
  bob: "0d5a7c1e-7b0e-4f7e-8d11-2f6f0d3b9c55",
} as const;

/** What differs from the usual. */
export interface RealtimeAppOptions {
  readonly config?: Partial<RealtimeConfig>;
  readonly limits?: Partial<RealtimeLimits>;
  readonly corsOrigins?: readonly string[];
  readonly queueBytes?: number;
}

/** A running `/realtime/v1`. */
export interface RealtimeApp
  extends AsyncDisposable, Pick<RestApp, "engine" | "run" | "clock"> {
  readonly realtime: Realtime;
  readonly server: TestServer;
  /** Connects a client. */
  connect(options?: Partial<PhoenixClientOptions>): Promise<PhoenixClient>;
  /** Signs any claims; `exp` is an hour ahead if not given. */
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** How many clients were let go because they read too slowly. */
  slow(): number;
}

/**
 * @param options What differs from the usual.
 * @returns A running `/realtime/v1`; dispose of it at the end.
 */
export async function realtimeApp(
  { config, limits, corsOrigins = ["*"], queueBytes }: RealtimeAppOptions = {},
): Promise<RealtimeApp> {
  const rest = await restApp();
  const { engine, clock, auth } = rest;
  await prepareMessages(engine);
  await rest.run(
    Object.entries(people).map(([name, id]) =>
      `INSERT INTO _auth_users (id, email, created_at, updated_at)
        VALUES ('${id}', '${name}@x.test', now(), now());`
    ).join(""),
  );
  const metrics = new Metrics();
  const settings: RealtimeConfig = {
    schemas: ["public"],
    privateOnly: false,
    sockets: 1000,
    socketsPerAddress: 1000,
    messageBytes: 64 * 1024,
    ...config,
  };
  const realtime = startRealtime({
    config: settings,
    engine,
    jwt: {
      secret: testSettings.jwtSecret,
      previousSecret: undefined,
      issuer: testSettings.jwtIssuer,
      isKnown: false,
    },
    auth: auth.context,
    clock,
    log: silentLog,
    metrics,
    limits,
  });
  let slow = 0;
  const server = serve({
    routes: realtimeRoutes({
      realtime,
      corsOrigins,
      messageBytes: settings.messageBytes,
      ...(queueBytes === undefined ? {} : { queueBytes }),
      tooSlow: () => slow += 1,
    }),
  });
  const clients: PhoenixClient[] = [];
  return {
    engine,
    run: rest.run,
    clock,
    realtime,
    server,
    slow: () => slow,
    async connect(options = {}) {
      const client = await PhoenixClient.connect({
        url: `ws://127.0.0.1:${server.port}/realtime/v1/websocket`,
        ...options,
      });
      clients.push(client);
      return client;
    },
    sign: (claims) =>
      new SignJWT({ exp: Math.floor(clock.now() / 1000) + 3600, ...claims })
        .setProtectedHeader({ alg: "HS256" })
        .sign(new TextEncoder().encode(testSettings.jwtSecret)),
    async [Symbol.asyncDispose]() {
      realtime.stop();
      for (const client of clients) await client.close();
      await server.shutdown(1000);
      await rest[Symbol.asyncDispose]();
    },
  };
}
