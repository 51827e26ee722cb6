/**
 * The help texts.
 *
 * @module
 */

import { groups, type Setting } from "../config/setting.ts";
import { settingNames, settings } from "../config/settings.ts";

/** What `--help` says. */
export const help =
  `heliosdb-nano: a database and its auth server in one executable

Usage:
  heliosdb-nano start [flags]   start the server
  heliosdb-nano init [DIR]      make a data directory, ./heliosdb-data if not given
  heliosdb-nano keys            print the API keys of anon and service_role
  heliosdb-nano doctor          say what in a data directory somebody should look at
  heliosdb-nano --version       print the version
  heliosdb-nano --help          print this; each command has a --help of its own

For example:
  heliosdb-nano start --memory
  heliosdb-nano start --data-dir ./heliosdb-data
`;

/** What `init --help` says. */
export const initHelp = `Make a data directory with an empty database in it.

Usage:
  heliosdb-nano init [DIR]      ./heliosdb-data if not given

A directory that is there already is brought up to date; no data is lost.
`;

/** What `keys --help` says. */
export const keysHelp =
  `Print two API keys, signed with the current secret ($JWT_SECRET): anon for browsers and apps,
service_role for your own servers.

Usage:
  heliosdb-nano keys [--expires DAYS] [--json] [flags of start]

  --expires DAYS    life of the keys (default 3650)
  --json            print an object with anon, service_role and expires_at (Unix seconds)

Give --config, --listen and --public-url as for start: a key names its server, and the development
secret is refused for an address that others reach. Keys cannot be taken back one by one: they end with
the secret.
`;

/** What `doctor --help` says. */
export const doctorHelp =
  `Say what in a data directory somebody should look at, with what to do about it.

Usage:
  heliosdb-nano doctor --data-dir DIR [--json] [flags of start]

  --json            print an object with a list of findings

It looks for tables and views that everybody can reach without row security, policies that do not count,
tables that nobody can see, foreign keys without an index, and a known secret. Exit code: 0 without
warnings, 1 with one, 2 when called wrongly, 3 when it cannot look. A running server holds its data
directory; it says the same of open tables in its log (rest.table_open).
`;

function line(setting: Setting<unknown>): string {
  const { flag, short, value, help: what, shown, list, negatable } = setting;
  const left = `${short === undefined ? "    " : `-${short}, `}--${
    negatable ? "[no-]" : ""
  }${flag}${value === undefined ? "" : ` ${value}`}`;
  const notes = [
    ...(shown === undefined ? [] : [`default ${shown}`]),
    ...(list ? ["may be repeated"] : []),
  ];
  return `  ${left.padEnd(36)}  ${what}${
    notes.length > 0 ? ` (${notes.join(", ")})` : ""
  }`;
}

/**
 * @returns What `start --help` says.
 */
export function startHelp(): string {
  const all = settingNames.map((name) => settings[name] as Setting<unknown>);
  const sections = groups.map((group) =>
    `${group}:\n${
      all.filter((setting) => setting.group === group).map(line).join("\n")
    }\n`
  );
  return `Start the server.

Usage:
  heliosdb-nano start --memory [flags]
  heliosdb-nano start --data-dir DIR [flags]

${sections.join("\n")}
Every flag can also be an environment variable, --http-port as $HELIOSDB_HTTP_PORT, or a line of the
TOML file that --config names, http-port = 8080. A flag wins over the environment, the environment over
the file.

Environment only:
  JWT_SECRET, JWT_SECRET_PREVIOUS       key of access tokens, at least 32 random bytes; the one before it
  OAUTH_GOOGLE_CLIENT_ID, …_CLIENT_SECRET, …_REDIRECT_URI     sign-in with Google
  OAUTH_GITHUB_CLIENT_ID, …_CLIENT_SECRET, …_REDIRECT_URI     sign-in with GitHub
  OAUTH_…_AUTHORIZE_URL, …_TOKEN_URL, …_USERINFO_URL, OAUTH_GITHUB_EMAILS_URL     other endpoints
`;
}
