/**
 * What a client sends that is no PostgreSQL protocol, or not the protocol at this point.
 *
 * @module
 */

import { SqlError } from "../sql/error.ts";

/** Ends the connection: FATAL, because nobody knows any more where a message begins. */
export class FatalError extends SqlError {
  override name = "FatalError";
}

/**
 * @param message What is wrong, as PostgreSQL words it.
 * @param detail Second sentence.
 * @returns Error 08P01 that ends the connection.
 */
export function violation(message: string, detail?: string): FatalError {
  return new FatalError("08P01", message, { detail });
}
