/**
 * `POST /auth/v1/refresh`: trades a refresh token for a new pair; the old one is dead, and coming
 * with it again ends the session.
 *
 * @module
 */

import type { AuthContext } from "../lib/auth/context.ts";
import { refresh } from "../lib/auth/refresh.ts";
import { json } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { clientOf } from "./auth_call.ts";
import { refreshBody } from "./auth_token.ts";

/** The route in the OpenAPI document. */
export const refreshDescription: RouteDescription = {
  method: "POST",
  path: "/auth/v1/refresh",
  id: "refresh",
  tag: "Auth",
  summary: "Refresh",
  description:
    "Trades a refresh token for the next session. A token works once: coming with it again ends the session.",
  body: {
    schemas: [refreshBody],
    example: { refresh_token: "the refresh_token of your session" },
  },
  answers: { 200: { description: "The session.", schema: "Session" } },
  problems: ["invalid_refresh_token", "user_banned"],
};

/**
 * @param context Collaborators.
 * @returns The route.
 */
export function refreshRoute(context: AuthContext): Route {
  return {
    method: "POST",
    path: "/auth/v1/refresh",
    async handler(call) {
      const { refresh_token: refreshToken } = await readJson(call, refreshBody);
      return json(
        await refresh(
          context,
          { refreshToken, reuse: "strict" },
          clientOf(call),
        ),
      );
    },
  };
}
