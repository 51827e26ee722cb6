/**
 * Every setting once: its flag, what it means, how its text is read, its default. Flags, environment
 * variables, keys of the configuration file and the help text all come from this table.
 *
 * @module
 */

import { logLevels } from "../base/log.ts";
import type { Network } from "../base/network_address.ts";
import {
  host,
  type HostPort,
  hostPortOrOff,
  network,
  nonEmpty,
  oneOf,
  origin,
  port,
  type PortSetting,
  publicUrl,
} from "./parse.ts";
import { realtimeSettings } from "./realtime.ts";
import { restSettings } from "./rest.ts";
import { count, many, off, on, one, type Setting } from "./setting.ts";

/** Ways in which a client of the wire protocols proves who it is. */
export const authMethods = [
  "trust",
  "password",
  "md5",
  "scram-sha-256",
] as const;

/** One of {@linkcode authMethods}. */
export type AuthMethod = (typeof authMethods)[number];

const million = 1_000_000;

/** Every setting of `start`. */
export const settings = {
  config: one<string | undefined>({
    flag: "config",
    short: "c",
    group: "Storage",
    value: "FILE",
    help: "TOML file with settings, named as the flags are",
    parse: nonEmpty,
    default: undefined,
  }),
  dataDir: one<string | undefined>({
    flag: "data-dir",
    short: "d",
    group: "Storage",
    value: "DIR",
    help: "keep the data in this directory",
    parse: nonEmpty,
    default: undefined,
  }),
  memory: on({
    flag: "memory",
    short: "m",
    group: "Storage",
    help: "keep the data in memory; nothing survives",
  }),

  listen: one<string>({
    flag: "listen",
    group: "Listeners",
    value: "ADDRESS",
    shown: "127.0.0.1",
    help: "address for HTTP and the PostgreSQL wire",
    parse: host,
    default: "127.0.0.1",
  }),
  httpPort: one<PortSetting>({
    flag: "http-port",
    group: "Listeners",
    value: "PORT",
    shown: "8080",
    help: "HTTP port; 0 for off, auto for any free one",
    parse: port,
    default: 8080,
  }),
  port: one<PortSetting>({
    flag: "port",
    short: "p",
    group: "Listeners",
    value: "PORT",
    shown: "5432",
    help: "PostgreSQL port; 0 for off, auto for any free one",
    parse: port,
    default: 5432,
  }),
  mysqlListen: one<HostPort | undefined>({
    flag: "mysql-listen",
    group: "Listeners",
    value: "HOST:PORT",
    shown: "127.0.0.1:3306",
    help: "MySQL address and port (auto for any free one), or off",
    parse: hostPortOrOff,
    default: { host: "127.0.0.1", port: 3306 },
  }),
  auth: one<AuthMethod>({
    flag: "auth",
    group: "Listeners",
    value: "METHOD",
    shown: "trust",
    help: "how wire clients log in: trust, password, md5, scram-sha-256",
    parse: oneOf(authMethods, { scram: "scram-sha-256" }),
    default: "trust",
  }),
  allowTrustFromNetwork: on({
    flag: "allow-trust-from-network",
    group: "Listeners",
    help: "let everybody in whom the network lets through, with --auth trust",
  }),
  allowClearPassword: on({
    flag: "allow-clear-password",
    group: "Listeners",
    help: "with --auth password: take it over a network without TLS",
  }),
  password: one<string | undefined>({
    flag: "password",
    group: "Listeners",
    value: "TEXT",
    secret: true,
    help: "password of user postgres; better in $HELIOSDB_PASSWORD or a file",
    parse: nonEmpty,
    default: undefined,
  }),
  passwordFile: one<string | undefined>({
    flag: "password-file",
    group: "Listeners",
    value: "FILE",
    help: "file that holds the password",
    parse: nonEmpty,
    default: undefined,
  }),
  tlsCert: one<string | undefined>({
    flag: "tls-cert",
    group: "Listeners",
    value: "FILE",
    help: "certificate chain, PEM; HTTP becomes HTTPS, PostgreSQL offers TLS",
    parse: nonEmpty,
    default: undefined,
  }),
  tlsKey: one<string | undefined>({
    flag: "tls-key",
    group: "Listeners",
    value: "FILE",
    help: "private key of the certificate, PEM",
    parse: nonEmpty,
    default: undefined,
  }),
  requireTls: on({
    flag: "require-tls",
    group: "Listeners",
    help: "refuse PostgreSQL connections without TLS, except by Unix socket",
  }),
  maxConnections: count("max-connections", {
    group: "Listeners",
    help: "HTTP connections at most",
    range: [16, million],
    preset: 8000,
  }),
  maxConnectionsPerAddress: count("max-connections-per-address", {
    group: "Listeners",
    help: "HTTP connections of one address at most",
    range: [1, million],
    preset: 2000,
  }),

  pgSocketDir: one<string | undefined>({
    flag: "pg-socket-dir",
    group: "PostgreSQL",
    value: "DIR",
    help: "listen on a Unix socket in this directory too",
    parse: nonEmpty,
    default: undefined,
  }),
  pgMaxConnections: count("pg-max-connections", {
    group: "PostgreSQL",
    help: "PostgreSQL sessions at most",
    range: [1, million],
    preset: 2000,
  }),
  pgAuthTimeout: count("pg-auth-timeout", {
    group: "PostgreSQL",
    help: "seconds that a client may take to log in",
    range: [1, 600],
    preset: 60,
  }),
  pgIdleTimeout: count("pg-idle-timeout", {
    group: "PostgreSQL",
    help:
      "seconds that a session may be idle outside a transaction; 0 for ever",
    range: [0, 31_536_000],
    preset: 0,
  }),
  pgMaxMessageMib: count("pg-max-message-mib", {
    group: "PostgreSQL",
    help: "length of one message of a client in MiB, statement and values",
    range: [1, 1023],
    preset: 64,
  }),

  mysqlSocket: one<string | undefined>({
    flag: "mysql-socket",
    group: "MySQL",
    value: "PATH",
    help: "listen on this Unix socket too",
    parse: nonEmpty,
    default: undefined,
  }),
  mysqlMaxConnections: count("mysql-max-connections", {
    group: "MySQL",
    help: "MySQL sessions at most",
    range: [1, million],
    preset: 2000,
  }),
  mysqlAuthTimeout: count("mysql-auth-timeout", {
    group: "MySQL",
    help: "seconds that a client may take to log in",
    range: [1, 600],
    preset: 10,
  }),
  mysqlIdleTimeout: count("mysql-idle-timeout", {
    group: "MySQL",
    help:
      "seconds that a session may be idle outside a transaction; 0 for ever",
    range: [0, 31_536_000],
    preset: 0,
  }),
  mysqlMaxPacketMib: count("mysql-max-packet-mib", {
    group: "MySQL",
    help: "length of one message of a client in MiB (max_allowed_packet)",
    range: [1, 1023],
    preset: 64,
  }),

  publicUrl: one<string | undefined>({
    flag: "public-url",
    group: "HTTP",
    value: "URL",
    help:
      "URL under which browsers reach the server; also says who issued a token",
    parse: publicUrl,
    default: undefined,
  }),
  corsOrigin: many<string>({
    flag: "cors-origin",
    group: "HTTP",
    value: "ORIGIN",
    shown: "*",
    help: "web origin whose pages may call",
    parse: origin,
    default: ["*"],
  }),
  trustedProxy: many<Network>({
    flag: "trusted-proxy",
    group: "HTTP",
    value: "CIDR",
    help: "network whose X-Forwarded-For is believed",
    parse: network,
    default: [],
  }),
  metrics: one<"loopback" | "open" | "off">({
    flag: "metrics",
    group: "HTTP",
    value: "WHO",
    shown: "loopback",
    help: "who may read /metrics: loopback, open, off",
    parse: oneOf(["loopback", "open", "off"]),
    default: "loopback",
  }),
  docs: off({
    flag: "docs",
    group: "HTTP",
    help: "serve /docs and /openapi.json",
  }),

  noAuthApi: on({
    flag: "no-auth-api",
    group: "Auth",
    help: "switch /auth/v1 off",
  }),
  redirectAllow: many<string>({
    flag: "redirect-allow",
    group: "Auth",
    value: "URL",
    help: "page that a provider's sign-in may return to; …/* for all below",
    parse: nonEmpty,
    default: [],
  }),
  passwordMinLength: count("password-min-length", {
    group: "Auth",
    help: "characters of a user's password, at least",
    range: [6, 64],
    preset: 6,
  }),
  argon2MemoryKib: count("argon2-memory-kib", {
    group: "Auth",
    help: "memory of one password hash in KiB",
    range: [8192, 1_048_576],
    preset: 19_456,
  }),
  argon2Passes: count("argon2-passes", {
    group: "Auth",
    help: "passes of one password hash",
    range: [1, 20],
    preset: 2,
  }),
  argon2Lanes: count("argon2-lanes", {
    group: "Auth",
    help: "lanes of one password hash",
    range: [1, 16],
    preset: 1,
  }),
  accessTokenSeconds: count("access-token-seconds", {
    group: "Auth",
    help: "life of an access token",
    range: [10, 604_800],
    preset: 3600,
  }),
  refreshTokenDays: count("refresh-token-days", {
    group: "Auth",
    help: "life of a refresh token",
    range: [1, 3650],
    preset: 7,
  }),
  sessionDays: count("session-days", {
    group: "Auth",
    help: "life of a session, however often it is refreshed",
    range: [1, 3650],
    preset: 90,
  }),

  ...restSettings,

  ...realtimeSettings,

  throttleSignUps: count("throttle-sign-ups", {
    group: "Throttles",
    help: "sign-ups of one address in an hour",
    range: [1, million],
    preset: 200,
  }),
  throttleAccountFailures: count("throttle-account-failures", {
    group: "Throttles",
    help: "wrong passwords for one account from one address in 5 minutes",
    range: [1, million],
    preset: 20,
  }),
  throttleAddressFailures: count("throttle-address-failures", {
    group: "Throttles",
    help: "wrong passwords from one address in 5 minutes",
    range: [1, million],
    preset: 300,
  }),
  throttleOauthFlows: count("throttle-oauth-flows", {
    group: "Throttles",
    help: "provider sign-ins begun by one address in 5 minutes",
    range: [1, million],
    preset: 300,
  }),
  throttleOff: on({
    flag: "throttle-off",
    group: "Throttles",
    help: "no throttles, for load tests; on a loopback address only",
  }),

  logLevel: one<(typeof logLevels)[number]>({
    flag: "log-level",
    group: "Log",
    value: "LEVEL",
    shown: "info",
    help: "least severity that is written: debug, info, warn, error",
    parse: oneOf(logLevels),
    default: "info",
  }),
  logFormat: one<"text" | "json">({
    flag: "log-format",
    group: "Log",
    value: "FORMAT",
    shown: "text",
    help: "text or json",
    parse: oneOf(["text", "json"]),
    default: "text",
  }),
};

/** Name of a setting in the program. */
export type SettingName = keyof typeof settings;

/** Value of each setting. */
export type SettingValues = {
  readonly [Name in SettingName]: (typeof settings)[Name] extends
    Setting<infer T> ? T : never;
};

/** Names of all settings. */
export const settingNames = Object.keys(settings) as SettingName[];

/**
 * @param flag Name of a flag.
 * @returns Environment variable with the same meaning.
 */
export function variableOf(flag: string): string {
  return `HELIOSDB_${flag.toUpperCase().replaceAll("-", "_")}`;
}
