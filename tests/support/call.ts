/**
 * Calls of routes without a socket in front.
 *
 * @module
 */

import { Problem } from "../../lib/base/problem.ts";
import { problemAnswer } from "../../lib/http/answer.ts";
import type { Route } from "../../lib/http/call.ts";
import { createRouter } from "../../lib/http/router.ts";

/** Sends a request, for example `send("GET /docs", { accept: "text/html" })`. */
export type Send = (
  line: string,
  headers?: Record<string, string>,
) => Promise<Response>;

/**
 * @param routes Routes.
 * @returns Function that sends a request to them.
 */
export function sender(routes: readonly Route[]): Send {
  const router = createRouter(routes);
  return async (line, headers = {}) => {
    const [method = "", target = ""] = line.split(" ");
    const url = new URL(target, "http://localhost:8080");
    const call = {
      request: {
        method,
        body: null,
        headers: {
          get: (name: string) => headers[name] ?? null,
          has: (name: string) => name in headers,
          entries: () => Object.entries(headers),
        },
      },
      method,
      path: url.pathname,
      search: url.search.slice(1),
      query: url.searchParams,
      address: "127.0.0.1",
      requestId: "test",
    };
    try {
      return await router.find(method, url.pathname).handler(call);
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      return problemAnswer(cause, call);
    }
  };
}
