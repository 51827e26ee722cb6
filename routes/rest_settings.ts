/**
 * What SQL may read of a request: `current_setting('request.headers', true)` and the like.
 *
 * @module
 */

import type { CallOptions } from "../lib/engine/engine.ts";
import type { Call } from "../lib/http/call.ts";

/**
 * @param call A request.
 * @returns Settings; each is worked out only if somebody reads it.
 */
export function requestSettings(
  call: Call,
): NonNullable<CallOptions["settings"]> {
  const { headers } = call.request;
  return {
    "request.method": call.method,
    "request.path": call.path.slice("/rest/v1".length),
    "request.headers": () =>
      JSON.stringify(Object.fromEntries(headers.entries())),
    "request.cookies": () => JSON.stringify(cookiesOf(headers.get("cookie"))),
  };
}

/** RFC 6265, 5.4: pairs with semicolons between them. */
function cookiesOf(header: string | null): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of (header ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals < 0) continue;
    cookies[pair.slice(0, equals).trim()] = pair.slice(equals + 1).trim();
  }
  return cookies;
}
