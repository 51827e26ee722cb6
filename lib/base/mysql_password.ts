/**
 * What MySQL's authentication plugins need of a role's password, and how a client proves with it that
 * it knows the password.
 *
 * Both are digests of digests: whoever reads one cannot sign in with it alone. They are made when a
 * password is set in the clear, for nothing else that is kept of it would do.
 *
 * @module
 */

import { hash } from "node:crypto";
import { equalInConstantTime } from "./scram.ts";

/** What is kept, hexadecimal. */
export interface MysqlDigests {
  /** SHA1(SHA1(password)), for `mysql_native_password`. */
  readonly native: string;
  /** SHA256(SHA256(password)), for `caching_sha2_password`. */
  readonly sha2: string;
}

/** The plugins. */
export type MysqlPlugin = "mysql_native_password" | "caching_sha2_password";

const encoder = new TextEncoder();

const algorithms = {
  "mysql_native_password": "sha1",
  "caching_sha2_password": "sha256",
} as const;

function digest(
  algorithm: "sha1" | "sha256",
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const [first = new Uint8Array(), second] = parts;
  if (second === undefined) return hash(algorithm, first, "buffer");
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return hash(algorithm, both, "buffer");
}

/**
 * @param password Password, not empty.
 * @returns What to keep of it.
 */
export function mysqlDigests(password: string): MysqlDigests {
  const bytes = encoder.encode(password);
  return {
    native: digest("sha1", digest("sha1", bytes)).toHex(),
    sha2: digest("sha256", digest("sha256", bytes)).toHex(),
  };
}

/**
 * Checks a proof. `mysql_native_password`: SHA1(password) XOR SHA1(scramble, SHA1(SHA1(password)));
 * `caching_sha2_password`: SHA256(password) XOR SHA256(SHA256(SHA256(password)), scramble).
 *
 * @param plugin Plugin.
 * @param kept What is kept, hexadecimal.
 * @param exchange Scramble of this exchange, 20 bytes, and what the client answered.
 * @returns Whether the client knows the password. An answer of another length is wrong.
 */
export function checkMysqlProof(
  plugin: MysqlPlugin,
  kept: string,
  { scramble, answer }: {
    readonly scramble: Uint8Array;
    readonly answer: Uint8Array;
  },
): boolean {
  const algorithm = algorithms[plugin];
  const stored = Uint8Array.fromHex(kept);
  if (answer.length !== stored.length) return false;
  const mask = algorithm === "sha1"
    ? digest(algorithm, scramble, stored)
    : digest(algorithm, stored, scramble);
  const first = new Uint8Array(stored.length);
  for (let i = 0; i < first.length; i++) first[i] = answer[i]! ^ mask[i]!;
  return equalInConstantTime(digest(algorithm, first), stored);
}

/**
 * Answers a challenge as a client does.
 *
 * @param plugin Plugin.
 * @param password Password.
 * @param scramble Challenge.
 * @returns The proof.
 */
export function mysqlProof(
  plugin: MysqlPlugin,
  password: string,
  scramble: Uint8Array,
): Uint8Array {
  const algorithm = algorithms[plugin];
  const first = digest(algorithm, encoder.encode(password));
  const second = digest(algorithm, first);
  const mask = algorithm === "sha1"
    ? digest(algorithm, scramble, second)
    : digest(algorithm, second, scramble);
  return first.map((byte, i) => byte ^ mask[i]!);
}
