/**
 * Makes the API keys that `keys` prints.
 *
 * @module
 */

import { AccessTokens } from "../auth/access_tokens.ts";
import type { Clock } from "../base/clock.ts";
import type { PrintedKeys } from "../cli/keys.ts";
import type { KeysConfig } from "../config.ts";

/**
 * @param config The secret and how long the keys live.
 * @param clock Source of the time.
 * @returns The keys.
 */
export async function makeKeys(
  { jwt, lifetimeSeconds }: KeysConfig,
  clock: Clock,
): Promise<PrintedKeys> {
  const tokens = new AccessTokens({ ...jwt, lifetimeSeconds, clock });
  const [anon, serviceRole] = await Promise.all([
    tokens.signKey("anon", lifetimeSeconds),
    tokens.signKey("service_role", lifetimeSeconds),
  ]);
  return { anon, serviceRole, secretIsKnown: jwt.isKnown };
}
