/** The schemas of answers are those of what is answered: nothing more, nothing less. */
import { deepEqual } from "node:assert/strict";
import { z } from "zod";
import {
  problemSchema,
  sessionSchema,
  userSchema,
} from "../../../lib/openapi/answers.ts";
import { authApp } from "../../support/auth_app.ts";

Deno.test("sessionSchema, userSchema and problemSchema describe what the auth routes answer", async () => {
  await using app = await authApp();
  const user = z.strictObject({
    ...userSchema.shape,
    identities: z.array(
      z.strictObject(userSchema.shape.identities.element.shape),
    ),
  });
  const session = z.strictObject({ ...sessionSchema.shape, user });
  const issues = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value).error?.issues ?? [];

  const signedUp = await app.signUp();
  const { json: signedIn } = await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  });
  const { json: me } = await app.send("GET /auth/v1/user", {
    token: signedIn.access_token,
  });
  const { json: refused } = await app.send("GET /auth/v1/user");

  deepEqual(issues(session, signedUp), []);
  deepEqual(issues(session, signedIn), []);
  deepEqual(issues(user, me), []);
  deepEqual(issues(z.strictObject(problemSchema.shape), refused), []);
});
