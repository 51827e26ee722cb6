/**
 * An answer after which the connection speaks another protocol (RFC 9110, 7.8).
 *
 * @module
 */

import type { ByteStream } from "../base/byte_stream.ts";

/** A connection that is handed over: nobody else reads from it, writes to it or watches it any more. */
export interface UpgradedConnection {
  readonly stream: ByteStream;
  /** Bytes that came after the request's head. */
  readonly early: Uint8Array;
}

/** Status 101. A `Response` only in name, for the platform's cannot have that status. */
export class UpgradeAnswer extends Response {
  /**
   * @param fields Header fields, `upgrade` among them.
   * @param run Speaks the other protocol; the connection is closed when it is done.
   */
  constructor(
    readonly fields: Readonly<Record<string, string>>,
    readonly run: (connection: UpgradedConnection) => Promise<void>,
  ) {
    super(null, { status: 204 });
  }

  /** Status line and header fields. */
  get head(): Uint8Array {
    const lines = Object.entries(this.fields).map(([name, value]) =>
      `${name}: ${value}\r\n`
    );
    return new TextEncoder().encode(
      `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\n${
        lines.join("")
      }\r\n`,
    );
  }
}
