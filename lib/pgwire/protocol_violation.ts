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

/** The other end is gone: there is nobody left to tell. */
export class ConnectionLost extends FatalError {
  override name = "ConnectionLost";

  /**
   * @param options What the system said.
   */
  constructor(options: ErrorOptions) {
    super("08006", "connection lost");
    this.cause = options.cause;
  }
}

/**
 * @param message What is wrong, as PostgreSQL words it.
 * @param detail Second sentence.
 * @returns Error 08P01 that ends the connection.
 */
export function violation(message: string, detail?: string): FatalError {
  return new FatalError("08P01", message, { detail });
}
