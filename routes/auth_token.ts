/**
 * `POST /auth/v1/token`: trades credentials for a session; with `?grant_type=refresh_token`, as
 * Supabase's client sends it, a refresh token for the next one.
 *
 * @module
 */

import * as z from "zod";
import type { AuthContext } from "../lib/auth/context.ts";
import { refresh } from "../lib/auth/refresh.ts";
import { signIn } from "../lib/auth/sign_in.ts";
import { Problem } from "../lib/base/problem.ts";
import { json } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { clientOf } from "./auth_call.ts";

/** Body of a sign-in. */
export const signInBody = z.object({ email: z.string(), password: z.string() });

/** Body of a refresh. */
export const refreshBody = z.object({ refresh_token: z.string() });

/** The route in the OpenAPI document. */
export const tokenDescription: RouteDescription = {
  method: "POST",
  path: "/auth/v1/token",
  id: "signIn",
  tag: "Auth",
  summary: "Sign in",
  description:
    "Trades credentials for a session or, with `grant_type=refresh_token`, a refresh token for the next one.",
  query: [{
    name: "grant_type",
    description: "What is traded; `password` if not given.",
    words: ["password", "refresh_token"],
  }],
  body: {
    schemas: [signInBody, refreshBody],
    example: { email: "alice@example.com", password: "hunter2!" },
  },
  answers: { 200: { description: "The session.", schema: "Session" } },
  problems: [
    "unsupported_grant_type",
    "invalid_credentials",
    "invalid_refresh_token",
    "user_banned",
    "over_request_rate_limit",
  ],
};

/**
 * @param context Collaborators.
 * @returns The route.
 */
export function tokenRoute(context: AuthContext): Route {
  return {
    method: "POST",
    path: "/auth/v1/token",
    async handler(call) {
      switch (call.query.get("grant_type") ?? "password") {
        case "password":
          return json(
            await signIn(
              context,
              await readJson(call, signInBody),
              clientOf(call),
            ),
          );
        case "refresh_token": {
          const { refresh_token: refreshToken } = await readJson(
            call,
            refreshBody,
          );
          return json(
            await refresh(
              context,
              { refreshToken, reuse: "lenient" },
              clientOf(call),
            ),
          );
        }
        default:
          throw new Problem(
            "unsupported_grant_type",
            "Cannot issue a token: grant_type must be password or refresh_token",
          );
      }
    },
  };
}
