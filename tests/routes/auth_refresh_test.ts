/** Refresh: rotation, reuse, races, expiry, Supabase's form. */
import { equal, notEqual, ok } from "node:assert/strict";
import type { SessionAnswer } from "../../lib/auth/context.ts";
import { refresh } from "../../lib/auth/refresh.ts";
import { Rotations } from "../../lib/auth/rotations.ts";
import { setImmediate } from "node:timers";
import { authApp } from "../support/auth_app.ts";

const minute = 60_000;
const day = 86_400_000;

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

Deno.test("POST /auth/v1/refresh does not take a request for an attack that comes before anybody was answered", async () => {
  await using app = await authApp();
  const { refresh_token } = await app.signUp();
  const send = (token: string) =>
    app.send("POST /auth/v1/refresh", { body: { refresh_token: token } });
  const winner = send(refresh_token);
  // The rotation is on the disk before its answer leaves.
  let tokens = 1;
  while (tokens < 2) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    tokens = (await app.sql("SELECT 1 FROM _auth_refresh_tokens")).length;
  }
  equal((await send(refresh_token)).status, 401);
  const { status, json } = await winner;
  equal(status, 200);
  equal((await send(json.refresh_token)).status, 200);
});

Deno.test("POST /auth/v1/refresh remembers a thousand used tokens of a family", async () => {
  await using app = await authApp();
  let { refresh_token } = await app.signUp();
  const first = refresh_token;
  const { context } = app.auth;
  const rotations = new Rotations<Promise<SessionAnswer>>({
    clock: app.clock,
    pause: () => Promise.resolve(),
  });
  const client = { address: "127.0.0.1", userAgent: "", requestId: "test" };
  for (let i = 0; i < 1300; i++) {
    app.clock.advance(1);
    ({ refresh_token } = await refresh(
      { ...context, rotations },
      { refreshToken: refresh_token, reuse: "strict" },
      client,
    ));
  }
  const [row] = await app.sql("SELECT count(*) AS n FROM _auth_refresh_tokens");
  ok(Number(row!["n"]) <= 1101, `${row!["n"]} tokens`);
  app.clock.advance(1);
  const send = (token: string) =>
    app.send("POST /auth/v1/refresh", { body: { refresh_token: token } });
  equal((await send(first)).status, 401);
  equal((await send(refresh_token)).status, 200);
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
