/** The OAuth routes against a provider that verifies everything. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import type { AuthSettings } from "../../lib/auth/auth.ts";
import { createProvider } from "../../lib/auth/oauth/provider.ts";
import { createRedirectAllowList } from "../../lib/auth/oauth/redirect_allow.ts";
import { type AuthApp, authApp, type TestAnswer } from "../support/auth_app.ts";
import { StrictProvider } from "../support/strict_provider.ts";

const callback = "http://localhost:8080/auth/v1/callback";
const page = "https://app.example.com/welcome";
const browser = { "user-agent": "Mozilla/5.0", "sec-fetch-mode": "navigate" };

function settings(provider: StrictProvider): Partial<AuthSettings> {
  const oauth: AuthSettings["oauth"] = {
    providers: (["google", "github"] as const).map((name) =>
      createProvider(name, provider.config(name, callback))
    ),
    redirects: createRedirectAllowList([page]),
  };
  return { oauth };
}

/** Begins a flow, lets the provider approve, and answers what it sends to the callback. */
async function approve(
  app: AuthApp,
  query: string,
  headers: Record<string, string> = {},
) {
  const begun = await app.send(`GET /auth/v1/authorize?${query}`, { headers });
  equal(begun.status, 307, begun.text);
  const cookie = begun.headers.get("set-cookie") ?? "";
  const approved = await fetch(begun.headers.get("location")!, {
    redirect: "manual",
  });
  await approved.body?.cancel();
  return {
    back: new URL(approved.headers.get("location")!),
    cookie: cookie.split(";")[0]!,
    setCookie: cookie,
  };
}

function comeBack(
  app: AuthApp,
  back: URL,
  headers: Record<string, string> = {},
): Promise<TestAnswer> {
  return app.send(`GET ${back.pathname}${back.search}`, { headers });
}

for (const name of ["google", "github"]) {
  Deno.test(`GET /auth/v1/callback answers a session to who approved at ${name}, with and without a browser`, async () => {
    await using provider = StrictProvider.start();
    await using app = await authApp(settings(provider));
    const script = await approve(app, `provider=${name}`);
    const first = await comeBack(app, script.back);
    equal(first.status, 200, first.text);
    deepEqual(Object.keys(first.json).slice(0, 4), [
      "access_token",
      "refresh_token",
      "user",
      "expires_in",
    ]);
    equal(first.json.user.app_metadata.provider, name);
    equal(
      (await app.send("GET /auth/v1/user", { token: first.json.access_token }))
        .status,
      200,
    );

    const surfing = await approve(app, `provider=${name}`, browser);
    match(surfing.setCookie, /HttpOnly/);
    match(surfing.setCookie, /SameSite=Lax/);
    const second = await comeBack(app, surfing.back, {
      ...browser,
      cookie: surfing.cookie,
    });
    equal(second.json.user.id, first.json.user.id);
    equal(second.headers.get("content-type"), "application/json");
  });
}

Deno.test("GET /auth/v1/callback refuses a browser that did not begin the flow", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  const attacker = await approve(app, "provider=google");
  const victim = await comeBack(app, attacker.back, browser);
  equal(victim.json.error, "invalid_state");
  equal(
    (await comeBack(app, attacker.back)).json.error,
    "invalid_state",
    "the state was used up",
  );
});

Deno.test("GET /auth/v1/callback takes a state once and for ten minutes", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  const { back } = await approve(app, "provider=google");
  equal((await comeBack(app, back)).status, 200);
  equal((await comeBack(app, back)).json.error, "invalid_state");
  const late = await approve(app, "provider=google");
  app.clock.advance(600_000);
  equal((await comeBack(app, late.back)).json.error, "invalid_state");
});

Deno.test("GET /auth/v1/callback sends session or failure to an allowed page, in the fragment", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  const query = `provider=google&redirect_to=${encodeURIComponent(page)}`;
  const good = await comeBack(app, (await approve(app, query)).back);
  equal(good.status, 303);
  const location = new URL(good.headers.get("location")!);
  equal(location.origin + location.pathname, page);
  const fields = new URLSearchParams(location.hash.slice(1));
  equal(
    (await app.send("GET /auth/v1/user", {
      token: fields.get("access_token")!,
    })).status,
    200,
  );
  equal(fields.get("token_type"), "bearer");

  provider.authorizeError = "access_denied";
  const denied = await comeBack(app, (await approve(app, query)).back);
  match(
    denied.headers.get("location")!,
    /^https:\/\/app\.example\.com\/welcome#error=access_denied&/,
  );

  const elsewhere = await app.send(
    "GET /auth/v1/authorize?provider=google&redirect_to=https://evil.example/",
  );
  equal(elsewhere.status, 400);
  equal(elsewhere.json.error, "redirect_not_allowed");
});

const failures: [string, (provider: StrictProvider) => void, number, string][] =
  [
    [
      "access is denied",
      (p) => p.authorizeError = "access_denied",
      403,
      "access_denied",
    ],
    [
      "the provider refuses",
      (p) => p.authorizeError = "server_error",
      400,
      "oauth_provider_refused",
    ],
    [
      "the code is not taken",
      (p) => p.faults.set("/token", "error-in-200"),
      502,
      "token_exchange_failed",
    ],
    [
      "the userinfo is nonsense",
      (p) => p.faults.set("/userinfo", "invalid-json"),
      502,
      "userinfo_fetch_failed",
    ],
    [
      "the address is not verified",
      (p) => p.user = { ...p.user, emailVerified: false },
      403,
      "provider_email_needs_verification",
    ],
  ];
for (const [name, arrange, status, code] of failures) {
  Deno.test(`GET /auth/v1/callback answers ${code} when ${name}, and audits it`, async () => {
    await using provider = StrictProvider.start();
    await using app = await authApp(settings(provider));
    arrange(provider);
    const answer = await comeBack(
      app,
      (await approve(app, "provider=google")).back,
    );
    equal(answer.status, status, answer.text);
    equal(answer.json.error, code);
    const [entry] = await app.sql(
      "SELECT action, reason, provider FROM _auth_audit_log",
    );
    deepEqual({ ...entry }, {
      action: "oauth_failed",
      reason: code,
      provider: "google",
    });
    equal((await app.sql("SELECT id FROM _auth_users")).length, 0);
  });
}

Deno.test("GET /auth/v1/callback takes an account over from who registered the address without owning it", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  const squatter = await app.signUp(provider.user.email, "squatter!");
  const { json } = await comeBack(
    app,
    (await approve(app, "provider=google")).back,
  );
  equal(json.user.id, squatter.user.id);
  deepEqual(
    json.user.identities.map((identity: { provider: string }) =>
      identity.provider
    ),
    ["google"],
  );
  const signIn = await app.send("POST /auth/v1/token", {
    body: { email: provider.user.email, password: "squatter!" },
  });
  equal(signIn.status, 401);
  equal(
    (await app.send("GET /auth/v1/user", { token: squatter.access_token }))
      .status,
    401,
  );
  const refreshed = await app.send("POST /auth/v1/refresh", {
    body: { refresh_token: squatter.refresh_token },
  });
  equal(refreshed.status, 401);
  const actions = (await app.sql("SELECT action FROM _auth_audit_log")).map((
    row,
  ) => row["action"]);
  ok(actions.includes("identity_linked") && actions.includes("oauth_sign_in"));
});

Deno.test("GET /auth/v1/callback refuses a banned user", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  await comeBack(app, (await approve(app, "provider=google")).back);
  await app.sql("UPDATE _auth_users SET banned_until = 'infinity'");
  const answer = await comeBack(
    app,
    (await approve(app, "provider=google")).back,
  );
  equal(answer.json.error, "user_banned");
});

Deno.test("GET /auth/v1/authorize refuses a flood of flows from one address", async () => {
  await using provider = StrictProvider.start();
  await using app = await authApp(settings(provider));
  let refused = 0;
  for (let i = 0; i < 310; i++) {
    const { status } = await app.send(
      "GET /auth/v1/authorize?provider=google",
      { address: "203.0.113.7" },
    );
    if (status === 429) refused += 1;
  }
  equal(refused, 10);
});
