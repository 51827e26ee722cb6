/**
 * Why a statement cannot be understood or run, in PostgreSQL's terms.
 *
 * @module
 */

/** Fields of an ErrorResponse besides code and message (PostgreSQL manual, 55.8). */
export interface SqlErrorFields {
  /** Second sentence with the particulars; may hold values, so it goes to the client only, never to a log. */
  readonly detail?: string | undefined;
  /** What to do. */
  readonly hint?: string | undefined;
  /** Character of the text that is to blame, from 1. */
  readonly position?: number | undefined;
  /** Where it happened, for example inside an SQL function. */
  readonly where?: string | undefined;
  /** Schema of the object. */
  readonly schema?: string | undefined;
  /** Table of the object. */
  readonly table?: string | undefined;
  /** Column. */
  readonly column?: string | undefined;
  /** Data type, for a domain's constraint. */
  readonly dataType?: string | undefined;
  /** Constraint. */
  readonly constraint?: string | undefined;
}

/** See the top of the file. */
export class SqlError extends Error {
  override name = "SqlError";

  /**
   * @param sqlState Five characters (PostgreSQL manual, appendix A), for example `42P01`.
   * @param message First sentence, worded as PostgreSQL words it.
   * @param fields The other fields.
   */
  constructor(
    readonly sqlState: string,
    message: string,
    readonly fields: SqlErrorFields = {},
  ) {
    super(message);
  }
}

/**
 * @param feature What is refused, for example `TABLESAMPLE`.
 * @returns Error `0A000` that names it.
 */
export function notSupported(feature: string): SqlError {
  return new SqlError("0A000", `${feature} is not supported`);
}
