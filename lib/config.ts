/**
 * What the server was told, checked as a whole: one frozen object. The only reader of the environment.
 *
 * What it refuses: what cannot work, and what would leave a database open to a network. Nothing is
 * generated silently.
 *
 * @module
 */

import { isLoopback } from "./base/network_address.ts";
import { ConfigError } from "./config/error.ts";
import { devSecretWarning, readJwt } from "./config/jwt_secret.ts";
import { type ProviderSettingsByName, readProviders } from "./config/oauth.ts";
import { readRealtime } from "./config/realtime.ts";
import { readRest } from "./config/rest.ts";
import type { SettingValues } from "./config/settings.ts";
import {
  collect,
  type Collected,
  ranks,
  type Sources,
} from "./config/sources.ts";
import { readNamedFile, readTextFile } from "./config/text_file.ts";
import type { AuthConfig, Config, Storage } from "./config/types.ts";

export {
  type DoctorConfig,
  type KeysConfig,
  readDoctorConfig,
  readKeysConfig,
} from "./config/commands.ts";
export { ConfigError } from "./config/error.ts";
export { devJwtSecret } from "./config/jwt_secret.ts";
export { providerNames } from "./config/oauth.ts";
export type {
  ProviderName,
  ProviderSettings,
  ProviderSettingsByName,
} from "./config/oauth.ts";
export type { HostPort, PortSetting } from "./config/parse.ts";
export type { AuthMethod } from "./config/settings.ts";
export type {
  AuthConfig,
  Config,
  HttpConfig,
  JwtConfig,
  MysqlConfig,
  PostgresConfig,
  RealtimeConfig,
  RestConfig,
  Storage,
  WireAuthConfig,
} from "./config/types.ts";

const unlimited = Number.MAX_SAFE_INTEGER;

function storageOf({ memory, dataDir }: SettingValues): Storage {
  if (memory && dataDir !== undefined) {
    throw new ConfigError(
      "Cannot start with both --memory and --data-dir: give one of them",
    );
  }
  if (memory) return { kind: "memory" };
  if (dataDir !== undefined) return { kind: "directory", path: dataDir };
  throw new ConfigError(
    "Cannot start without a place for the data: give --data-dir DIR to keep it, or --memory to lose it at the end",
  );
}

function passwordOf(
  { values, ranks: from }: Collected,
  sources: Sources,
): string | undefined {
  const { password, passwordFile } = values;
  const rank = ranks.indexOf(from.password) - ranks.indexOf(from.passwordFile);
  if (passwordFile === undefined || rank > 0) return password;
  if (rank === 0) {
    throw new ConfigError(
      "Cannot use both --password and --password-file: give one of them",
    );
  }
  // Editors end a file with a line end that nobody means.
  const text = readNamedFile(passwordFile, {
    ...sources,
    flag: "password-file",
  }).replace(/\r?\n$/, "");
  if (text === "") {
    throw new ConfigError("Cannot use --password-file: the file is empty");
  }
  return text;
}

/** Where more than this machine can come in, if anywhere. */
function openAddress(
  { listen, mysqlListen }: SettingValues,
): string | undefined {
  return [listen, mysqlListen?.host ?? listen].find((host) =>
    !isLoopback(host)
  );
}

function wireAuthOf(
  collected: Collected,
  sources: Sources,
  warnings: string[],
): Config["wireAuth"] {
  const { values } = collected;
  const { auth: method } = values;
  const password = passwordOf(collected, sources);
  if (method !== "trust" && password === undefined) {
    throw new ConfigError(
      `Cannot use --auth ${method} without a password: set $HELIOSDB_PASSWORD, --password-file or --password`,
    );
  }
  const open = openAddress(values);
  if (method === "trust" && open !== undefined) {
    if (!values.allowTrustFromNetwork) {
      throw new ConfigError(
        `Cannot listen on ${open} with --auth trust: everybody who reaches it would own the data, set --auth scram-sha-256`,
      );
    }
    warnings.push(
      `Everybody who reaches ${open} owns the data, because of --allow-trust-from-network`,
    );
  }
  if (method === "md5") {
    warnings.push(
      "--auth md5 is out of date, what is stored of a password can be used like it: set --auth scram-sha-256",
    );
  }
  if (method === "password" && open !== undefined) {
    warnings.push(...clearPasswordWarnings(values));
  }
  const limit = (count: number) => values.throttleOff ? unlimited : count;
  return {
    method,
    password: method === "trust" ? undefined : password,
    allowClearPassword: values.allowClearPassword,
    throttles: {
      failuresPerAccount: limit(values.throttleAccountFailures),
      failuresPerAddress: limit(values.throttleAddressFailures),
    },
  };
}

function checkThrottles(values: SettingValues, warnings: string[]): void {
  if (!values.throttleOff) return;
  const open = openAddress(values);
  if (open !== undefined) {
    throw new ConfigError(
      `Cannot listen on ${open} with --throttle-off: it is for load tests on a loopback address`,
    );
  }
  warnings.push("Throttles are off: passwords can be guessed at full speed");
}

function clearPasswordWarnings(
  { allowClearPassword, tlsCert }: SettingValues,
): string[] {
  if (allowClearPassword) {
    return [
      "Passwords travel over the network in the clear, because of --allow-clear-password",
    ];
  }
  return tlsCert === undefined
    ? [
      "--auth password without --tls-cert lets in nobody but this machine: set --auth scram-sha-256",
    ]
    : [];
}

function postgresOf(values: SettingValues): Config["postgres"] {
  const { port, pgSocketDir: socketFolder, requireTls, tlsCert } = values;
  if (port === undefined && socketFolder !== undefined) {
    throw new ConfigError(
      "Cannot use --pg-socket-dir with --port 0: the port names the socket",
    );
  }
  if (requireTls && tlsCert === undefined) {
    throw new ConfigError(
      "Cannot use --require-tls without --tls-cert and --tls-key",
    );
  }
  return {
    port,
    socketFolder,
    requireTls,
    maxConnections: values.pgMaxConnections,
    authTimeoutMs: values.pgAuthTimeout * 1000,
    idleTimeoutMs: values.pgIdleTimeout * 1000,
    messageLimit: values.pgMaxMessageMib * 1024 * 1024,
  };
}

function mysqlOf(values: SettingValues): Config["mysql"] {
  const { mysqlListen, mysqlSocket: socket, requireTls } = values;
  if (mysqlListen === undefined) {
    if (socket === undefined) return undefined;
    throw new ConfigError(
      "Cannot use --mysql-socket with --mysql-listen off: the socket belongs to the listener",
    );
  }
  return {
    ...mysqlListen,
    socket,
    requireTls,
    maxConnections: values.mysqlMaxConnections,
    authTimeoutMs: values.mysqlAuthTimeout * 1000,
    idleTimeoutMs: values.mysqlIdleTimeout * 1000,
    messageLimit: values.mysqlMaxPacketMib * 1024 * 1024,
  };
}

function tlsOf(
  { tlsCert, tlsKey }: SettingValues,
  sources: Sources,
): Config["tls"] {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new ConfigError(
      "Cannot use one of --tls-cert and --tls-key alone: give both",
    );
  }
  return {
    cert: readNamedFile(tlsCert, { ...sources, flag: "tls-cert" }),
    key: readNamedFile(tlsKey, { ...sources, flag: "tls-key" }),
  };
}

function authOf(
  values: SettingValues,
  sources: Sources,
): AuthConfig {
  const limit = (count: number) => values.throttleOff ? unlimited : count;
  const providers = readProviders(sources.env);
  return {
    secureCookies: isSecure(values, providers),
    passwordMinLength: values.passwordMinLength,
    argon2: {
      memoryKib: values.argon2MemoryKib,
      passes: values.argon2Passes,
      lanes: values.argon2Lanes,
    },
    accessTokenSeconds: values.accessTokenSeconds,
    refreshTokenDays: values.refreshTokenDays,
    sessionDays: values.sessionDays,
    redirectAllow: values.redirectAllow,
    providers,
    throttles: {
      signUpsPerHour: limit(values.throttleSignUps),
      failuresPerAccount: limit(values.throttleAccountFailures),
      failuresPerAddress: limit(values.throttleAddressFailures),
      flowsPerAddress: limit(values.throttleOauthFlows),
    },
  };
}

/** Whether browsers reach the server over https. */
function isSecure(
  { publicUrl, tlsCert }: SettingValues,
  providers: ProviderSettingsByName,
): boolean {
  const urls = Object.values(providers).map(({ redirectUri }) => redirectUri);
  if (publicUrl !== undefined) urls.push(publicUrl);
  return tlsCert !== undefined ||
    urls.some((url) => url.startsWith("https:"));
}

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) {
    return value;
  }
  for (const child of Object.values(value)) freeze(child);
  return Object.freeze(value);
}

/**
 * Reads and checks everything the server was told.
 *
 * @param sources Arguments, environment and files.
 * @returns The settings, frozen.
 * @throws {ConfigError} One sentence about the first thing that cannot be.
 */
export function readConfig(sources: Sources): Config {
  const collected = collect(sources);
  const { values } = collected;
  const warnings: string[] = [];
  const served = values.httpPort !== undefined;
  const auth = served && !values.noAuthApi;
  const rest = served && !values.noRestApi;
  const realtime = served && !values.noRealtime;
  if (values.corsOrigin.includes("*") && values.corsOrigin.length > 1) {
    throw new ConfigError(
      "Cannot use --cors-origin * together with others: it already means all of them",
    );
  }
  checkThrottles(values, warnings);
  const storage = storageOf(values);
  const postgres = postgresOf(values);
  const wireAuth = wireAuthOf(collected, sources, warnings);
  const jwt = auth || rest || realtime
    ? readJwt(values, sources.env)
    : undefined;
  if (jwt?.isKnown) warnings.push(devSecretWarning);
  return freeze<Config>({
    storage,
    listen: values.listen,
    http: {
      port: values.httpPort,
      corsOrigins: values.corsOrigin,
      trustedProxies: values.trustedProxy,
      metrics: values.metrics,
      docs: values.docs,
      publicUrl: values.publicUrl,
      maxConnections: values.maxConnections,
      maxConnectionsPerAddress: values.maxConnectionsPerAddress,
    },
    postgres,
    mysql: mysqlOf(values),
    wireAuth,
    tls: tlsOf(values, sources),
    auth: auth ? authOf(values, sources) : undefined,
    rest: rest ? readRest(values) : undefined,
    realtime: realtime ? readRealtime(values, values.restSchema) : undefined,
    jwt,
    log: { level: values.logLevel, format: values.logFormat },
    warnings,
  });
}

/**
 * Reads an environment variable of the process.
 *
 * @param name Name.
 * @returns Its value, `undefined` when it is not set.
 * @throws {ConfigError} When it is not UTF-8; Deno's own message would show it.
 */
export function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new ConfigError(`Cannot use $${name}: it is not UTF-8 text`);
  }
}

/**
 * @param args Arguments after the subcommand.
 * @returns What this process was told, for one of the readers here.
 */
export function processSources(args: readonly string[]): Sources {
  return { args, env: environment, readTextFile };
}

/**
 * Reads the settings of this process.
 *
 * @param args Arguments after the subcommand.
 * @returns The settings, frozen.
 * @throws {ConfigError} One sentence about the first thing that cannot be.
 */
export function processConfig(args: readonly string[]): Config {
  return readConfig(processSources(args));
}
