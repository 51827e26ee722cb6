/**
 * What ends a connection: what is no protocol, and what leaves nobody to talk to.
 *
 * @module
 */

import { MysqlError } from "../sql/mysql/error.ts";

/** Ends the connection, after the client was told why. */
export class FatalError extends MysqlError {
  override name = "FatalError";
}

/** The other end is gone: there is nobody left to tell. */
export class ConnectionLost extends FatalError {
  override name = "ConnectionLost";

  /**
   * @param options What the system said.
   */
  constructor(options: ErrorOptions) {
    super(1158, "08S01", "Got an error reading communication packets");
    this.cause = options.cause;
  }
}

/** @returns Error of a message that cannot be read. */
export function malformed(): FatalError {
  return new FatalError(1835, "HY000", "Malformed communication packet.");
}

/** @returns Error of a packet with another sequence number than the next. */
export function outOfOrder(): FatalError {
  return new FatalError(1156, "08S01", "Got packets out of order");
}

/** @returns Error of a message that is longer than allowed. */
export function tooLarge(): FatalError {
  return new FatalError(
    1153,
    "08S01",
    "Got a packet bigger than 'max_allowed_packet' bytes",
  );
}
