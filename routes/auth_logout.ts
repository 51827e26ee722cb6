/**
 * `POST /auth/v1/logout`: ends the family of the refresh token in the body, or, as Supabase's client
 * sends it, the sessions that `?scope=` picks of the user whom the bearer token names.
 *
 * @module
 */

import * as z from "zod";
import type { AuthContext } from "../lib/auth/context.ts";
import {
  signOutByBearer,
  signOutByToken,
  type SignOutScope,
  signOutScopes,
} from "../lib/auth/sign_out.ts";
import { Problem } from "../lib/base/problem.ts";
import { noContent } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { bearerOf, clientOf } from "./auth_call.ts";

/** Body of the request, which may be missing. */
export const logoutBody = z.object({ refresh_token: z.string().optional() });

/** The route in the OpenAPI document. */
export const logoutDescription: RouteDescription = {
  method: "POST",
  path: "/auth/v1/logout",
  id: "signOut",
  tag: "Auth",
  summary: "Sign out",
  description:
    "Ends the session of the refresh token in the body or, without one, the sessions that `scope` picks of the user whom the bearer token names.",
  bearer: "taken",
  query: [{
    name: "scope",
    description: "With a bearer token: which sessions; `global` if not given.",
    words: signOutScopes,
  }],
  body: {
    schemas: [logoutBody],
    example: { refresh_token: "the refresh_token of your session" },
    optional: true,
  },
  answers: { 204: { description: "Signed out." } },
  problems: ["invalid_token"],
};

/**
 * @param context Collaborators.
 * @returns The route.
 */
export function logoutRoute(context: AuthContext): Route {
  return {
    method: "POST",
    path: "/auth/v1/logout",
    async handler(call) {
      const scope = parseScope(call.query.get("scope"));
      const { refresh_token: refreshToken } = await readJson(call, logoutBody, {
        optional: true,
      });
      const token = bearerOf(call);
      if (refreshToken !== undefined) {
        await signOutByToken(context, refreshToken, clientOf(call));
      } else if (token !== undefined) {
        await signOutByBearer(context, token, {
          scope,
          client: clientOf(call),
        });
      } else {
        throw new Problem(
          "validation_failed",
          "Cannot sign out: send refresh_token in the body, or a bearer token",
        );
      }
      return noContent();
    },
  };
}

function parseScope(text: string | null): SignOutScope {
  const scope = signOutScopes.find((known) => known === (text ?? "global"));
  if (scope === undefined) {
    throw new Problem(
      "validation_failed",
      `Unsupported logout scope: use one of ${signOutScopes.join(", ")}`,
    );
  }
  return scope;
}
