/**
 * Reads the keys that sign access tokens, and refuses those that can be guessed.
 *
 * @module
 */

import { isLoopback } from "../base/network_address.ts";
import { ConfigError } from "./error.ts";
import type { JwtConfig } from "./types.ts";

/** The secret that the tutorial prints, so everybody knows it. */
export const devJwtSecret = "heliosdb-jwt-secret-change-in-production";

/** The shortest key for HS256 (RFC 7518 §3.2), in bytes. */
const shortest = 32;

/**
 * Different characters at least. Of 32 random hexadecimal digits fewer than one in eight thousand has
 * less; what somebody made by holding down a key has.
 */
const leastVariety = 10;

const advice = 'for example from "openssl rand -base64 48"';

/** What is said of the development secret where it is allowed. */
export const devSecretWarning =
  "Tokens are signed with the development secret that everybody knows, so everybody can forge them: set JWT_SECRET before anybody but you uses this server";

/**
 * @param names Address that the server will listen on, and the URL under which browsers reach it.
 * @param env Reads an environment variable.
 * @returns The keys and who tokens say they are from.
 * @throws {ConfigError} When a key is too weak, or known to everybody and the address or the URL is open
 *   to a network.
 */
export function readJwt(
  { listen, publicUrl }: {
    readonly listen: string;
    readonly publicUrl: string | undefined;
  },
  env: (name: string) => string | undefined,
): JwtConfig {
  const secret = env("JWT_SECRET") ?? devJwtSecret;
  checkStrength("JWT_SECRET", secret);
  const isKnown = secret === devJwtSecret;
  const open = openTo(listen, publicUrl);
  if (isKnown && open !== undefined) {
    throw new ConfigError(
      `Cannot ${open} with the well-known JWT secret: set $JWT_SECRET to a random one, ${advice}`,
    );
  }
  const previous = env("JWT_SECRET_PREVIOUS") || undefined;
  if (previous !== undefined) {
    checkStrength("JWT_SECRET_PREVIOUS", previous);
    if (previous === devJwtSecret && open !== undefined) {
      throw new ConfigError(
        "Cannot use $JWT_SECRET_PREVIOUS: everybody knows this secret",
      );
    }
  }
  return {
    secret,
    previousSecret: previous,
    // Without a public name: one that no change of port or address can end.
    issuer: publicUrl === undefined ? "heliosdb-nano" : `${publicUrl}/auth/v1`,
    isKnown,
  };
}

/** What lets others than this machine in, if anything does: a proxy passes them on to a loopback address. */
function openTo(
  listen: string,
  publicUrl: string | undefined,
): string | undefined {
  if (!isLoopback(listen)) return `listen on ${listen}`;
  if (publicUrl === undefined) return undefined;
  const hostname = new URL(publicUrl).hostname.replace(/^\[|\]$/g, "");
  return isLoopback(hostname) ? undefined : `be reached at ${publicUrl}`;
}

function checkStrength(name: string, secret: string): void {
  const { length } = new TextEncoder().encode(secret);
  if (length < shortest) {
    throw new ConfigError(
      `Cannot use $${name}: it is ${length} bytes long and must be at least ${shortest}, ${advice}`,
    );
  }
  if (new Set(secret).size < leastVariety) {
    throw new ConfigError(
      `Cannot use $${name}: it has fewer than ${leastVariety} different characters, so it can be guessed, set a random one, ${advice}`,
    );
  }
}
