import {
  deepEqual,
  equal,
  match,
  notEqual,
  ok,
  rejects,
} from "node:assert/strict";
import {
  type BeginRequest,
  type Callback,
  OAuthFlows,
} from "../../../../lib/auth/oauth/flow.ts";
import type { ProviderName } from "../../../../lib/auth/oauth/profile.ts";
import { createProvider } from "../../../../lib/auth/oauth/provider.ts";
import { createRedirectAllowList } from "../../../../lib/auth/oauth/redirect_allow.ts";
import { digest, randomSecret } from "../../../../lib/auth/secrets.ts";
import { Problem } from "../../../../lib/base/problem.ts";
import { manualClock } from "../../../support/manual_clock.ts";
import {
  leakMarker,
  StrictProvider,
} from "../../../support/strict_provider.ts";
import { authTables } from "./auth_tables.ts";

const callbackUrl = "http://localhost:8080/auth/v1/callback";
const page = "https://app.example/done";
const invalidState = {
  name: "Problem",
  code: "invalid_state",
  message: "Invalid or expired OAuth state parameter",
};

/** Flows over empty tables, with a strict provider for google and github. */
async function stage(options: { capacity?: number } = {}) {
  const tables = await authTables();
  const clock = manualClock();
  const provider = StrictProvider.start();
  const build = (names: readonly ProviderName[]) =>
    new OAuthFlows({
      session: tables.session,
      clock,
      providers: names.map((name) =>
        createProvider(name, provider.config(name, callbackUrl))
      ),
      redirects: createRedirectAllowList([page]),
      ...options,
    });
  const flows = build(["google", "github"]);

  /** Begins a flow and approves it; answers what the browser brings back. */
  async function approve(request: BeginRequest = { provider: "google" }) {
    const { location, cookie } = await flows.begin(request);
    const answer = await fetch(location, { redirect: "manual" });
    await answer.body?.cancel();
    const back = new URL(answer.headers.get("location")!).searchParams;
    const get = (name: string) => back.get(name) ?? undefined;
    return {
      state: get("state"),
      code: get("code"),
      error: get("error"),
      iss: get("iss"),
      browserCookie: cookie,
      looksLikeBrowser: true,
    };
  }

  return {
    tables,
    clock,
    provider,
    build,
    flows,
    approve,
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await tables[Symbol.asyncDispose]();
    },
  };
}

Deno.test("accept() leads from an approved flow to the profile", async () => {
  await using s = await stage();
  for (const provider of ["google", "github"]) {
    const flow = await s.flows.accept(await s.approve({ provider }));
    equal(flow.provider, provider);
    equal(flow.redirectTo, null);
    const profile = await flow.identify();
    equal(profile.provider, provider);
    equal(profile.email, "ada@example.com");
  }
});

Deno.test("begin() keeps digests of state and cookie, never themselves", async () => {
  await using s = await stage();
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
  await using s = await stage();
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
  await using s = await stage();
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
  await using s = await stage();
  await rejects(
    s.flows.begin({ provider: "<script>" }),
    (e) => e instanceof Problem && !e.message.includes("script"),
  );
});

Deno.test("begin() refuses a redirect that is not on the list and keeps no flow", async () => {
  await using s = await stage();
  const redirectTo = "https://evil.example/done";
  await rejects(s.flows.begin({ provider: "google", redirectTo }), {
    code: "redirect_not_allowed",
  });
  deepEqual(await s.tables.sql("SELECT * FROM _auth_oauth_flows"), []);
});

Deno.test("begin() shares the cookie that a browser has, so that tabs do not undo each other", async () => {
  await using s = await stage();
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
  await using s = await stage();
  const { cookie } = await s.flows.begin({
    provider: "google",
    browserCookie: "chosen-by-somebody",
  });
  match(cookie, /^[A-Za-z0-9_-]{43}$/);
});

Deno.test("accept() refuses a state that is no flow's", async (t) => {
  await using s = await stage();
  const none = s.build([]);
  const states: Record<string, string | undefined> = {
    missing: undefined,
    empty: "",
    malformed: "' OR 1=1 --",
    "very long": "a".repeat(100_000),
    unknown: randomSecret(),
    "a digest instead": digest(randomSecret()),
  };
  for (const [name, state] of Object.entries(states)) {
    await t.step(name, async () => {
      const callback = { state, code: "x", looksLikeBrowser: false };
      await rejects(s.flows.accept(callback), invalidState);
      // Also when nothing is configured, and when the provider said no.
      await rejects(
        none.accept({ ...callback, error: "access_denied" }),
        invalidState,
      );
    });
  }
});

Deno.test("accept() takes a state once, also when what follows fails", async () => {
  await using s = await stage();
  s.provider.faults.set("/token", "server-error");
  const callback = await s.approve();
  const flow = await s.flows.accept(callback);
  await rejects(flow.identify(), { code: "token_exchange_failed" });
  s.provider.faults.clear();
  await rejects(s.flows.accept(callback), invalidState);
});

Deno.test("accept() lets one of many simultaneous callbacks through", async () => {
  await using s = await stage();
  const callback = await s.approve();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => s.flows.accept(callback)),
  );
  equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

Deno.test("accept() refuses a state after ten minutes", async () => {
  await using s = await stage();
  const inTime = await s.approve();
  const late = await s.approve();
  s.clock.advance(599_999);
  await s.flows.accept(inTime);
  s.clock.advance(1);
  await rejects(s.flows.accept(late), invalidState);
});

Deno.test("accept() does not allow login CSRF: the flow belongs to the browser that began it", async (t) => {
  const cases: [string, Partial<Callback>, boolean][] = [
    ["browser with its cookie", { looksLikeBrowser: true }, true],
    ["script with its cookie", { looksLikeBrowser: false }, true],
    ["script without a cookie", {
      browserCookie: undefined,
      looksLikeBrowser: false,
    }, true],
    ["browser without a cookie", {
      browserCookie: undefined,
      looksLikeBrowser: true,
    }, false],
    ["browser with another cookie", {
      browserCookie: randomSecret(),
      looksLikeBrowser: true,
    }, false],
    ["script with another cookie", {
      browserCookie: randomSecret(),
      looksLikeBrowser: false,
    }, false],
    ["malformed cookie", { browserCookie: "", looksLikeBrowser: false }, false],
  ];
  await using s = await stage();
  for (const [name, change, allowed] of cases) {
    await t.step(name, async () => {
      const callback = await s.approve();
      const accepted = s.flows.accept({ ...callback, ...change });
      if (allowed) return void await accepted;
      await rejects(accepted, invalidState);
      await rejects(s.flows.accept(callback), invalidState);
    });
  }
});

Deno.test("accept() survives a restart, for flows are in a table", async () => {
  await using s = await stage();
  const callback = await s.approve();
  const flow = await s.build(["google"]).accept(callback);
  equal((await flow.identify()).provider, "google");
});

Deno.test("identify() asks the provider that the state names, whoever answers", async () => {
  await using s = await stage();
  const google = await s.approve({ provider: "google" });
  const github = await s.approve({ provider: "github" });
  // A code of the one flow in the other: PKCE refuses it at the provider.
  const flow = await s.flows.accept({ ...google, code: github.code });
  equal(flow.provider, "google");
  await rejects(flow.identify(), { code: "token_exchange_failed" });
});

Deno.test("identify() refuses a callback that names another issuer (RFC 9207)", async (t) => {
  await using s = await stage();
  const issuers = [
    "https://accounts.google.com",
    "https://evil.example",
    "",
    "x",
  ];
  for (const iss of issuers) {
    for (const error of [undefined, "access_denied"]) {
      await t.step(`${iss || "empty"} ${error ?? "with a code"}`, async () => {
        const callback = await s.approve();
        const flow = await s.flows.accept({ ...callback, error, iss });
        await rejects(flow.identify(), invalidState);
      });
    }
  }
  equal(
    s.provider.requests.some(({ endpoint }) => endpoint === "/token"),
    false,
  );
  await t.step("absent", async () => {
    const flow = await s.flows.accept({ ...await s.approve(), iss: undefined });
    await flow.identify();
  });
});

Deno.test("identify() tells a denial from other errors and repeats no text of theirs", async (t) => {
  await using s = await stage();
  const cases: [string, string, RegExp][] = [
    ["access_denied", "access_denied", /^Sign-in was denied at google$/],
    [
      "invalid_scope",
      "oauth_provider_refused",
      /refused it \(invalid_scope\)$/,
    ],
    ["server_error", "oauth_provider_refused", /refused it \(server_error\)$/],
    [
      "<script>alert(1)</script>",
      "oauth_provider_refused",
      /refused it \(unknown reason\)$/,
    ],
    [leakMarker, "oauth_provider_refused", /refused it \(unknown reason\)$/],
    ["", "oauth_provider_refused", /refused it \(unknown reason\)$/],
  ];
  for (const [error, code, message] of cases) {
    await t.step(error || "empty", async () => {
      s.provider.authorizeError = error;
      const flow = await s.flows.accept(await s.approve());
      await rejects(flow.identify(), { code, message });
    });
  }
});

Deno.test("identify() asks for a code", async (t) => {
  await using s = await stage();
  for (const code of [undefined, "", "a".repeat(4097)]) {
    await t.step(String(code).slice(0, 10), async () => {
      const flow = await s.flows.accept({ ...await s.approve(), code });
      await rejects(flow.identify(), { code: "validation_failed" });
    });
  }
});

Deno.test("accept() says where a failure goes when the flow has a redirect", async () => {
  await using s = await stage();
  s.provider.authorizeError = "access_denied";
  const redirectTo = `${page}?tab=1`;
  const flow = await s.flows.accept(
    await s.approve({ provider: "google", redirectTo }),
  );
  equal(flow.redirectTo, redirectTo);
  await rejects(flow.identify(), { code: "access_denied" });
});

Deno.test("identify() fails with oauth_not_configured when the provider went away meanwhile", async () => {
  await using s = await stage();
  const redirectTo = page;
  const callback = await s.approve({ provider: "google", redirectTo });
  const flow = await s.build(["github"]).accept(callback);
  equal(flow.redirectTo, page);
  await rejects(flow.identify(), { code: "oauth_not_configured" });
});

Deno.test("begin() drops the oldest flow when there are too many", async () => {
  await using s = await stage({ capacity: 3 });
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
  await using s = await stage();
  await s.flows.begin({ provider: "google" });
  await s.flows.begin({ provider: "google" });
  s.clock.advance(600_000);
  await s.flows.begin({ provider: "google" });
  equal((await s.tables.sql("SELECT * FROM _auth_oauth_flows")).length, 1);
});

Deno.test("purgeExpired() forgets what was not finished in time", async () => {
  await using s = await stage();
  await s.flows.begin({ provider: "google" });
  s.clock.advance(300_000);
  await s.flows.begin({ provider: "google" });
  s.clock.advance(300_000);
  equal(await s.flows.purgeExpired(), 1);
  equal((await s.tables.sql("SELECT * FROM _auth_oauth_flows")).length, 1);
});

Deno.test("begin() sends each flow's own challenge", async () => {
  await using s = await stage();
  const urls = [];
  for (let i = 0; i < 2; i++) {
    urls.push(new URL((await s.flows.begin({ provider: "google" })).location));
  }
  const [a, b] = urls.map((url) => url.searchParams);
  equal(a!.get("code_challenge_method"), "S256");
  notEqual(a!.get("code_challenge"), b!.get("code_challenge"));
});
