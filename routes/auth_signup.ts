/**
 * `POST /auth/v1/signup`: makes a user with a password and opens a session.
 *
 * @module
 */

import * as z from "zod";
import type { AuthContext } from "../lib/auth/context.ts";
import { signUp } from "../lib/auth/sign_up.ts";
import { json } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { clientOf } from "./auth_call.ts";

/** Body of the request; other fields (`gotrue_meta_security`, …) are ignored. */
export const signUpBody = z.object({
  email: z.string(),
  password: z.string(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

/** The route in the OpenAPI document. */
export const signUpDescription: RouteDescription = {
  method: "POST",
  path: "/auth/v1/signup",
  id: "signUp",
  tag: "Auth",
  summary: "Sign up",
  description:
    "Makes a user with a password and opens a session. `data` becomes the user's `user_metadata`.",
  body: {
    schemas: [signUpBody],
    example: { email: "alice@example.com", password: "hunter2!" },
  },
  answers: { 200: { description: "The session.", schema: "Session" } },
  problems: ["weak_password", "user_already_exists", "over_request_rate_limit"],
};

/**
 * @param context Collaborators.
 * @returns The route.
 */
export function signUpRoute(context: AuthContext): Route {
  return {
    method: "POST",
    path: "/auth/v1/signup",
    async handler(call) {
      const { email, password, data } = await readJson(call, signUpBody);
      return json(
        await signUp(
          context,
          { email, password, data: data ?? undefined },
          clientOf(call),
        ),
      );
    },
  };
}
