/**
 * `heliosdb-nano`: subcommands and wiring, nothing else.
 *
 * What a subcommand does not need is not loaded, so `--version` answers at once.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- this is a program for a terminal

import deno from "./deno.json" with { type: "json" };
import type { Clock } from "./lib/base/clock.ts";
import type { Log } from "./lib/base/log.ts";
import type { Config } from "./lib/config.ts";
import type { OpenEngine } from "./lib/engine/session/open_engine.ts";
import type { Parts } from "./lib/start/parts.ts";

/** After this the process ends, whatever still hangs. */
const stopMs = 9_000;

/** A wrong call; the text goes to the user as it is. */
class UsageError extends Error {
  override name = "UsageError";
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
    { startHttp },
    { serveMysqlWire, servePostgresWire },
  ] = await Promise.all([
    import("./lib/base/log.ts"),
    import("./lib/base/clock.ts"),
    import("./lib/base/metrics.ts"),
    import("./lib/cli/banner.ts"),
    import("./lib/cli/lifecycle.ts"),
    import("./lib/start/http.ts"),
    import("./lib/start/wires.ts"),
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
    afterReady: [],
    ending,
  };
  const ports: { postgres?: number | undefined } = {};
  const server = await startHttp(parts, () => ports.postgres);
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
  for (const act of parts.afterReady) await act();

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
