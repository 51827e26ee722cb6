/** The account behind a token: changes, and what ends its sessions. */
// deno-lint-ignore-file camelcase -- answers have Supabase's names
import { deepEqual, equal, ok } from "node:assert/strict";
import { authApp } from "../support/auth_app.ts";

Deno.test("PUT /auth/v1/user merges data, and the next token carries it", async () => {
  await using app = await authApp();
  const { access_token: token, refresh_token } = await app.signUp();
  await app.send("PUT /auth/v1/user", {
    token,
    body: { data: { a: 1, b: 2 } },
  });
  const { json } = await app.send("PUT /auth/v1/user", {
    token,
    body: { data: { b: null, c: 3 } },
  });
  deepEqual(json.user_metadata, { a: 1, c: 3 });
  const next = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token },
  });
  deepEqual(next.json.user.user_metadata, { a: 1, c: 3 });
});

Deno.test("PUT /auth/v1/user changes nothing that a user may not change", async () => {
  await using app = await authApp();
  const { access_token: token, user } = await app.signUp();
  const body = {
    role: "service_role",
    id: crypto.randomUUID(),
    app_metadata: { admin: true },
    banned_until: null,
  };
  const { status, json } = await app.send("PUT /auth/v1/user", { token, body });
  equal(status, 200);
  equal(json.role, "authenticated");
  equal(json.id, user.id);
  deepEqual(json.app_metadata, { provider: "email", providers: ["email"] });
});

Deno.test("PUT /auth/v1/user changes the address, unless somebody has it", async () => {
  await using app = await authApp();
  const { access_token: token } = await app.signUp();
  await app.signUp("bob@example.com");
  const taken = await app.send("PUT /auth/v1/user", {
    token,
    body: { email: "Bob@example.com" },
  });
  equal(taken.status, 422);
  equal(taken.json.error, "email_exists");
  equal(
    (await app.send("PUT /auth/v1/user", {
      token,
      body: { email: "alice@example.org" },
    })).status,
    200,
  );
  const signIn = (email: string) =>
    app.send("POST /auth/v1/token", { body: { email, password: "hunter2!" } });
  equal((await signIn("alice@example.org")).status, 200);
  equal((await signIn("alice@example.com")).status, 401);
});

Deno.test("PUT /auth/v1/user with a password ends every session and access token at once", async () => {
  await using app = await authApp();
  const one = await app.signUp();
  const other = (await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  })).json;
  const out = (await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  })).json;
  await app.send("POST /auth/v1/logout", {
    body: { refresh_token: out.refresh_token },
  });
  const changed = await app.send("PUT /auth/v1/user", {
    token: one.access_token,
    body: { password: "correct horse" },
  });
  equal(changed.status, 200);
  for (const session of [one, other, out]) {
    equal(
      (await app.send("GET /auth/v1/user", { token: session.access_token }))
        .status,
      401,
    );
    const refreshed = await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: session.refresh_token },
    });
    equal(refreshed.status, 401);
  }
  const signIn = (password: string) =>
    app.send("POST /auth/v1/token", {
      body: { email: "alice@example.com", password },
    });
  equal((await signIn("hunter2!")).status, 401);
  equal((await signIn("correct horse")).status, 200);
});

const ends: Record<string, string> = {
  "a ban": "UPDATE _auth_users SET banned_until = 'infinity'",
  "deletion": "DELETE FROM _auth_users",
};
for (const [name, statement] of Object.entries(ends)) {
  Deno.test(`GET /auth/v1/user and refresh end at once with ${name} by SQL`, async () => {
    await using app = await authApp();
    const { access_token: token, refresh_token } = await app.signUp();
    equal((await app.send("GET /auth/v1/user", { token })).status, 200);
    await app.sql(statement);
    const user = await app.send("GET /auth/v1/user", { token });
    equal(user.status, 401);
    equal(user.json.error, "invalid_token");
    equal(
      (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
        .status,
      401,
    );
    equal(
      (await app.send("PUT /auth/v1/user", { token, body: { data: {} } }))
        .status,
      401,
    );
  });
}

Deno.test("the audit log tells sign-up, sign-in, failure, refresh, reuse and sign-out without secrets", async () => {
  await using app = await authApp();
  const { refresh_token, user } = await app.signUp();
  await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "wrong!" },
  });
  const { json } = await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  });
  await app.send("POST /auth/v1/refresh", { body: { refresh_token } });
  app.clock.advance(1);
  await app.send("POST /auth/v1/refresh", { body: { refresh_token } });
  await app.send("POST /auth/v1/logout", {
    body: { refresh_token: json.refresh_token },
  });
  const rows = await app.sql("SELECT action, user_id, ip FROM _auth_audit_log");
  deepEqual(rows.map((row) => row["action"]).sort(), [
    "refresh",
    "refresh_reused",
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "sign_up",
  ]);
  ok(
    rows.every((row) =>
      row["user_id"] === user.id && row["ip"] === "127.0.0.1"
    ),
  );
  ok(
    !JSON.stringify(await app.sql("SELECT * FROM _auth_audit_log")).includes(
      "alice",
    ),
  );
});
