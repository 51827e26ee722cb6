/**
 * What stands in the fragment when a sign-in ends at the app's own page.
 *
 * A fragment stays in the browser: it is in no request, log or `Referer`. The
 * names are those that GoTrue's clients read.
 *
 * @module
 */

import type { Problem, ProblemCode } from "../../base/problem.ts";

/**
 * @param redirectTo An address that the allow-list let through.
 * @param fields What to tell the page.
 * @returns The address with the fields as its fragment.
 */
export function withFragment(
  redirectTo: string,
  fields: Readonly<Record<string, string>>,
): string {
  return `${redirectTo}#${new URLSearchParams(fields)}`;
}

/** The OAuth word for a failure (RFC 6749, section 4.1.2.1). */
const oauthErrors: Readonly<Partial<Record<ProblemCode, string>>> = {
  "access_denied": "access_denied",
  "user_banned": "access_denied",
  "provider_email_needs_verification": "access_denied",
  "validation_failed": "invalid_request",
  "invalid_state": "invalid_request",
  "oauth_provider_refused": "invalid_request",
  "oauth_not_configured": "temporarily_unavailable",
  "oauth_provider_timeout": "temporarily_unavailable",
  "over_request_rate_limit": "temporarily_unavailable",
  "server_busy": "temporarily_unavailable",
};

/**
 * @param problem Why the sign-in failed.
 * @returns Fields for {@linkcode withFragment}.
 */
export function errorFields(
  problem: Problem,
): { error: string; error_code: string; error_description: string } {
  const { code, message } = problem;
  return {
    error: oauthErrors[code] ?? "server_error",
    "error_code": code,
    "error_description": message,
  };
}
