import { equal, match, ok } from "node:assert/strict";
import { defaultThrottleLimits } from "../../lib/auth/throttles.ts";
import { type AuthApp, authApp } from "../support/auth_app.ts";

const signIn = (
  app: AuthApp,
  email: string,
  password: string,
  address = "203.0.113.7",
) => app.send("POST /auth/v1/token", { body: { email, password }, address });

Deno.test("POST /auth/v1/token refuses the 21st wrong password of an account and address with a whole Retry-After", async () => {
  await using app = await authApp();
  await app.signUp();
  for (let i = 0; i < 20; i++) {
    equal((await signIn(app, "alice@example.com", "wrong!")).status, 401);
  }
  const refused = await signIn(app, "alice@example.com", "hunter2!");
  equal(refused.status, 429);
  equal(refused.json.error, "over_request_rate_limit");
  match(refused.headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  app.clock.advance(Number(refused.headers.get("retry-after")) * 1000);
  equal((await signIn(app, "alice@example.com", "hunter2!")).status, 200);
});

Deno.test("POST /auth/v1/token does not lock the victim out from another address", async () => {
  await using app = await authApp();
  await app.signUp();
  for (let i = 0; i < 25; i++) await signIn(app, "alice@example.com", "wrong!");
  equal(
    (await signIn(app, "alice@example.com", "hunter2!", "198.51.100.4")).status,
    200,
  );
});

Deno.test("POST /auth/v1/token counts every spelling of an account and of an address as one", async () => {
  await using app = await authApp();
  await app.signUp();
  const emails = [
    "alice@example.com",
    "ALICE@example.com",
    "ａlice@example.com",
  ];
  const addresses = [
    "2001:db8:1:2::1",
    "2001:db8:1:2:ffff::9",
    "2001:0db8:0001:0002::42",
  ];
  let refused = 0;
  for (let i = 0; i < 30; i++) {
    const { status } = await signIn(
      app,
      emails[i % 3]!,
      "wrong!",
      addresses[i % 3]!,
    );
    if (status === 429) refused += 1;
  }
  equal(refused, 10);
});

Deno.test("POST /auth/v1/token lets no burst slip in before the counter moves", async () => {
  await using app = await authApp();
  await app.signUp();
  const answers = await Promise.all(
    Array.from(
      { length: 60 },
      () => signIn(app, "alice@example.com", "wrong!"),
    ),
  );
  equal(answers.filter(({ status }) => status === 401).length, 20);
  equal(answers.filter(({ status }) => status === 429).length, 40);
});

Deno.test("POST /auth/v1/token does not count right passwords", async () => {
  await using app = await authApp();
  await app.signUp();
  for (let i = 0; i < 50; i++) {
    equal((await signIn(app, "alice@example.com", "hunter2!")).status, 200);
  }
});

Deno.test("POST /auth/v1/token refuses one address that tries one password on many accounts", async () => {
  await using app = await authApp();
  let refused = 0;
  for (let i = 0; i < 310; i++) {
    if (
      (await signIn(app, `user${i}@example.com`, "Password1")).status === 429
    ) refused += 1;
  }
  equal(refused, 10);
  equal(
    (await signIn(app, "user1@example.com", "Password1", "198.51.100.4"))
      .status,
    401,
  );
});

Deno.test("POST /auth/v1/signup leaves a hundred users behind one address in peace and stops a flood", async () => {
  await using app = await authApp();
  const statuses: number[] = [];
  for (let i = 0; i < 210; i++) {
    const body = { email: `user${i}@example.com`, password: "hunter2!" };
    statuses.push(
      (await app.send("POST /auth/v1/signup", { body, address: "203.0.113.7" }))
        .status,
    );
  }
  ok(statuses.slice(0, 100).every((status) => status === 200));
  equal(statuses.filter((status) => status === 429).length, 10);
});

Deno.test("POST /auth/v1/signup does not count what is malformed", async () => {
  await using app = await authApp();
  for (let i = 0; i < 300; i++) {
    await app.send("POST /auth/v1/signup", {
      body: { email: "x", password: "hunter2!" },
    });
    await app.send("POST /auth/v1/signup", {
      body: { email: "a@example.com", password: "1" },
    });
  }
  equal(
    (await app.send("POST /auth/v1/signup", {
      body: { email: "a@example.com", password: "hunter2!" },
    })).status,
    200,
  );
});

Deno.test("POST /auth/v1/refresh and GET /auth/v1/user do not count failures", async () => {
  await using app = await authApp();
  const { access_token: token } = await app.signUp();
  for (let i = 0; i < 400; i++) {
    equal(
      (await app.send("POST /auth/v1/refresh", {
        body: { refresh_token: "x".repeat(43) },
      })).status,
      401,
    );
    equal(
      (await app.send("GET /auth/v1/user", { token: "a.b.c" })).status,
      401,
    );
  }
  equal((await app.send("GET /auth/v1/user", { token })).status, 200);
  equal((await signIn(app, "alice@example.com", "hunter2!")).status, 200);
});

Deno.test("POST /auth/v1/token lets nobody flush the counts with malformed attempts", async () => {
  await using app = await authApp();
  await app.signUp();
  for (let i = 0; i < 20; i++) await signIn(app, "alice@example.com", "wrong!");
  const flood = await signIn(app, "other@example.com", "\0");
  equal(flood.status, 400);
  equal((await signIn(app, "alice@example.com", "\0")).status, 400);
  equal((await signIn(app, "alice@example.com", "wrong!")).status, 429);
});

Deno.test("PUT /auth/v1/user counts changes of address as sign-ups, which tell as much", async () => {
  await using app = await authApp({
    throttles: { ...defaultThrottleLimits, signUpsPerHour: 5 },
  });
  const { access_token: token } = await app.signUp();
  await app.signUp("bob@example.com");
  const change = (email: string) =>
    app.send("PUT /auth/v1/user", { token, body: { email } });
  for (let i = 0; i < 3; i++) {
    equal((await change("bob@example.com")).status, 422);
  }
  equal((await change("bob@example.com")).status, 429);
  equal((await change("alice@example.com")).status, 200);
});
