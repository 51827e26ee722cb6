/**
 * Failures that a client may see: a stable code and one sentence.
 *
 * A `Problem` may cross every boundary of the program. It knows nothing of HTTP or of a wire
 * protocol: each door turns the code into its own status (`lib/http/status.ts`) or SQLSTATE.
 * The message never holds a secret, a token, an e-mail address or a SQL value.
 *
 * @module
 */

/** Stable, documented reasons a call can fail (`docs/errors.md`). */
export type ProblemCode =
  // What was sent
  | "bad_json"
  | "validation_failed"
  | "weak_password"
  | "unsupported_grant_type"
  | "redirect_not_allowed"
  | "payload_too_large"
  | "unsupported_media_type"
  | "method_not_allowed"
  | "not_found"
  | "request_timeout"
  // Who sent it
  | "invalid_credentials"
  | "invalid_token"
  | "invalid_refresh_token"
  | "user_already_exists"
  | "email_exists"
  | "user_banned"
  // OAuth
  | "invalid_state"
  | "access_denied"
  | "oauth_provider_refused"
  | "provider_email_needs_verification"
  | "oauth_provider_not_supported"
  | "oauth_not_configured"
  | "token_exchange_failed"
  | "userinfo_fetch_failed"
  | "oauth_provider_timeout"
  // What the server can do now
  | "auth_not_enabled"
  | "over_request_rate_limit"
  | "server_busy"
  | "statement_timeout"
  | "storage_failed"
  | "internal_error";

/** Extras of a {@linkcode Problem}. */
export interface ProblemOptions extends ErrorOptions {
  /** Seconds after which trying again makes sense, a whole number of at least 1. */
  retryAfter?: number;
  /** Methods that the path does serve, for `method_not_allowed`. */
  allow?: readonly string[];
}

/** A failure with a code that clients may switch on. */
export class Problem extends Error {
  override name = "Problem";
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;
  /** Methods that the path does serve. */
  readonly allow: readonly string[] | undefined;

  /**
   * @param code Stable code, listed in `docs/errors.md`.
   * @param message One sentence, shown to the caller.
   * @param options Cause (for the log only), retry time, allowed methods.
   */
  constructor(
    readonly code: ProblemCode,
    message: string,
    options: ProblemOptions = {},
  ) {
    super(message, options);
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
  }
}
