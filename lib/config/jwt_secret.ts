/**
 * Reads the keys that sign access tokens, and refuses those that can be guessed.
 *
 * @module
 */

import { isLoopback } from "../base/network_address.ts";
import { ConfigError } from "./error.ts";

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

/** The keys. */
export interface JwtSecrets {
  /** Signs. */
  readonly secret: string;
  /** Still verifies while keys change. */
  readonly previous: string | undefined;
  /** Whether everybody knows the one that signs. */
  readonly isKnown: boolean;
}

/**
 * @param listen Address that the server will listen on.
 * @param env Reads an environment variable.
 * @returns The keys.
 * @throws {ConfigError} When one is too weak, or known to everybody and the address is open to a
 *   network.
 */
export function readJwtSecrets(
  listen: string,
  env: (name: string) => string | undefined,
): JwtSecrets {
  const secret = env("JWT_SECRET") ?? devJwtSecret;
  checkStrength("JWT_SECRET", secret);
  const isKnown = secret === devJwtSecret;
  if (isKnown && !isLoopback(listen)) {
    throw new ConfigError(
      `Cannot listen on ${listen} with the well-known JWT secret: set $JWT_SECRET to a random one, ${advice}`,
    );
  }
  const previous = env("JWT_SECRET_PREVIOUS") || undefined;
  if (previous !== undefined) {
    checkStrength("JWT_SECRET_PREVIOUS", previous);
    if (previous === devJwtSecret && !isLoopback(listen)) {
      throw new ConfigError(
        "Cannot use $JWT_SECRET_PREVIOUS: everybody knows this secret",
      );
    }
  }
  return { secret, previous, isKnown };
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
