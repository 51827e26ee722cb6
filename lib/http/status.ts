/**
 * Problem code → HTTP status, the one place that knows both.
 *
 * @module
 */

import type { ProblemCode } from "../base/problem.ts";

const statuses = {
  // What was sent
  bad_json: 400,
  validation_failed: 400,
  weak_password: 400,
  unsupported_grant_type: 400,
  redirect_not_allowed: 400,
  payload_too_large: 413,
  unsupported_media_type: 415,
  method_not_allowed: 405,
  not_found: 404,
  request_timeout: 408,
  // Who sent it
  invalid_credentials: 401,
  invalid_token: 401,
  invalid_refresh_token: 401,
  user_already_exists: 409,
  email_exists: 422,
  user_banned: 403,
  // OAuth
  invalid_state: 401,
  access_denied: 403,
  oauth_provider_refused: 400,
  provider_email_needs_verification: 403,
  oauth_provider_not_supported: 400,
  oauth_not_configured: 503,
  token_exchange_failed: 502,
  userinfo_fetch_failed: 502,
  oauth_provider_timeout: 504,
  // What the server can do now
  auth_not_enabled: 503,
  over_request_rate_limit: 429,
  server_busy: 503,
  statement_timeout: 504,
  storage_failed: 503,
  internal_error: 500,
} as const satisfies Record<ProblemCode, number>;

/**
 * @param code Why a call failed.
 * @returns HTTP status of the answer.
 */
export function statusOf(code: ProblemCode): number {
  return statuses[code];
}
