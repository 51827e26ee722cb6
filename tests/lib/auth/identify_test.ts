import { deepEqual, equal, notEqual, rejects } from "node:assert/strict";
import { identify } from "../../../lib/auth/identify.ts";
import { Problem } from "../../../lib/base/problem.ts";
import { SignJWT } from "jose";
import { type AuthApp, authApp, testSettings } from "../../support/auth_app.ts";

/** Signs any claims with the server's key. */
async function sign(
  app: AuthApp,
  claims: Record<string, unknown>,
): Promise<string> {
  const now = Math.floor(app.clock.now() / 1000);
  return await new SignJWT({ exp: now + 600, ...claims })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(testSettings.jwtSecret));
}

async function refuses(app: AuthApp, token: string): Promise<void> {
  await rejects(
    identify(app.auth.context, token),
    (error) =>
      error instanceof Problem && error.code === "invalid_token" &&
      error.message === "Token is invalid or has expired",
  );
}

Deno.test("identify() takes a request without a token for anon", async () => {
  await using app = await authApp();

  const identity = await identify(app.auth.context, undefined);

  deepEqual(identity, { role: "anon", claims: { role: "anon" } });
  equal(identity, await identify(app.auth.context, undefined));
});

Deno.test("identify() gives the same claims for the same token", async () => {
  await using app = await authApp();
  const { access_token: token, user } = await app.signUp();

  const first = await identify(app.auth.context, token);
  const second = await identify(app.auth.context, token);

  equal(first.role, "authenticated");
  equal(first.claims?.["sub"], user.id);
  equal(first.claims, second.claims);
});

Deno.test("identify() takes a token without a role for anon, with its claims", async () => {
  await using app = await authApp();
  const token = await sign(app, { tenant: 7 });

  const first = await identify(app.auth.context, token);
  const second = await identify(app.auth.context, token);

  equal(first.role, "anon");
  equal(first.claims?.["tenant"], 7);
  equal(first.claims?.["role"], "anon");
  equal(first.claims, second.claims);
});

Deno.test("identify() takes the keys that signKey() makes, until the secret changes", async () => {
  await using app = await authApp();
  await using other = await authApp({
    jwtSecret: "another-secret-of-thirty-two-bytes-and-more",
  });
  const { tokens } = app.auth.context;
  for (const role of ["anon", "service_role"] as const) {
    const { token } = await tokens.signKey(role, 3650 * 86_400);

    const { role: found, claims } = await identify(app.auth.context, token);

    equal(found, role);
    deepEqual(Object.keys(claims ?? {}), ["role", "iss", "iat", "exp"]);
    await refuses(other, token);
  }
});

Deno.test("identify() forgets tokens behind a key that lasts", async () => {
  await using app = await authApp();
  const { tokens } = app.auth.context;
  const key = (await tokens.signKey("anon", 3650 * 86_400)).token;
  const lasting = await identify(app.auth.context, key);
  const { token } = await tokens.signKey("anon", 60);
  const short = await identify(app.auth.context, token);
  app.clock.advance(61_000);

  await refuses(app, token);

  equal((await identify(app.auth.context, key)).claims, lasting.claims);
  notEqual(short.claims, lasting.claims);
});

Deno.test("identify() reads no row for a role that is no user's", async () => {
  await using app = await authApp();
  const nobody = "00000000-0000-4000-8000-000000000000";
  const token = await sign(app, {
    role: "service_role",
    sub: nobody,
    session_id: nobody,
  });
  const before = app.engine.stats().statements;

  equal((await identify(app.auth.context, token)).role, "service_role");

  equal(app.engine.stats().statements, before);
});

Deno.test("identify() takes a user's token that names only the user, or only the session", async () => {
  await using app = await authApp();
  const { user } = await app.signUp();
  const [session] = await app.sql("SELECT id FROM auth._auth_sessions");

  for (
    const claims of [{ sub: user.id }, { session_id: session?.["id"] }, {}]
  ) {
    const token = await sign(app, { role: "authenticated", ...claims });
    equal(
      (await identify(app.auth.context, token)).role,
      "authenticated",
    );
  }
});

const ends: Record<string, string> = {
  "the user is gone": "DELETE FROM auth._auth_users",
  "the user is banned": "UPDATE auth._auth_users SET banned_until = 'infinity'",
  "the session lets in no more":
    "UPDATE auth._auth_sessions SET access_ended_at = now()",
  "the session is gone": "DELETE FROM auth._auth_sessions",
};
for (const [name, sql] of Object.entries(ends)) {
  Deno.test(`identify() refuses a remembered token when ${name}`, async () => {
    await using app = await authApp();
    const { access_token: token } = await app.signUp();
    await identify(app.auth.context, token);

    await app.sql(sql);

    await refuses(app, token);
  });
}

Deno.test("identify() reads the rows behind a token once for each version of the database", async () => {
  await using app = await authApp();
  const { access_token: token } = await app.signUp();
  const { tokens, clock, db } = app.auth.context;
  let reads = 0;
  const context = {
    tokens,
    clock,
    db: {
      query: (...query: Parameters<typeof db.query>) => {
        reads++;
        return db.query(...query);
      },
    },
    dbVersion: app.auth.context.dbVersion,
  };
  await identify(context, token);
  await identify(context, token);
  equal(reads, 1);

  await app.sql("UPDATE auth._auth_users SET banned_until = $1", [
    new Date(clock.now() - 1).toISOString(),
  ]);
  await identify(context, token);
  await identify(context, token);
  equal(reads, 2);

  await app.sql("UPDATE auth._auth_users SET banned_until = 'infinity'");
  for (let i = 0; i < 2; i++) {
    await rejects(
      identify(context, token),
      (error) => error instanceof Problem && error.code === "invalid_token",
    );
  }
});

Deno.test("identify() refuses a session that is another user's", async () => {
  await using app = await authApp();
  const { user } = await app.signUp("bob@example.com");
  await app.signUp("eve@example.com");
  const [session] = await app.sql(
    "SELECT id FROM auth._auth_sessions WHERE user_id <> $1",
    [user.id],
  );

  await refuses(
    app,
    await sign(app, {
      role: "authenticated",
      sub: user.id,
      session_id: session?.["id"],
    }),
  );
});

Deno.test("identify() refuses every bad token alike", async () => {
  await using app = await authApp();
  const good = await sign(app, { role: "anon" });
  const bad = [
    "",
    "x",
    "a.b.c",
    `${good}x`,
    await sign(app, { role: "postgres" }),
    await sign(app, { role: "authenticated", exp: 1 }),
    await sign(app, { role: "anon", aud: "elsewhere" }),
    await sign(app, { role: "anon", iss: "elsewhere" }),
  ];
  for (const token of bad) await refuses(app, token);
});

Deno.test("identify() asks for no users where another server keeps them", async () => {
  await using app = await authApp();
  const { tokens, clock } = app.auth.context;
  const token = await sign(app, {
    role: "authenticated",
    sub: "00000000-0000-4000-8000-000000000000",
  });

  equal((await identify({ tokens, clock }, token)).role, "authenticated");
  await refuses(app, token);
});
