/**
 * What the server was told, as the rest of the program sees it.
 *
 * @module
 */

import type { Network } from "../base/network_address.ts";
import type { ProviderSettingsByName } from "./oauth.ts";
import type { HostPort, PortSetting } from "./parse.ts";
import type { AuthMethod, SettingValues } from "./settings.ts";

/** Where the data is kept. */
export type Storage =
  | { readonly kind: "memory" }
  | { readonly kind: "directory"; readonly path: string };

/** How HTTP is served. */
export interface HttpConfig {
  /** `undefined` when HTTP is off. */
  readonly port: PortSetting;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly Network[];
  readonly metrics: "loopback" | "open" | "off";
  /** Whether `/docs` and `/openapi.json` are served. */
  readonly docs: boolean;
  /** URL under which browsers reach the server, if it was told. */
  readonly publicUrl: string | undefined;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

/** How PostgreSQL's protocol is served. */
export interface PostgresConfig {
  /** `undefined` when it is off. */
  readonly port: PortSetting;
  /** Folder of a Unix socket. */
  readonly socketFolder: string | undefined;
  readonly requireTls: boolean;
  readonly maxConnections: number;
  readonly authTimeoutMs: number;
  /** 0 for ever. */
  readonly idleTimeoutMs: number;
  readonly messageLimit: number;
}

/** How MySQL's protocol is served. */
export interface MysqlConfig extends HostPort {
  /** Path of a Unix socket. */
  readonly socket: string | undefined;
  readonly requireTls: boolean;
  readonly maxConnections: number;
  readonly authTimeoutMs: number;
  /** 0 for ever. */
  readonly idleTimeoutMs: number;
  /** `max_allowed_packet`, in bytes. */
  readonly messageLimit: number;
}

/** How clients of the wires prove who they are. */
export interface WireAuthConfig {
  readonly method: AuthMethod;
  /** Password of role `postgres`. */
  readonly password: string | undefined;
  /** Whether passwords may come in the clear over a network. */
  readonly allowClearPassword: boolean;
  readonly throttles: {
    readonly failuresPerAccount: number;
    readonly failuresPerAddress: number;
  };
}

/** How tokens are signed and checked. */
export interface JwtConfig {
  /** Signs. */
  readonly secret: string;
  /** Still verifies while keys change. */
  readonly previousSecret: string | undefined;
  /** `iss` of tokens. */
  readonly issuer: string;
  /** Whether everybody knows the secret that signs. */
  readonly isKnown: boolean;
}

/** How the auth server works. */
export interface AuthConfig {
  /** Whether browsers reach the server over https, so that cookies are `Secure`. */
  readonly secureCookies: boolean;
  readonly passwordMinLength: number;
  readonly argon2: {
    readonly memoryKib: number;
    readonly passes: number;
    readonly lanes: number;
  };
  readonly accessTokenSeconds: number;
  readonly refreshTokenDays: number;
  readonly sessionDays: number;
  readonly redirectAllow: readonly string[];
  readonly providers: ProviderSettingsByName;
  readonly throttles: {
    readonly signUpsPerHour: number;
    readonly failuresPerAccount: number;
    readonly failuresPerAddress: number;
    readonly flowsPerAddress: number;
  };
}

/** How `/rest/v1` works. */
export interface RestConfig {
  /** Schemas that are served, the default one first. */
  readonly schemas: readonly string[];
  /** Rows of one answer, and of one row's embedded list, at most; `undefined` for no cap. */
  readonly maxRows: number | undefined;
  readonly statementTimeoutMs: number;
  /** Body of a request in bytes, at most. */
  readonly bodyLimit: number;
  /** Whether `select` may hold aggregates. */
  readonly aggregates: boolean;
  /** Whether `Prefer: tx=rollback` is honoured. */
  readonly txOverride: boolean;
  /** Whether plans are answered. */
  readonly plan: boolean;
}

/** How `/realtime/v1` works. */
export interface RealtimeConfig {
  /** Schemas whose tables are told of. */
  readonly schemas: readonly string[];
  /** Whether only private channels may be joined. */
  readonly privateOnly: boolean;
  /** Sockets at most. */
  readonly sockets: number;
  readonly socketsPerAddress: number;
  /** Bytes of a client's message at most. */
  readonly messageBytes: number;
}

/** Everything the server was told. */
export interface Config {
  readonly storage: Storage;
  /** Address for HTTP and the PostgreSQL wire. */
  readonly listen: string;
  readonly http: HttpConfig;
  readonly postgres: PostgresConfig;
  /** `undefined` when it is off. */
  readonly mysql: MysqlConfig | undefined;
  readonly wireAuth: WireAuthConfig;
  /** Certificate and key, PEM. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** `undefined` when the auth API is switched off. */
  readonly auth: AuthConfig | undefined;
  /** `undefined` when `/rest/v1` is switched off. */
  readonly rest: RestConfig | undefined;
  /** `undefined` when `/realtime/v1` is switched off. */
  readonly realtime: RealtimeConfig | undefined;
  /** `undefined` when nothing reads tokens. */
  readonly jwt: JwtConfig | undefined;
  readonly log: {
    readonly level: SettingValues["logLevel"];
    readonly format: "text" | "json";
  };
  /** What works, but somebody should know. */
  readonly warnings: readonly string[];
}
