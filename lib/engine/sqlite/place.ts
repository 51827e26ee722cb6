/**
 * Where a database lives.
 *
 * @module
 */

/** A folder that holds a database file, held by this process alone. */
export interface Place {
  /** Where it is, in words for the banner. */
  readonly description: string;
  /** Real path of the database file, in a folder that exists. */
  readonly file: string;
  /** Whether what is written must survive. */
  readonly durable: boolean;
  /** Whether the program that had it before did not end in order. */
  readonly unclean: boolean;
  /** Called once the file is known to be sound and every connection needed up front is open. */
  opened(): void;
  /**
   * Gives the place up.
   *
   * @param clean Whether the database was closed in order.
   */
  close(clean: boolean): void;
}
