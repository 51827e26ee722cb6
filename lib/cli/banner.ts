/**
 * What the server says of itself once it is ready: where it is reached, where its data is, what is on.
 *
 * @module
 */

import type { Config } from "../config.ts";

/** What is known only once the server runs. */
export interface BannerFacts {
  readonly version: string;
  /** Port that HTTP listens on, `undefined` when it is off. */
  readonly httpPort: number | undefined;
  /** Port that PostgreSQL's protocol listens on, `undefined` when it is off. */
  readonly postgresPort: number | undefined;
  /** Path of its Unix socket, if there is one. */
  readonly socketPath: string | undefined;
  /** Port that MySQL's protocol listens on, `undefined` when it is off. */
  readonly mysqlPort: number | undefined;
  /** Path of its Unix socket, if there is one. */
  readonly mysqlSocketPath: string | undefined;
  /** Description of the engine. */
  readonly engine: string;
}

/** An address that can be pasted into a browser on this machine. */
function hostForUrl(listen: string): string {
  if (listen === "0.0.0.0" || listen === "::") return "localhost";
  return listen.includes(":") ? `[${listen}]` : listen;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(12)}${text}`;
}

function httpRows(config: Config, port: number | undefined): string[] {
  if (port === undefined) return [row("HTTP", "off")];
  const base = `${config.tls === undefined ? "http" : "https"}://${
    hostForUrl(config.listen)
  }:${port}`;
  const providers = Object.keys(config.auth?.providers ?? {});
  const auth = config.auth === undefined
    ? "off"
    : `sign-up, sign-in, refresh${
      providers.length > 0
        ? `, OAuth with ${providers.join(" and ")}`
        : "; OAuth not configured"
    }`;
  const leaves: [path: string, what: string][] = [
    ["/auth/v1", auth],
    [
      "/rest/v1",
      config.rest === undefined
        ? "off"
        : `tables, views, functions of ${config.rest.schemas.join(", ")}`,
    ],
    [
      "/realtime/v1",
      config.realtime === undefined
        ? "off"
        : "changes, broadcast and presence over a WebSocket",
    ],
    ...(config.http.docs
      ? [["/docs", "the API in the browser"] as [string, string]]
      : []),
    ["/health", "is it alive"],
    ["/ready", "does the database answer"],
    [
      "/metrics",
      {
        loopback: "Prometheus, for this machine only",
        open: "Prometheus",
        off: "off",
      }[config.http.metrics],
    ],
    ["/version", "what is running"],
  ];
  const everywhere =
    base.includes("//localhost") && config.listen !== "localhost"
      ? `, listening on ${config.listen}`
      : "";
  return [
    row("HTTP", `${base}${everywhere}`),
    ...leaves.map(([path, what], i) =>
      row(
        "",
        `${i < leaves.length - 1 ? "├─" : "└─"} ${path.padEnd(12)} ${what}`,
      )
    ),
  ];
}

function postgresRows(
  { listen, wireAuth, tls, postgres }: Config,
  { postgresPort, socketPath }: BannerFacts,
): string[] {
  if (postgresPort === undefined) return [row("PostgreSQL", "off")];
  const { requireTls } = postgres;
  const notes = [
    wireAuth.method,
    ...(tls === undefined ? [] : [requireTls ? "TLS only" : "TLS offered"]),
  ];
  return [
    row(
      "PostgreSQL",
      `postgresql://postgres@${hostForUrl(listen)}:${postgresPort}/postgres, ${
        notes.join(", ")
      }`,
    ),
    ...(socketPath === undefined ? [] : [row("", `└─ ${socketPath}`)]),
  ];
}

function mysqlRows(
  { mysql, wireAuth, tls }: Config,
  { mysqlPort, mysqlSocketPath }: BannerFacts,
): string[] {
  if (mysql === undefined || mysqlPort === undefined) {
    return [row("MySQL", "off")];
  }
  const { requireTls, host } = mysql;
  const notes = [
    wireAuth.method === "trust" ? "trust" : "password",
    ...(tls === undefined ? [] : [requireTls ? "TLS only" : "TLS offered"]),
  ];
  return [
    row(
      "MySQL",
      `mysql://root@${hostForUrl(host)}:${mysqlPort}/postgres, ${
        notes.join(", ")
      }`,
    ),
    ...(mysqlSocketPath === undefined
      ? []
      : [row("", `└─ ${mysqlSocketPath}`)]),
  ];
}

/**
 * Writes the banner.
 *
 * @param config What the server was told.
 * @param facts What came of it.
 * @returns Lines, each with its line end. No secret is among them.
 */
export function banner(config: Config, facts: BannerFacts): string {
  const { storage, warnings } = config;
  const data = storage.kind === "memory"
    ? "in memory, gone when the server stops"
    : storage.path;
  return [
    `heliosdb-nano ${facts.version}`,
    "",
    ...httpRows(config, facts.httpPort),
    ...postgresRows(config, facts),
    ...mysqlRows(config, facts),
    row("Data", `${data} (${facts.engine})`),
    "",
    ...warnings.map((warning) => `  WARNING: ${warning}.`),
    ...(warnings.length > 0 ? [""] : []),
    "  Ctrl+C stops the server.",
    "",
  ].join("\n");
}
