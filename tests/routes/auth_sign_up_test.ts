/** Sign-up: what is answered, what is kept, who wins a race. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { authApp } from "../support/auth_app.ts";

const day = 86_400_000;

Deno.test("POST /auth/v1/signup answers the tutorial's session and stores nothing readable", async () => {
  await using app = await authApp();
  const session = await app.signUp();
  deepEqual(Object.keys(session).slice(0, 4), [
    "access_token",
    "refresh_token",
    "user",
    "expires_in",
  ]);
  deepEqual(Object.keys(session.user).slice(0, 4), [
    "id",
    "email",
    "role",
    "created_at",
  ]);
  equal(session.expires_in, 3600);
  equal(session.token_type, "bearer");
  equal(session.user.email, "alice@example.com");
  equal(session.user.role, "authenticated");
  match(session.user.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  const [user] = await app.sql("SELECT * FROM _auth_users");
  equal(user!["id"], session.user.id);
  match(
    String(user!["encrypted_password"]),
    /^\$argon2id\$v=19\$m=64,t=1,p=1\$/,
  );
  const [token] = await app.sql("SELECT * FROM _auth_refresh_tokens");
  equal(
    token!["token_hash"],
    createHash("sha256").update(session.refresh_token).digest("hex"),
  );
  equal(
    Date.parse(String(token!["expires_at"])) -
      Date.parse(String(token!["created_at"])),
    7 * day,
  );
  for (
    const table of [
      "users",
      "sessions",
      "refresh_tokens",
      "identities",
      "audit_log",
    ]
  ) {
    const rows = JSON.stringify(await app.sql(`SELECT * FROM _auth_${table}`));
    ok(
      !rows.includes(session.refresh_token) && !rows.includes("hunter2"),
      table,
    );
  }
});

Deno.test("POST /auth/v1/signup keeps data as user_metadata, in the user and in the token", async () => {
  await using app = await authApp();
  const body = {
    email: "a@example.com",
    password: "hunter2!",
    data: { name: "Ada", "__proto__x": 1 },
  };
  const { json } = await app.send("POST /auth/v1/signup", { body });
  deepEqual(json.user.user_metadata, { name: "Ada", "__proto__x": 1 });
  const claims = JSON.parse(
    atob(
      json.access_token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"),
    ),
  );
  equal(claims.user_metadata.name, "Ada");
  equal(claims.sub, json.user.id);
  equal(claims.aud, "authenticated");
});

Deno.test("POST /auth/v1/signup lets one of many win the same address", async () => {
  await using app = await authApp();
  const spellings = [
    "a@example.com",
    "A@example.com",
    "a@EXAMPLE.com",
    "ａ@example.com",
  ];
  const answers = await Promise.all(
    Array.from(
      { length: 16 },
      (_, i) =>
        app.send("POST /auth/v1/signup", {
          body: { email: spellings[i % 4], password: "hunter2!" },
        }),
    ),
  );
  deepEqual(answers.map(({ status }) => status).sort(), [
    200,
    ...new Array(15).fill(409),
  ]);
  equal((await app.sql("SELECT id FROM _auth_users")).length, 1);
  equal((await app.sql("SELECT id FROM _auth_sessions")).length, 1);
});
