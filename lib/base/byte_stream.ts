/**
 * What a door needs of a connection, whatever carries it.
 *
 * @module
 */

/** The part of a TCP or TLS connection that a door needs; `Deno.Conn` has it. */
export interface ByteStream {
  /**
   * @param into Where the bytes go.
   * @returns How many came, `null` at the end.
   */
  read(into: Uint8Array): Promise<number | null>;

  /**
   * @param bytes Bytes to send.
   * @returns How many of them were taken.
   */
  write(bytes: Uint8Array): Promise<number>;

  /** Tells the other end that nothing more will come. */
  closeWrite(): Promise<void>;

  /** Lets go of the connection at once; a read that waits fails. */
  close(): void;
}
