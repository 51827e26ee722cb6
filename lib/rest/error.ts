/**
 * Errors of `/rest/v1`, with the codes that PostgREST's clients switch on.
 *
 * A status for each code is `lib/http/rest_status.ts`'s; errors of the database itself come as
 * `EngineError` and keep their SQLSTATE.
 *
 * @module
 */

/** PostgREST's codes, those that can happen here (`docs/rest.md` lists them). */
export type RestCode =
  | "PGRST100"
  | "PGRST101"
  | "PGRST102"
  | "PGRST103"
  | "PGRST105"
  | "PGRST106"
  | "PGRST107"
  | "PGRST108"
  | "PGRST114"
  | "PGRST115"
  | "PGRST116"
  | "PGRST117"
  | "PGRST118"
  | "PGRST120"
  | "PGRST122"
  | "PGRST123"
  | "PGRST124"
  | "PGRST125"
  | "PGRST126"
  | "PGRST127"
  | "PGRST128"
  | "PGRST200"
  | "PGRST201"
  | "PGRST202"
  | "PGRST203"
  | "PGRST204"
  | "PGRST205"
  | "PGRST301"
  | "PGRST303";

/** The other fields of an error body. */
export interface RestErrorFields extends ErrorOptions {
  /** A sentence, or the list of relationships of PGRST201. */
  readonly details?: unknown;
  readonly hint?: string | undefined;
  /** Methods that would have been served (405). */
  readonly allow?: readonly string[] | undefined;
  /** Rows there are, where a range lies beyond them (416). */
  readonly total?: number | undefined;
}

/** A request that cannot be served. */
export class RestError extends Error {
  override name = "RestError";
  readonly details: unknown;
  readonly hint: string | undefined;
  readonly allow: readonly string[] | undefined;
  readonly total: number | undefined;

  /**
   * @param code Code.
   * @param message One sentence; holds no value of a row.
   * @param fields Details, hint, cause.
   */
  constructor(
    readonly code: RestCode,
    message: string,
    { details, hint, allow, total, ...options }: RestErrorFields = {},
  ) {
    super(message, options);
    this.details = details;
    this.hint = hint;
    this.allow = allow;
    this.total = total;
  }
}
