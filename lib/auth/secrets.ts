/**
 * Random secrets and the digests that tables keep of them.
 *
 * @module
 */

import { hash } from "node:crypto";

/**
 * @returns 256 random bits as 43 characters of base64url.
 */
export function randomSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** Matches what {@linkcode randomSecret} makes; anything else need not be looked up. */
export const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * @param secret A secret of at least 128 random bits, so that a plain digest is enough.
 * @returns Its SHA-256 in hexadecimal.
 */
export function digest(secret: string): string {
  return hash("sha256", secret, "hex");
}
