/**
 * `heliosdb-nano`: subcommands and wiring, nothing else.
 *
 * What a subcommand does not need is not loaded, so `--version` answers at once.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import deno from "./deno.json" with { type: "json" };
import type { Auth } from "./lib/auth/auth.ts";
import type { Clock } from "./lib/base/clock.ts";
import type { Log } from "./lib/base/log.ts";
import type { Metrics } from "./lib/base/metrics.ts";
import type { Config } from "./lib/config.ts";
import type { OpenEngine } from "./lib/engine/session/open_engine.ts";
import type { Call, Route } from "./lib/http/call.ts";
import { lazyRoutes } from "./lib/http/lazy.ts";
import type { HttpServer } from "./lib/http/server.ts";
import type { MysqlServer } from "./lib/mysqlwire/server.ts";
import type { RestApi } from "./lib/start/rest_api.ts";
import type { PostgresServer } from "./lib/pgwire/server.ts";

/** How long requests may take to finish when the server stops. */
const drainMs = 6_000;

/** After this the process ends, whatever still hangs. */
const stopMs = 9_000;

/** A wrong call; the text goes to the user as it is. */
class UsageError extends Error {
  override name = "UsageError";
}

/** What the services and listeners of one server share. */
interface Parts {
  readonly config: Config;
  readonly engine: OpenEngine;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the server is on its way out. */
  readonly draining: () => boolean;
  /** Ends what was begun, last first. */
  readonly ending: AsyncDisposableStack;
}

/** Where the SQLite library is: named by a launcher, embedded in this executable, or in the cache. */
async function sqliteLibrary(): Promise<
  { libraryPath?: string | undefined; cacheDir?: string | undefined }
> {
  const { environment } = await import("./lib/config.ts");
  const { cacheFolder, libraryFileName } = await import(
    "./lib/sqlite/library_file.ts"
  );
  const libraryPath = environment("HELIOSDB_SQLITE_LIBRARY");
  if (libraryPath) return { libraryPath };
  const cacheDir = cacheFolder(environment);
  if (!Deno.build.standalone) return { cacheDir };
  if (cacheDir === undefined) {
    throw new Error(
      "Cannot unpack SQLite: set HELIOSDB_CACHE_DIR to a folder that is yours alone",
    );
  }
  const { copyOutEmbedded } = await import("./lib/base/embedded_file.ts");
  const file = new URL(`./dist/embedded/${libraryFileName()}`, import.meta.url);
  return { libraryPath: await copyOutEmbedded(file, cacheDir) };
}

async function openEngine(
  place: Config["storage"],
  { clock, log, method }: {
    clock: Clock;
    log: Log;
    /** How clients of the wires log in. */
    method?: Config["wireAuth"]["method"];
  },
): Promise<OpenEngine> {
  const { openEngine: open } = await import(
    "./lib/engine/session/open_engine.ts"
  );
  return await open({
    place,
    ...await sqliteLibrary(),
    clock,
    log,
    passwordEncryption: method === "md5" ? method : "scram-sha-256",
  });
}

/** Starts the auth server. */
async function startAuthServer(
  { config, ending, ...deps }: Parts,
): Promise<Auth | undefined> {
  if (config.auth === undefined || config.jwt === undefined) return undefined;
  const [{ startAuth }, { authSettings }] = await Promise.all([
    import("./lib/auth/auth.ts"),
    import("./lib/start/auth_settings.ts"),
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
  const { authRoutes, disabledAuthRoutes } = await import("./routes/auth.ts");
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
    const { startRest } = await import("./lib/start/rest_api.ts");
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
      import("./routes/rest.ts"),
      rest(),
    ]);
    return restHandler(api);
  });
}

/** Routes of `/realtime/v1`; what they need is loaded when somebody asks. */
async function realtimeRoutes(
  { config: { realtime, jwt, http }, engine, ending, ...deps }: Parts,
  auth: Auth | undefined,
): Promise<Route[]> {
  if (realtime === undefined || jwt === undefined) return [];
  // Policies on private channels are written before anybody joins one.
  const { prepareMessages } = await import("./lib/realtime/schema.ts");
  await prepareMessages(engine);
  const tree = lazyRoutes(["/realtime/v1/*"], async () => {
    const [{ realtimeHandler }, { startRealtime }] = await Promise.all([
      import("./routes/realtime.ts"),
      import("./lib/start/realtime.ts"),
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
    import("./routes/docs.ts"),
    import("./routes/openapi.ts"),
    import("./routes/rest_token.ts"),
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

/** Puts the routes together and serves them. */
async function serve(
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
      import("./lib/http/server.ts"),
      import("./routes/health.ts"),
      import("./routes/engine_problem.ts"),
      import("./lib/cli/listen_error.ts"),
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
    ...await realtimeRoutes(parts, auth),
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

/** Lets PostgreSQL's clients in. */
async function servePostgresWire(
  { config, engine, ending, ...deps }: Parts,
): Promise<PostgresServer | undefined> {
  const { listen: hostname, postgres, storage, tls, wireAuth } = config;
  if (postgres.port === undefined) return undefined;
  const [{ startPostgres }, { listenError }] = await Promise.all([
    import("./lib/pgwire/start.ts"),
    import("./lib/cli/listen_error.ts"),
  ]);
  const port = postgres.port === "auto" ? 0 : postgres.port;
  try {
    const server = await startPostgres({
      ...deps,
      ...postgres,
      ...wireAuth,
      hostname,
      port,
      tls,
      engine,
      directory: storage.kind === "directory" ? storage.path : undefined,
    });
    ending.defer(() => server.shutdown(drainMs));
    return server;
  } catch (error) {
    throw listenError(error, { host: hostname, port, flag: "port" });
  }
}

/** Lets MySQL's clients in. */
async function serveMysqlWire(
  { config, engine, ending, ...deps }: Parts,
): Promise<MysqlServer | undefined> {
  const { mysql, storage, tls, wireAuth } = config;
  if (mysql === undefined) return undefined;
  const { host, port: wanted, ...limits } = mysql;
  const [{ startMysql }, { listenError }] = await Promise.all([
    import("./lib/mysqlwire/start.ts"),
    import("./lib/cli/listen_error.ts"),
  ]);
  const port = wanted === "auto" ? 0 : wanted;
  try {
    const server = await startMysql({
      ...deps,
      ...limits,
      ...wireAuth,
      hostname: host,
      port,
      tls,
      engine,
      directory: storage.kind === "directory" ? storage.path : undefined,
    });
    ending.defer(() => server.shutdown(drainMs));
    return server;
  } catch (error) {
    throw listenError(error, { host, port, flag: "mysql-listen" });
  }
}

async function start(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    const { startHelp } = await import("./lib/cli/help.ts");
    console.log(startHelp());
    return 0;
  }
  const { processConfig } = await import("./lib/config.ts");
  const config = processConfig(args);
  const [
    { createLog },
    { systemClock: clock },
    { Metrics },
    { banner },
    { endWithin, stopSignal, surviveStrayErrors },
  ] = await Promise.all([
    import("./lib/base/log.ts"),
    import("./lib/base/clock.ts"),
    import("./lib/base/metrics.ts"),
    import("./lib/cli/banner.ts"),
    import("./lib/cli/lifecycle.ts"),
  ]);
  const log = createLog({
    ...config.log,
    clock,
    write: (line) => console.error(line),
  });
  surviveStrayErrors(log);
  const stopped = stopSignal(log);
  let stopping = false;

  await using ending = new AsyncDisposableStack();
  ending.defer(() => {
    if (stopping) log.info("server.stopped");
  });
  const { method } = config.wireAuth;
  const engine = await openEngine(config.storage, { clock, log, method });
  ending.defer(() => engine.close());
  // Nothing else may keep the process alive when every listener is off.
  const alive = setInterval(() => {}, 60_000);
  ending.defer(() => clearInterval(alive));
  const parts: Parts = {
    config,
    engine,
    metrics: new Metrics(),
    clock,
    log,
    draining: () => stopping,
    ending,
  };
  const ports: { postgres?: number | undefined } = {};
  const server = await serve(parts, () => ports.postgres);
  const postgres = await servePostgresWire(parts);
  ports.postgres = postgres?.port;
  const mysql = await serveMysqlWire(parts);

  console.log(
    banner(config, {
      version: deno.version,
      httpPort: server?.port,
      postgresPort: postgres?.port,
      socketPath: postgres?.socketPath,
      mysqlPort: mysql?.port,
      mysqlSocketPath: mysql?.socketPath,
      engine: engine.description,
    }),
  );
  for (const message of config.warnings) {
    log.warn("config.warning", { message });
  }
  log.info("server.ready", {
    version: deno.version,
    httpPort: server?.port,
    postgresPort: postgres?.port,
    mysqlPort: mysql?.port,
    ms: Math.round(performance.now()),
  });

  const failure = await Promise.race([stopped, engine.failed]);
  stopping = true;
  endWithin(stopMs, log);
  if (failure !== undefined) {
    log.error("engine.failed", { reason: failure.message });
  }
  return failure === undefined ? 0 : 1;
}

async function init(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    const { initHelp } = await import("./lib/cli/help.ts");
    console.log(initHelp);
    return 0;
  }
  const [path = "./heliosdb-data", ...rest] = args;
  if (path.startsWith("-") || path === "" || rest.length > 0) {
    throw new UsageError(
      "Cannot make a data directory: init takes one directory, see heliosdb-nano init --help",
    );
  }
  const [deps, { authMigrations }] = await Promise.all([
    quietLog(),
    import("./lib/auth/schema.ts"),
  ]);
  await using ending = new AsyncDisposableStack();
  const engine = await openEngine({ kind: "directory", path }, deps);
  ending.defer(() => engine.close());
  await engine.migrate(authMigrations);
  console.log(
    `Data directory ${path} is ready. Next: heliosdb-nano start --data-dir ${path}`,
  );
  return 0;
}

/** Logs what matters to a subcommand that ends by itself. */
async function quietLog(): Promise<{ clock: Clock; log: Log }> {
  const [{ createLog }, { systemClock: clock }] = await Promise.all([
    import("./lib/base/log.ts"),
    import("./lib/base/clock.ts"),
  ]);
  const log = createLog({
    level: "warn",
    format: "text",
    clock,
    write: (line) => console.error(line),
  });
  return { clock, log };
}

async function keys(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    const { keysHelp } = await import("./lib/cli/help.ts");
    console.log(keysHelp);
    return 0;
  }
  const [
    { processSources, readKeysConfig },
    { makeKeys },
    { systemClock: clock },
    { keysText },
  ] = await Promise.all([
    import("./lib/config.ts"),
    import("./lib/start/make_keys.ts"),
    import("./lib/base/clock.ts"),
    import("./lib/cli/keys.ts"),
  ]);
  const config = readKeysConfig(processSources(args));
  const { text, warning } = keysText(
    await makeKeys(config, clock),
    config.json,
  );
  if (warning !== undefined) console.error(warning);
  console.log(text);
  return 0;
}

async function doctor(args: readonly string[]): Promise<number> {
  if (asksForHelp(args)) {
    const { doctorHelp } = await import("./lib/cli/help.ts");
    console.log(doctorHelp);
    return 0;
  }
  const { processSources, readDoctorConfig } = await import("./lib/config.ts");
  const config = readDoctorConfig(processSources(args));
  const [{ examineDirectory }, { doctorExitCode, doctorText }, deps] =
    await Promise.all([
      import("./lib/start/examine_directory.ts"),
      import("./lib/cli/doctor.ts"),
      quietLog(),
    ]);
  try {
    const findings = await examineDirectory(
      config,
      (path) => openEngine({ kind: "directory", path }, deps),
    );
    console.log(doctorText(findings, config.json));
    return doctorExitCode(findings);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 3;
  }
}

function asksForHelp(args: readonly string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}

async function run([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case "start":
      return await start(args);
    case "init":
      return await init(args);
    case "keys":
      return await keys(args);
    case "doctor":
      return await doctor(args);
    case "--version":
    case "-V":
      console.log(`heliosdb-nano ${deno.version}`);
      return 0;
    case "--help":
    case "-h":
    case "help": {
      const { help } = await import("./lib/cli/help.ts");
      console.log(help);
      return 0;
    }
    case undefined:
      throw new UsageError(
        "Cannot run without a command: use start, init, keys or doctor, see heliosdb-nano --help",
      );
    default:
      throw new UsageError(
        "Cannot run this command: it is unknown, use start, init, keys or doctor, see heliosdb-nano --help",
      );
  }
}

/**
 * Runs a command line.
 *
 * @param args Arguments of the program.
 * @returns Exit code: 0 fine, 1 failed or doctor found something, 2 called or configured wrongly, 3 doctor
 *   could not look.
 */
export async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    const name = error instanceof Error ? error.name : "";
    return name === "UsageError" || name === "ConfigError" ? 2 : 1;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
