/** Life of a session over several requests: sign-up, sign-in, refresh, change, sign-out. */
// deno-lint-ignore-file camelcase -- answers have Supabase's names
import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { authApp } from "../support/auth_app.ts";

const minute = 60_000;
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

Deno.test("POST /auth/v1/refresh rotates: the new pair works, the old token ends the family", async () => {
  await using app = await authApp();
  const first = await app.signUp();
  const { status, json: second } = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: first.refresh_token },
  });
  equal(status, 200);
  notEqual(second.refresh_token, first.refresh_token);
  notEqual(second.access_token, first.access_token);
  equal(second.user.id, first.user.id);
  app.clock.advance(1);
  const reuse = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: first.refresh_token },
  });
  equal(reuse.json.error, "invalid_refresh_token");
  const after = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: second.refresh_token },
  });
  equal(after.status, 401);
  const [session] = await app.sql("SELECT end_reason FROM _auth_sessions");
  equal(session!["end_reason"], "refresh_token_reused");
  // Access tokens live to their exp.
  equal(
    (await app.send("GET /auth/v1/user", { token: second.access_token }))
      .status,
    200,
  );
});

Deno.test("POST /auth/v1/refresh leaves other sessions of the user alone when one is reused", async () => {
  await using app = await authApp();
  const one = await app.signUp();
  const other = (await app.send("POST /auth/v1/token", {
    body: { email: "alice@example.com", password: "hunter2!" },
  })).json;
  await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: one.refresh_token },
  });
  app.clock.advance(1);
  await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: one.refresh_token },
  });
  equal(
    (await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: other.refresh_token },
    })).status,
    200,
  );
});

Deno.test("POST /auth/v1/refresh lets one of many win and does not end the family", async () => {
  await using app = await authApp();
  const { refresh_token } = await app.signUp();
  const answers = await Promise.all(
    Array.from(
      { length: 32 },
      () => app.send("POST /auth/v1/refresh", { body: { refresh_token } }),
    ),
  );
  const won = answers.filter(({ status }) => status === 200);
  equal(won.length, 1);
  ok(answers.every(({ status }) => status === 200 || status === 401));
  const next = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: won[0]!.json.refresh_token },
  });
  equal(next.status, 200);
});

Deno.test("POST /auth/v1/refresh does not take a request that overlapped the rotation for an attack", async () => {
  await using app = await authApp();
  const { refresh_token } = await app.signUp();
  const arrivedAt = app.clock.monotonic();
  app.clock.advance(5);
  const { json } = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token },
  });
  app.clock.advance(5);
  const late = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token },
    arrivedAt,
  });
  equal(late.status, 401);
  equal(
    (await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: json.refresh_token },
    })).status,
    200,
  );
});

Deno.test("POST /auth/v1/refresh refuses an expired token and a session past its absolute age", async () => {
  await using app = await authApp();
  let { refresh_token } = await app.signUp();
  app.clock.advance(7 * day);
  equal(
    (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
      .status,
    401,
  );

  ({ refresh_token } = await app.signUp("b@example.com"));
  for (let days = 6; days < 90; days += 6) {
    app.clock.advance(6 * day);
    const answer = await app.send("POST /auth/v1/refresh", {
      body: { refresh_token },
    });
    equal(answer.status, 200, `day ${days}`);
    ({ refresh_token } = answer.json);
  }
  app.clock.advance(6 * day);
  equal(
    (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
      .status,
    401,
  );
});

Deno.test("POST /auth/v1/token?grant_type=refresh_token answers a repeated refresh within ten seconds the same", async () => {
  await using app = await authApp();
  const { refresh_token } = await app.signUp();
  const line = "POST /auth/v1/token?grant_type=refresh_token";
  const first = await app.send(line, { body: { refresh_token } });
  app.clock.advance(9_000);
  const again = await app.send(line, { body: { refresh_token } });
  equal(again.text, first.text);
  app.clock.advance(2_000);
  equal((await app.send(line, { body: { refresh_token } })).status, 401);
  equal(
    (await app.send(line, {
      body: { refresh_token: first.json.refresh_token },
    })).status,
    401,
  );
});

Deno.test("POST /auth/v1/token?grant_type=refresh_token takes an older token than the parent for an attack", async () => {
  await using app = await authApp();
  const line = "POST /auth/v1/token?grant_type=refresh_token";
  const first = await app.signUp();
  const second =
    (await app.send(line, { body: { refresh_token: first.refresh_token } }))
      .json;
  const third =
    (await app.send(line, { body: { refresh_token: second.refresh_token } }))
      .json;
  app.clock.advance(1);
  equal(
    (await app.send(line, { body: { refresh_token: first.refresh_token } }))
      .status,
    401,
  );
  equal(
    (await app.send(line, { body: { refresh_token: third.refresh_token } }))
      .status,
    401,
  );
});

Deno.test("POST /auth/v1/logout ends the family by any of its tokens; the access token lives on", async () => {
  await using app = await authApp();
  const first = await app.signUp();
  const { json: second } = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: first.refresh_token },
  });
  const out = await app.send("POST /auth/v1/logout", {
    body: { refresh_token: first.refresh_token },
  });
  equal(out.status, 204);
  equal(
    (await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: second.refresh_token },
    })).status,
    401,
  );
  equal(
    (await app.send("GET /auth/v1/user", { token: second.access_token }))
      .status,
    200,
  );
  equal(
    (await app.send("POST /auth/v1/logout", {
      body: { refresh_token: first.refresh_token },
    })).status,
    204,
  );
});

for (
  const [scope, left] of [["global", []], ["local", [1, 2]], ["others", [0]], [
    undefined,
    [],
  ]] as const
) {
  Deno.test(`POST /auth/v1/logout with scope ${scope} leaves sessions ${JSON.stringify(left)}`, async () => {
    await using app = await authApp();
    const sessions = [await app.signUp()];
    for (let i = 0; i < 2; i++) {
      sessions.push(
        (await app.send("POST /auth/v1/token", {
          body: { email: "alice@example.com", password: "hunter2!" },
        })).json,
      );
    }
    const stranger = await app.signUp("bob@example.com");
    const query = scope === undefined ? "" : `?scope=${scope}`;
    equal(
      (await app.send(`POST /auth/v1/logout${query}`, {
        token: sessions[0].access_token,
      })).status,
      204,
    );
    const alive: number[] = [];
    for (const [i, { refresh_token }] of sessions.entries()) {
      if (
        (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
          .status === 200
      ) alive.push(i);
    }
    deepEqual(alive, left);
    const other = await app.send("POST /auth/v1/refresh", {
      body: { refresh_token: stranger.refresh_token },
    });
    equal(other.status, 200);
  });
}

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

Deno.test("refresh works again when a ban is over", async () => {
  await using app = await authApp();
  const { refresh_token } = await app.signUp();
  await app.sql("UPDATE _auth_users SET banned_until = $1", [
    new Date(app.clock.now() + minute).toISOString(),
  ]);
  equal(
    (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
      .status,
    401,
  );
  app.clock.advance(minute);
  equal(
    (await app.send("POST /auth/v1/refresh", { body: { refresh_token } }))
      .status,
    200,
  );
});

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
