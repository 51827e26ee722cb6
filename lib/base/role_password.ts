/**
 * What PostgreSQL keeps of a role's password: a SCRAM verifier, or an MD5 digest from the days before.
 *
 * @module
 */

import { hash } from "node:crypto";
import {
  equalInConstantTime,
  matchesScramVerifier,
  parseScramVerifier,
} from "./scram.ts";

/** How a password is kept. */
export type VerifierKind = "scram-sha-256" | "md5" | "plain";

const md5Pattern = /^md5[0-9a-f]{32}$/;

const encoder = new TextEncoder();

/**
 * Makes the verifier of the method `md5`. It is as good as the password to whoever reads it.
 *
 * @param password Password.
 * @param role Name of the role, which salts it.
 * @returns `md5` and 32 hexadecimal digits.
 */
export function md5Verifier(password: string, role: string): string {
  return `md5${hash("md5", password + role, "hex")}`;
}

/**
 * Tells what a stored text is; a client may give one instead of a password (`ALTER ROLE … PASSWORD`).
 *
 * @param text Stored text, or password.
 * @returns `plain` when it is neither kind of verifier.
 */
export function verifierKind(text: string): VerifierKind {
  if (md5Pattern.test(text)) return "md5";
  return parseScramVerifier(text) === undefined ? "plain" : "scram-sha-256";
}

/**
 * Computes what a client answers to an md5 challenge.
 *
 * @param verifier From {@linkcode md5Verifier}.
 * @param salt Four bytes of the challenge.
 * @returns `md5` and 32 hexadecimal digits.
 */
export function md5Response(verifier: string, salt: Uint8Array): string {
  const digest = encoder.encode(verifier.slice(3));
  const both = new Uint8Array(digest.length + salt.length);
  both.set(digest);
  both.set(salt, digest.length);
  return `md5${hash("md5", both, "hex")}`;
}

/**
 * Checks a password that came in the clear.
 *
 * @param verifier Either kind.
 * @param role Name of the role.
 * @param password Password.
 * @returns Whether the verifier was made of it.
 */
export async function passwordMatches(
  verifier: string,
  role: string,
  password: string,
): Promise<boolean> {
  if (password === "") return false;
  const scram = parseScramVerifier(verifier);
  if (scram !== undefined) return await matchesScramVerifier(scram, password);
  return verifierKind(verifier) === "md5" && equalInConstantTime(
    encoder.encode(md5Verifier(password, role)),
    encoder.encode(verifier),
  );
}
