/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677): what a server keeps of a password, in the text that PostgreSQL
 * keeps in `pg_authid`, and the few computations on it.
 *
 * Whoever reads a verifier cannot sign in with it, but can try passwords on it and pose as the server:
 * it stays secret all the same.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { saslprep } from "./saslprep.ts";

/** Rounds of PBKDF2 that PostgreSQL uses, and the fewest that RFC 7677 allows. */
export const scramIterations = 4096;

/** More than anybody needs; verifiers may be written by users, and each round costs time. */
const mostIterations = 1_000_000;

const saltLength = 16;
const keyLength = 32;

/** What a verifier holds. */
export interface ScramVerifier {
  readonly iterations: number;
  readonly salt: Uint8Array<ArrayBuffer>;
  /** H(ClientKey): tells whether a client knows the password. */
  readonly storedKey: Uint8Array<ArrayBuffer>;
  /** Proves to the client that the server knows it. */
  readonly serverKey: Uint8Array<ArrayBuffer>;
}

/** Settings of {@linkcode scramVerifier}. */
export interface ScramOptions {
  /** @default {4096} */
  readonly iterations?: number;
  /** @default {16 random bytes} */
  readonly salt?: Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

/**
 * @param key Key.
 * @param text What is signed.
 * @returns HMAC-SHA-256.
 */
export function hmac(
  key: Uint8Array,
  text: string | Uint8Array,
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHmac("sha256", key).update(text).digest());
}

/**
 * @param bytes What is hashed.
 * @returns SHA-256.
 */
export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash("sha256", bytes, "buffer"));
}

/**
 * Compares in a time that tells nothing of where they differ.
 *
 * @param a One.
 * @param b The other.
 * @returns Whether they are equal.
 */
export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** SaltedPassword; PBKDF2 runs off this thread. */
async function saltedPassword(
  password: string,
  salt: Uint8Array<ArrayBuffer>,
  iterations: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(saslprep(password)),
    "PBKDF2",
    false,
    ["deriveBits"],
  );
  const bits = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations },
    key,
    keyLength * 8,
  );
  return new Uint8Array(bits);
}

/**
 * Makes a verifier.
 *
 * @param password Password, not empty.
 * @param options Iterations and salt.
 * @returns `SCRAM-SHA-256$4096:<salt>$<StoredKey>:<ServerKey>`, in base64.
 */
export async function scramVerifier(
  password: string,
  {
    iterations = scramIterations,
    salt = crypto.getRandomValues(new Uint8Array(saltLength)),
  }: ScramOptions = {},
): Promise<string> {
  const salted = await saltedPassword(password, salt, iterations);
  const storedKey = sha256(hmac(salted, "Client Key"));
  const serverKey = hmac(salted, "Server Key");
  return `SCRAM-SHA-256$${iterations}:${salt.toBase64()}$${storedKey.toBase64()}:${serverKey.toBase64()}`;
}

/**
 * @param text Base64, in the canonical spelling only.
 * @returns The bytes, `undefined` when it is not base64.
 */
export function fromBase64(
  text: string,
): Uint8Array<ArrayBuffer> | undefined {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
    // Blanks would be skipped.
    return bytes.toBase64() === text ? bytes : undefined;
  } catch {
    return undefined;
  }
}

const pattern =
  /^SCRAM-SHA-256\$([1-9]\d{0,9}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

/**
 * Reads a verifier.
 *
 * @param text As {@linkcode scramVerifier} writes it.
 * @returns Its parts, `undefined` when the text is something else.
 */
export function parseScramVerifier(text: string): ScramVerifier | undefined {
  const parts = pattern.exec(text);
  if (parts === null) return undefined;
  const iterations = Number(parts[1]);
  const salt = fromBase64(parts[2]!);
  const storedKey = fromBase64(parts[3]!);
  const serverKey = fromBase64(parts[4]!);
  if (
    iterations > 0x7fff_ffff || salt === undefined ||
    storedKey?.length !== keyLength || serverKey?.length !== keyLength
  ) return undefined;
  return { iterations, salt, storedKey, serverKey };
}

/**
 * Checks a password that came in the clear.
 *
 * @param verifier Verifier.
 * @param password Password.
 * @returns Whether the verifier was made of it.
 */
export async function matchesScramVerifier(
  { iterations, salt, serverKey }: ScramVerifier,
  password: string,
): Promise<boolean> {
  if (iterations > mostIterations) return false;
  const salted = await saltedPassword(password, salt, iterations);
  return equalInConstantTime(hmac(salted, "Server Key"), serverKey);
}

/**
 * Makes the verifier that stands in for the one of a role that does not exist or has none, so that an
 * exchange with it looks like any other: its salt is the same each time.
 *
 * @param serverKey Secret of this server, kept for as long as its roles are.
 * @param role Name that the client gave.
 * @returns A verifier that no password fits.
 */
export function mockScramVerifier(
  serverKey: Uint8Array,
  role: string,
): ScramVerifier {
  return {
    iterations: scramIterations,
    salt: hmac(serverKey, `mock salt ${role}`).slice(0, saltLength),
    storedKey: hmac(serverKey, `mock key ${role}`),
    serverKey: hmac(serverKey, `mock server key ${role}`),
  };
}

/**
 * @param verifier Verifier.
 * @returns It as {@linkcode scramVerifier} writes it.
 */
export function printScramVerifier(
  { iterations, salt, storedKey, serverKey }: ScramVerifier,
): string {
  return `SCRAM-SHA-256$${iterations}:${salt.toBase64()}$${storedKey.toBase64()}:${serverKey.toBase64()}`;
}

/**
 * Checks a client's proof (RFC 5802, 3).
 *
 * @param storedKey Of the verifier.
 * @param authMessage Everything that was said.
 * @param proof ClientProof.
 * @returns Whether the client knows the password.
 */
export function checkClientProof(
  storedKey: Uint8Array,
  authMessage: string,
  proof: Uint8Array,
): boolean {
  if (proof.length !== keyLength) return false;
  const signature = hmac(storedKey, authMessage);
  const clientKey = Buffer.alloc(keyLength);
  for (let i = 0; i < keyLength; i++) clientKey[i] = proof[i]! ^ signature[i]!;
  return equalInConstantTime(sha256(clientKey), storedKey);
}
