/**
 * Reads the OAuth providers from the environment, in the names that the tutorial prints.
 *
 * @module
 */

import { ConfigError } from "./error.ts";
import { secureUrl } from "./parse.ts";

/** Providers that can be configured. */
export const providerNames = ["google", "github"] as const;

/** One of {@linkcode providerNames}. */
export type ProviderName = (typeof providerNames)[number];

/** What one provider needs to know of us and we of it. */
export interface ProviderSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Our callback, spelled exactly as it is registered with the provider. */
  readonly redirectUri: string;
  readonly authorizeUrl?: string;
  readonly tokenUrl?: string;
  readonly userinfoUrl?: string;
  readonly emailsUrl?: string;
}

/** Providers that are configured. */
export type ProviderSettingsByName = Readonly<
  Partial<Record<ProviderName, ProviderSettings>>
>;

const required = ["CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"] as const;

const endpoints = {
  authorizeUrl: "AUTHORIZE_URL",
  tokenUrl: "TOKEN_URL",
  userinfoUrl: "USERINFO_URL",
  emailsUrl: "EMAILS_URL",
} as const;

type Endpoint = keyof typeof endpoints;

function checkUrl(variable: string, text: string): string {
  try {
    secureUrl(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(`Cannot use $${variable}: it ${error.message}`);
  }
  // As it was written: a provider compares the callback character by character.
  return text;
}

function readProvider(
  name: ProviderName,
  env: (name: string) => string | undefined,
): ProviderSettings | undefined {
  const prefix = `OAUTH_${name.toUpperCase()}_`;
  const get = (suffix: string) => env(prefix + suffix) || undefined;
  // Only GitHub keeps e-mail addresses apart from the rest.
  const known = (Object.keys(endpoints) as Endpoint[])
    .filter((key) => key !== "emailsUrl" || name === "github");
  const given = known.flatMap((key) => {
    const text = get(endpoints[key]);
    return text === undefined
      ? []
      : [[key, checkUrl(prefix + endpoints[key], text)] as const];
  });
  const missing = required.filter((suffix) => get(suffix) === undefined);
  if (missing.length === required.length && given.length === 0) {
    return undefined;
  }
  if (missing.length > 0) {
    const names = missing.map((suffix) => `$${prefix}${suffix}`).join(" and ");
    throw new ConfigError(
      `Cannot set up sign-in with ${name}: ${names} must be set too`,
    );
  }
  return {
    clientId: get("CLIENT_ID") ?? "",
    clientSecret: get("CLIENT_SECRET") ?? "",
    redirectUri: checkUrl(`${prefix}REDIRECT_URI`, get("REDIRECT_URI") ?? ""),
    ...Object.fromEntries(given),
  };
}

/**
 * Reads every provider.
 *
 * @param env Reads an environment variable.
 * @returns Those that are configured.
 * @throws {ConfigError} When one is configured in part, or with a URL that would carry secrets in
 * the clear.
 */
export function readProviders(
  env: (name: string) => string | undefined,
): ProviderSettingsByName {
  const found: Partial<Record<ProviderName, ProviderSettings>> = {};
  for (const name of providerNames) {
    const provider = readProvider(name, env);
    if (provider !== undefined) found[name] = Object.freeze(provider);
  }
  return Object.freeze(found);
}
