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
import { clientOf } from "./auth_call.ts";
import { refreshBody } from "./auth_token.ts";

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
