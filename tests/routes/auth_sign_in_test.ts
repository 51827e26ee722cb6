/** Sign-in: right, wrong, unknown, banned, outdated, too many sessions. */
import { equal, match } from "node:assert/strict";
import { authApp } from "../support/auth_app.ts";

Deno.test("POST /auth/v1/token answers unknown, wrong, OAuth-only and corrupt accounts byte for byte alike", async () => {
  await using app = await authApp();
  for (const name of ["known", "oauth", "corrupt"]) {
    await app.signUp(`${name}@example.com`);
  }
  await app.sql(
    "UPDATE _auth_users SET encrypted_password = '' WHERE email = 'oauth@example.com'",
  );
  await app.sql(
    "UPDATE _auth_users SET encrypted_password = '$argon2id$' WHERE email = 'corrupt@example.com'",
  );
  const seen = new Set<string>();
  for (
    const email of [
      "known@example.com",
      "oauth@example.com",
      "corrupt@example.com",
      "nobody@example.com",
      "x",
    ]
  ) {
    const { status, text, headers } = await app.send("POST /auth/v1/token", {
      body: { email, password: "wrong!" },
    });
    seen.add(JSON.stringify([status, text, [...headers]]));
  }
  equal(seen.size, 1);
});

Deno.test("POST /auth/v1/token tells a banned user so only after the right password", async () => {
  await using app = await authApp();
  await app.signUp();
  await app.sql(
    "UPDATE _auth_users SET banned_until = '2999-01-01 00:00:00+00'",
  );
  const wrong = await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "wrong!" },
  });
  equal(wrong.json.error, "invalid_credentials");
  const right = await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  });
  equal(right.status, 403);
  equal(right.json.error, "user_banned");
});

Deno.test("POST /auth/v1/token hashes the password anew when the costs have changed", async () => {
  await using app = await authApp();
  await app.signUp();
  const { hash } = await import("@node-rs/argon2");
  const old = await hash("hunter2!", {
    memoryCost: 32,
    timeCost: 1,
    parallelism: 1,
  });
  await app.sql("UPDATE _auth_users SET encrypted_password = $1", [old]);
  const { status, json } = await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  });
  equal(status, 200);
  const [user] = await app.sql("SELECT encrypted_password FROM _auth_users");
  match(String(user!["encrypted_password"]), /\$m=64,t=1,p=1\$/);
  equal(
    (await app.send("GET /auth/v1/user", { token: json.access_token })).status,
    200,
  );
});

Deno.test("POST /auth/v1/token ends the oldest session when a user has too many", async () => {
  await using app = await authApp();
  const first = await app.signUp();
  for (let i = 0; i < 5; i++) {
    app.clock.advance(1000);
    await app.send("POST /auth/v1/token", {
      body: { email: "alice@example.com", password: "hunter2!" },
    });
  }
  equal(
    (await app.sql("SELECT id FROM _auth_sessions WHERE ended_at IS NULL"))
      .length,
    5,
  );
  const { status } = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: first.refresh_token },
  });
  equal(status, 401);
});
