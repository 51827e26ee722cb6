/**
 * What the operator wrote, as the auth server takes it.
 *
 * @module
 */

import type { AuthSettings } from "../auth/auth.ts";
import { createProvider } from "../auth/oauth/provider.ts";
import { createRedirectAllowList } from "../auth/oauth/redirect_allow.ts";
import {
  type AuthConfig,
  ConfigError,
  type JwtConfig,
  providerNames,
} from "../config.ts";

/** Open sessions of one user. */
const sessionsPerUser = 100;

/** Password hashes that may wait for each core; the last of them waits some two seconds. */
const waitingPerCore = 128;

/**
 * @param auth Settings.
 * @param jwt How tokens are signed.
 * @returns The same for the auth server.
 * @throws {ConfigError} When a provider or a redirect cannot be.
 */
export function authSettings(auth: AuthConfig, jwt: JwtConfig): AuthSettings {
  const { providers, redirectAllow, refreshTokenDays, sessionDays, ...rest } =
    auth;
  const dayMs = 86_400_000;
  const cores = navigator.hardwareConcurrency;
  try {
    return {
      ...rest,
      jwtSecret: jwt.secret,
      jwtSecretPrevious: jwt.previousSecret,
      jwtIssuer: jwt.issuer,
      sessionLimits: {
        refreshMs: refreshTokenDays * dayMs,
        sessionMs: sessionDays * dayMs,
        perUser: sessionsPerUser,
      },
      hashPermits: cores,
      hashQueueCapacity: waitingPerCore * cores,
      oauth: {
        providers: providerNames.flatMap((name) => {
          const provider = providers[name];
          return provider === undefined ? [] : [createProvider(name, provider)];
        }),
        redirects: createRedirectAllowList(redirectAllow),
      },
    };
  } catch (error) {
    // These two check what the operator wrote.
    if (error instanceof RangeError) throw new ConfigError(error.message);
    throw error;
  }
}
