/**
 * What the auth routes read out of a request besides its body.
 *
 * @module
 */

import type { Client } from "../lib/auth/audit.ts";
import type { Call } from "../lib/http/call.ts";

/**
 * @param call The request.
 * @returns Where it came from, for throttles and the audit log.
 */
export function clientOf(call: Call): Client {
  return {
    address: call.address,
    userAgent: (call.request.headers.get("user-agent") ?? "").slice(0, 200),
    requestId: call.requestId,
  };
}

const bearer = /^bearer +(\S+) *$/i;

/**
 * @param call The request.
 * @returns The bearer token (RFC 6750, 2.1: the header only, never the URL), `undefined` if none.
 */
export function bearerOf(call: Call): string | undefined {
  const header = call.request.headers.get("authorization");
  if (header === null) return undefined;
  return bearer.exec(header)?.[1];
}
