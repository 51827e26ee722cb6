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
