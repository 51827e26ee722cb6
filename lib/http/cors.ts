/**
 * Lets pages of other origins call the server (Fetch standard, CORS protocol).
 *
 * Never with credentials: no cookie of ours means anything to a call from a page, who calls is told by
 * the token in its `Authorization` header. So "any origin" is safe, and is the default.
 *
 * @module
 */

import type { IncomingRequest } from "./call.ts";

/** What CORS adds to answers. */
export interface Cors {
  /**
   * @param origin `Origin` of the request, if it has one.
   * @returns Header lines of the answer, each with its line end.
   */
  lines(origin: string | null): string;

  /** Whether the lines depend on the origin. */
  readonly variable: boolean;
}

const methods = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** What Supabase's clients send (auth-js, postgrest-js, functions-js), and what browsers let pages set. */
const requestHeaders = [
  "accept",
  "accept-profile",
  "apikey",
  "authorization",
  "baggage",
  "cache-control",
  "content-profile",
  "content-type",
  "if-match",
  "if-none-match",
  "pragma",
  "prefer",
  "range",
  "range-unit",
  "redirect_to",
  "traceparent",
  "tracestate",
  "x-client-info",
  "x-jwt-aud",
  "x-region",
  "x-request-id",
  "x-retry-count",
  "x-supabase-api-version",
  "x-upsert",
].join(", ");

/** What a page may read beyond the few headers that it always may. */
const answerHeaders = [
  "allow",
  "content-location",
  "content-range",
  "link",
  "location",
  "content-profile",
  "preference-applied",
  "proxy-status",
  "retry-after",
  "warning",
  "www-authenticate",
  "x-request-id",
  "x-supabase-api-version",
  "x-total-count",
].join(", ");

/** Seconds for which a browser may remember a preflight; Chromium takes no more. */
const maxAge = "7200";

const expose = `access-control-expose-headers: ${answerHeaders}\r\n`;

/**
 * Decides which pages may call.
 *
 * @param origins Origins as browsers write them, for example `https://app.example.com`; `*` alone
 * stands for any.
 * @returns What CORS adds to answers.
 * @throws {TypeError} When an origin is none.
 */
export function createCors(origins: readonly string[]): Cors {
  if (origins.includes("*")) {
    const any = `access-control-allow-origin: *\r\n${expose}`;
    return { variable: false, lines: () => any };
  }
  // The text that is sent back is ours, never the caller's.
  const allowed = new Map<string, string>();
  for (const origin of origins) {
    if (!isOrigin(origin)) {
      throw new TypeError(
        `Cannot allow origin as it must look like https://app.example.com: received ${origin}`,
      );
    }
    allowed.set(
      origin,
      `vary: origin\r\naccess-control-allow-origin: ${origin}\r\n${expose}`,
    );
  }
  return {
    variable: true,
    lines: (origin) => allowed.get(origin ?? "") ?? "vary: origin\r\n",
  };
}

/**
 * Tells whether a text is an origin as browsers write it: scheme, host, port if unusual, no slash.
 *
 * @param text Text.
 * @returns Whether it is.
 */
export function isOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/.test(text) &&
    URL.canParse(text) &&
    (new URL(text).origin === text || !/^https?:/.test(text));
}

/**
 * Answers the question that a browser asks before a page's request.
 *
 * @param request The request.
 * @returns The answer, or `undefined` when it is not such a question.
 */
export function preflightAnswer(
  { method, headers }: IncomingRequest,
): Response | undefined {
  if (
    method !== "OPTIONS" || !headers.has("origin") ||
    !headers.has("access-control-request-method")
  ) {
    return undefined;
  }
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": methods,
      "access-control-allow-headers": requestHeaders,
      "access-control-max-age": maxAge,
    },
  });
}
