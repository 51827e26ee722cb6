/**
 * `GET /auth/v1/user`: the user whom the bearer token names. `PUT /auth/v1/user` changes it.
 *
 * @module
 */

import * as z from "zod";
import { authenticate, currentUser, updateUser } from "../lib/auth/account.ts";
import type { AuthContext } from "../lib/auth/context.ts";
import { json } from "../lib/http/answer.ts";
import { readJson } from "../lib/http/body.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { bearerOf, clientOf } from "./auth_call.ts";

/** Body of a change; fields that are missing or `null` stay as they are. */
export const updateUserBody = z.object({
  email: z.string().nullish(),
  password: z.string().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

/** The routes in the OpenAPI document. */
export const userDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/auth/v1/user",
    id: "getUser",
    tag: "Auth",
    summary: "Who am I",
    bearer: "needed",
    answers: { 200: { description: "The user.", schema: "User" } },
  },
  {
    method: "PUT",
    path: "/auth/v1/user",
    id: "updateUser",
    tag: "Auth",
    summary: "Change my account",
    description:
      "`data` is merged into `user_metadata` key by key, `null` removes a key. A new password ends every session of the user.",
    bearer: "needed",
    body: {
      schemas: [updateUserBody],
      example: { data: { theme: "dark" } },
    },
    answers: { 200: { description: "The user.", schema: "User" } },
    problems: ["weak_password", "email_exists", "over_request_rate_limit"],
  },
];

/**
 * @param context Collaborators.
 * @returns The routes.
 */
export function userRoutes(context: AuthContext): Route[] {
  return [
    {
      method: "GET",
      path: "/auth/v1/user",
      async handler(call) {
        return json(await currentUser(context, bearerOf(call)));
      },
    },
    {
      method: "PUT",
      path: "/auth/v1/user",
      async handler(call) {
        const token = bearerOf(call);
        await authenticate(context, token); // who may not change anything need not send a good body
        const { email, password, data } = await readJson(call, updateUserBody);
        const change = {
          email: email ?? undefined,
          password: password ?? undefined,
          data: data ?? undefined,
        };
        return json(
          await updateUser(context, token, { change, client: clientOf(call) }),
        );
      },
    },
  ];
}
