import {
  deepEqual,
  equal,
  match,
  notEqual,
  ok,
  rejects,
} from "node:assert/strict";
import { digest } from "../../../../lib/auth/secrets.ts";
import { Problem } from "../../../../lib/base/problem.ts";
import { flowStage, invalidState } from "./flow_stage.ts";

Deno.test("begin() keeps digests of state and cookie, never themselves", async () => {
  await using s = await flowStage();
  const { location, cookie } = await s.flows.begin({ provider: "google" });
  const state = new URL(location).searchParams.get("state")!;
  match(state, /^[A-Za-z0-9_-]{43}$/);
  match(cookie, /^[A-Za-z0-9_-]{43}$/);
  const [row] = await s.tables.sql("SELECT * FROM _auth_oauth_flows");
  equal(row!["state_hash"], digest(state));
  equal(row!["browser_hash"], digest(cookie));
  match(row!["code_verifier"] as string, /^[A-Za-z0-9._~-]{43,128}$/);
  const text = JSON.stringify(row);
  ok(!text.includes(state) && !text.includes(cookie));
});

Deno.test("begin() makes state, verifier and cookie afresh for each flow", async () => {
  await using s = await flowStage();
  const states = new Set<string>();
  const cookies = new Set<string>();
  for (let i = 0; i < 20; i++) {
    const { location, cookie } = await s.flows.begin({ provider: "github" });
    states.add(new URL(location).searchParams.get("state")!);
    cookies.add(cookie);
  }
  const rows = await s.tables.sql(
    "SELECT DISTINCT code_verifier FROM _auth_oauth_flows",
  );
  deepEqual([states.size, cookies.size, rows.length], [20, 20, 20]);
});

Deno.test("begin() judges the provider before the configuration", async (t) => {
  await using s = await flowStage();
  const none = s.build([]);
  const cases: [string, string | undefined, string][] = [
    ["missing", undefined, "validation_failed"],
    ["empty", "", "validation_failed"],
    ["unknown", "gitlab", "oauth_provider_not_supported"],
    ["other case", "Google", "oauth_provider_not_supported"],
    ["name of Object", "constructor", "oauth_provider_not_supported"],
    ["known", "google", "oauth_not_configured"],
  ];
  for (const [name, provider, code] of cases) {
    await t.step(name, async () => {
      await rejects(none.begin({ provider }), { code });
    });
  }
  await t.step("one is configured, the other is not", async () => {
    await rejects(s.build(["github"]).begin({ provider: "google" }), {
      code: "oauth_not_configured",
    });
  });
});

Deno.test("begin() does not repeat an unknown provider's name", async () => {
  await using s = await flowStage();
  await rejects(
    s.flows.begin({ provider: "<script>" }),
    (e) => e instanceof Problem && !e.message.includes("script"),
  );
});

Deno.test("begin() refuses a redirect that is not on the list and keeps no flow", async () => {
  await using s = await flowStage();
  const redirectTo = "https://evil.example/done";
  await rejects(s.flows.begin({ provider: "google", redirectTo }), {
    code: "redirect_not_allowed",
  });
  deepEqual(await s.tables.sql("SELECT * FROM _auth_oauth_flows"), []);
});

Deno.test("begin() shares the cookie that a browser has, so that tabs do not undo each other", async () => {
  await using s = await flowStage();
  const first = await s.approve();
  const second = await s.approve({
    provider: "github",
    browserCookie: first.browserCookie,
  });
  equal(second.browserCookie, first.browserCookie);
  await s.flows.accept(first);
  await s.flows.accept(second);
});

Deno.test("begin() replaces a malformed cookie", async () => {
  await using s = await flowStage();
  const { cookie } = await s.flows.begin({
    provider: "google",
    browserCookie: "chosen-by-somebody",
  });
  match(cookie, /^[A-Za-z0-9_-]{43}$/);
});

Deno.test("begin() drops the oldest flow when there are too many", async () => {
  await using s = await flowStage({ capacity: 3 });
  const callbacks = [];
  for (let i = 0; i < 4; i++) {
    callbacks.push(await s.approve());
    s.clock.advance(1);
  }
  const [first, ...rest] = callbacks;
  equal((await s.tables.sql("SELECT * FROM _auth_oauth_flows")).length, 3);
  await rejects(s.flows.accept(first!), invalidState);
  for (const callback of rest) await s.flows.accept(callback);
});

Deno.test("begin() forgets expired flows", async () => {
  await using s = await flowStage();
  await s.flows.begin({ provider: "google" });
  await s.flows.begin({ provider: "google" });
  s.clock.advance(600_000);
  await s.flows.begin({ provider: "google" });
  equal((await s.tables.sql("SELECT * FROM _auth_oauth_flows")).length, 1);
});

Deno.test("purgeExpired() forgets what was not finished in time", async () => {
  await using s = await flowStage();
  await s.flows.begin({ provider: "google" });
  s.clock.advance(300_000);
  await s.flows.begin({ provider: "google" });
  s.clock.advance(300_000);
  equal(await s.flows.purgeExpired(), 1);
  equal((await s.tables.sql("SELECT * FROM _auth_oauth_flows")).length, 1);
});

Deno.test("begin() sends each flow's own challenge", async () => {
  await using s = await flowStage();
  const urls = [];
  for (let i = 0; i < 2; i++) {
    urls.push(new URL((await s.flows.begin({ provider: "google" })).location));
  }
  const [a, b] = urls.map((url) => url.searchParams);
  equal(a!.get("code_challenge_method"), "S256");
  notEqual(a!.get("code_challenge"), b!.get("code_challenge"));
});
