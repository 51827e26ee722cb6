/**
 * Prepares a password for SCRAM (RFC 4013), the way PostgreSQL does: what cannot be prepared is used
 * as it is, because PostgreSQL took such passwords before SCRAM and goes on to take them.
 *
 * @module
 */

import {
  leftToRight,
  nothings,
  otherSpaces,
  refused,
  rightToLeft,
} from "./stringprep_tables.ts";

// deno-lint-ignore no-control-regex -- ASCII is what is looked for
const ascii = /^[\x00-\x7f]*$/;

/** Mapping (RFC 4013, 2.1). */
function mapped(text: string): string {
  let result = "";
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (otherSpaces.has(code)) result += " ";
    else if (!nothings.has(code)) result += character;
  }
  return result;
}

/** Bidirectional characters (RFC 3454, 6). */
function isOneWay(codes: readonly number[]): boolean {
  if (!codes.some((code) => rightToLeft.has(code))) return true;
  return !codes.some((code) => leftToRight.has(code)) &&
    rightToLeft.has(codes[0]!) && rightToLeft.has(codes.at(-1)!);
}

/**
 * Prepares a password.
 *
 * @param password As it was typed.
 * @returns What is hashed; the password itself when it is ASCII, or cannot be prepared.
 */
export function saslprep(password: string): string {
  if (ascii.test(password)) return password;
  const prepared = mapped(password).normalize("NFKC");
  const codes = Array.from(prepared, (character) => character.codePointAt(0)!);
  const usable = codes.length > 0 && !codes.some((code) => refused.has(code)) &&
    isOneWay(codes);
  return usable ? prepared : password;
}
