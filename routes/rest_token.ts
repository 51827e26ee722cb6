/**
 * Where a request to `/rest/v1` has its token.
 *
 * @module
 */

import { invalidToken } from "../lib/auth/access_tokens.ts";
import type { Call } from "../lib/http/call.ts";
import { bearerOf } from "./auth_call.ts";

/**
 * Reads the bearer token or, where there is no `Authorization`, the key in `apikey`, which Supabase's
 * clients send beside it.
 *
 * @param call The request.
 * @returns The token; `undefined` when neither header was sent.
 * @throws {Problem} `invalid_token` for an `Authorization` that holds no bearer token: whoever tried to
 *   say who they are is never taken for nobody.
 */
export function restToken(call: Call): string | undefined {
  const { headers } = call.request;
  if (!headers.has("authorization")) return headers.get("apikey") ?? undefined;
  const token = bearerOf(call);
  if (token === undefined) throw invalidToken();
  return token;
}
