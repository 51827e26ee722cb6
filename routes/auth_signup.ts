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
import { clientOf } from "./auth_call.ts";

/** Body of the request; other fields (`gotrue_meta_security`, …) are ignored. */
export const signUpBody = z.object({
  email: z.string(),
  password: z.string(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

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
