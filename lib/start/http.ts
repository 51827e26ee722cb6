/**
 * Everything that is reached by HTTP: services, routes, the server.
 *
 * What most starts do not need is loaded with the first request for it.
 *
 * @module
 */

import deno from "../../deno.json" with { type: "json" };
import type { Auth } from "../auth/auth.ts";
import type { Call, Route } from "../http/call.ts";
import { lazyRoutes } from "../http/lazy.ts";
import type { HttpServer } from "../http/server.ts";
import { drainMs, type Parts } from "./parts.ts";
import type { RestApi } from "./rest_api.ts";

/** Starts the auth server. */
async function startAuthServer(
  { config, ending, ...deps }: Parts,
): Promise<Auth | undefined> {
  if (config.auth === undefined || config.jwt === undefined) return undefined;
  const [{ startAuth }, { authSettings }] = await Promise.all([
    import("../auth/auth.ts"),
    import("./auth_settings.ts"),
  ]);
  const auth = await startAuth(authSettings(config.auth, config.jwt), deps);
  ending.defer(() => auth.stop());
  return auth;
}

/** Routes of the auth server. */
async function authApi(
  { config }: Parts,
  auth: Auth | undefined,
): Promise<Route[]> {
  const { authRoutes, disabledAuthRoutes } = await import(
    "../../routes/auth.ts"
  );
  return auth === undefined ? disabledAuthRoutes() : authRoutes(auth.context, {
    secure: config.auth?.secureCookies ?? false,
  });
}

/** `/rest/v1`; what it needs is loaded when somebody asks. */
function restApi(
  { config: { rest, jwt }, engine, clock, log }: Parts,
  auth: Auth | undefined,
): (() => Promise<RestApi>) | undefined {
  if (rest === undefined || jwt === undefined) return undefined;
  let started: Promise<RestApi> | undefined;
  const start = async () => {
    const { startRest } = await import("./rest_api.ts");
    return startRest({
      config: rest,
      jwt,
      engine,
      auth: auth?.context,
      clock,
      log,
    });
  };
  return () => started ??= start();
}

/** Routes of `/rest/v1`. */
function restRoutes(rest: (() => Promise<RestApi>) | undefined): Route[] {
  if (rest === undefined) return [];
  return lazyRoutes(["/rest/v1", "/rest/v1/*"], async () => {
    const [{ restHandler }, api] = await Promise.all([
      import("../../routes/rest.ts"),
      rest(),
    ]);
    return restHandler(api);
  });
}

/** Routes of `/realtime/v1`; what they need is loaded when somebody asks. */
function realtimeRoutes(
  { config: { realtime, jwt, http }, engine, ending, afterReady, ...deps }:
    Parts,
  auth: Auth | undefined,
): Route[] {
  if (realtime === undefined || jwt === undefined) return [];
  let preparing: Promise<void> | undefined;
  const prepare = () => preparing ??= prepareChannels(engine, deps.log);
  // Policies on private channels may be written before anybody joins one.
  afterReady.push(prepare);
  const tree = lazyRoutes(["/realtime/v1/*"], async () => {
    const [{ realtimeHandler }, { startRealtime }] = await Promise.all([
      import("../../routes/realtime.ts"),
      import("./realtime.ts"),
      prepare(),
    ]);
    const service = startRealtime({
      ...deps,
      config: realtime,
      engine,
      jwt,
      auth: auth?.context,
    });
    ending.defer(() => service.stop());
    const slow = deps.metrics.counter(
      "heliosdb_realtime_slow_total",
      "Realtime sockets that were ended because they read too slowly.",
      [],
    );
    return realtimeHandler({
      realtime: service,
      corsOrigins: http.corsOrigins,
      messageBytes: realtime.messageBytes,
      tooSlow: () => slow.add(),
    });
  });
  const named = (method: "GET" | "POST", path: string) =>
    tree.map((route) => ({ ...route, method, path, head: false }));
  return [
    ...named("GET", "/realtime/v1/websocket"),
    ...named("POST", "/realtime/v1/api/broadcast"),
    ...tree,
  ];
}

/** Makes what policies on private channels are written on; all else works without it. */
async function prepareChannels(
  engine: Parts["engine"],
  log: Parts["log"],
): Promise<void> {
  const { prepareMessages } = await import("../realtime/schema.ts");
  await prepareMessages(engine).catch((error: unknown) =>
    log.warn("realtime.not_prepared", {
      reason: error instanceof Error ? error.message : "unknown",
    })
  );
}

/** Adds what the server tells of itself: where to go, and the documentation of all routes. */
async function addDocs(
  routes: Route[],
  { config: { auth, http, tls }, clock, engine }: Parts,
  { rest, postgresPort }: {
    rest: (() => Promise<RestApi>) | undefined;
    postgresPort: () => number | undefined;
  },
): Promise<void> {
  const [{ docsRoutes }, { openapiRoutes }, { restToken }] = await Promise.all([
    import("../../routes/docs.ts"),
    import("../../routes/openapi.ts"),
    import("../../routes/rest_token.ts"),
  ]);
  const live = rest === undefined ? {} : {
    picture: async () => (await rest()).picture(),
    rights: {
      roleOf: async (call: Call) =>
        (await (await rest()).identify(restToken(call))).role,
      db: engine.session({ role: "postgres" }),
    },
  };
  const shared = { version: deno.version, auth: auth !== undefined };
  routes.push(
    ...docsRoutes({
      ...shared,
      docs: http.docs,
      rest: rest !== undefined,
      realtime: routes.some(({ path }) => path.startsWith("/realtime/v1/")),
      tls: tls !== undefined,
      publicUrl: http.publicUrl,
      postgresPort,
    }),
    ...(http.docs ? openapiRoutes({ ...shared, routes, clock, ...live }) : []),
  );
}

/**
 * Puts the routes together and serves them.
 *
 * @param parts What the server is made of.
 * @param postgresPort Tells where PostgreSQL's clients are let in, once that is known.
 * @returns The server; nothing when HTTP is off.
 * @throws {Error} When it cannot listen; the message says what to do.
 */
export async function startHttp(
  parts: Parts,
  postgresPort: () => number | undefined,
): Promise<HttpServer | undefined> {
  const {
    config: { http, listen: hostname, tls },
    ending,
    log,
    clock,
    metrics,
  } = parts;
  if (http.port === undefined) return undefined;
  const [{ serveHttp }, { healthRoutes }, { engineProblem }, { listenError }] =
    await Promise.all([
      import("../http/server.ts"),
      import("../../routes/health.ts"),
      import("../../routes/engine_problem.ts"),
      import("../cli/listen_error.ts"),
    ]);
  const auth = await startAuthServer(parts);
  const rest = restApi(parts, auth);
  const routes: Route[] = [
    ...healthRoutes({
      ...parts,
      version: deno.version,
      metricsFor: http.metrics,
    }),
    ...await authApi(parts, auth),
    ...restRoutes(rest),
    ...realtimeRoutes(parts, auth),
  ];
  await addDocs(routes, parts, { rest, postgresPort });
  const port = http.port === "auto" ? 0 : http.port;
  try {
    const server = serveHttp({
      ...http,
      hostname,
      port,
      tls,
      routes,
      problemOf: engineProblem,
      metrics,
      log,
      clock,
    });
    ending.defer(() => server.shutdown(drainMs));
    return server;
  } catch (error) {
    throw listenError(error, { host: hostname, port, flag: "http-port" });
  }
}
