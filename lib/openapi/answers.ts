/**
 * What the auth routes answer, as schemas, and the one form of their failures.
 *
 * @module
 */

import { z } from "zod";
import type { SessionAnswer } from "../auth/context.ts";
import type { UserAnswer } from "../auth/users.ts";
import type { JsonSchema } from "./json_schema.ts";

const moment = z.iso.datetime({ offset: true });
const anything = z.record(z.string(), z.unknown());

const identity = z.object({
  identity_id: z.string(),
  id: z.string().describe("The provider's own id of the person."),
  user_id: z.uuid(),
  identity_data: anything,
  provider: z.string().describe("`email`, `google`, `github`."),
  created_at: moment,
  updated_at: moment,
  last_sign_in_at: moment.nullable(),
  email: z.string().exactOptional(),
});

/** The user object. */
export const userSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.string(),
  created_at: moment,
  aud: z.literal("authenticated"),
  phone: z.literal(""),
  updated_at: moment,
  last_sign_in_at: moment.exactOptional(),
  email_confirmed_at: moment.exactOptional(),
  confirmed_at: moment.exactOptional(),
  app_metadata: anything.describe("Set by the server."),
  user_metadata: anything.describe("Set by the user."),
  identities: z.array(identity),
  is_anonymous: z.boolean(),
}) satisfies z.ZodType<UserAnswer>;

/** The session object. */
export const sessionSchema = z.object({
  access_token: z.string().describe("A JWT, to be sent as bearer token."),
  refresh_token: z.string().describe("Works once, for the next session."),
  user: userSchema,
  expires_in: z.int().describe("Life of the access token in seconds."),
  token_type: z.literal("bearer"),
  expires_at: z.int().describe("Its end in Unix seconds."),
}) satisfies z.ZodType<SessionAnswer>;

/** The form of every failure outside `/rest/v1`. */
export const problemSchema = z.object({
  error: z.string().describe("Stable code."),
  message: z.string().describe("One sentence."),
  code: z.string(),
  error_code: z.string(),
  msg: z.string(),
  error_description: z.string(),
});

/**
 * Turns a schema of the program into one of the document.
 *
 * @param schema What the program reads or writes.
 * @param io Whether it is sent to the server (`input`) or answered (`output`).
 * @returns JSON Schema.
 */
export function toJsonSchema(
  schema: z.ZodType,
  io: "input" | "output",
): JsonSchema {
  const { $schema: _, "~standard": __, ...rest } = z.toJSONSchema(schema, {
    target: "draft-2020-12",
    io,
  }) as Record<string, unknown>;
  return rest;
}

/** Schemas that {@linkcode AnswerDescription} may name. */
export function answerSchemas(): Record<string, JsonSchema> {
  return {
    User: toJsonSchema(userSchema, "output"),
    Session: {
      ...toJsonSchema(sessionSchema, "output"),
      properties: {
        ...toJsonSchema(sessionSchema, "output")["properties"] as object,
        user: { $ref: "#/components/schemas/User" },
      },
    },
    Problem: toJsonSchema(problemSchema, "output"),
  };
}
