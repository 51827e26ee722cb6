import { equal, rejects } from "node:assert/strict";
import type { Callback } from "../../../../lib/auth/oauth/flow.ts";
import { digest, randomSecret } from "../../../../lib/auth/secrets.ts";
import { leakMarker } from "../../../support/strict_provider.ts";
import { flowStage, invalidState, page } from "./flow_stage.ts";

Deno.test("accept() leads from an approved flow to the profile", async () => {
  await using s = await flowStage();
  for (const provider of ["google", "github"]) {
    const flow = await s.flows.accept(await s.approve({ provider }));
    equal(flow.provider, provider);
    equal(flow.redirectTo, null);
    const profile = await flow.identify();
    equal(profile.provider, provider);
    equal(profile.email, "ada@example.com");
  }
});

Deno.test("accept() refuses a state that is no flow's", async (t) => {
  await using s = await flowStage();
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
  await using s = await flowStage();
  s.provider.faults.set("/token", "server-error");
  const callback = await s.approve();
  const flow = await s.flows.accept(callback);
  await rejects(flow.identify(), { code: "token_exchange_failed" });
  s.provider.faults.clear();
  await rejects(s.flows.accept(callback), invalidState);
});

Deno.test("accept() lets one of many simultaneous callbacks through", async () => {
  await using s = await flowStage();
  const callback = await s.approve();
  const results = await Promise.allSettled(
    Array.from({ length: 20 }, () => s.flows.accept(callback)),
  );
  equal(results.filter(({ status }) => status === "fulfilled").length, 1);
});

Deno.test("accept() refuses a state after ten minutes", async () => {
  await using s = await flowStage();
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
  await using s = await flowStage();
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
  await using s = await flowStage();
  const callback = await s.approve();
  const flow = await s.build(["google"]).accept(callback);
  equal((await flow.identify()).provider, "google");
});

Deno.test("identify() asks the provider that the state names, whoever answers", async () => {
  await using s = await flowStage();
  const google = await s.approve({ provider: "google" });
  const github = await s.approve({ provider: "github" });
  // A code of the one flow in the other: PKCE refuses it at the provider.
  const flow = await s.flows.accept({ ...google, code: github.code });
  equal(flow.provider, "google");
  await rejects(flow.identify(), { code: "token_exchange_failed" });
});

Deno.test("identify() refuses a callback that names another issuer (RFC 9207)", async (t) => {
  await using s = await flowStage();
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
  await using s = await flowStage();
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
  await using s = await flowStage();
  for (const code of [undefined, "", "a".repeat(4097)]) {
    await t.step(String(code).slice(0, 10), async () => {
      const flow = await s.flows.accept({ ...await s.approve(), code });
      await rejects(flow.identify(), { code: "validation_failed" });
    });
  }
});

Deno.test("accept() says where a failure goes when the flow has a redirect", async () => {
  await using s = await flowStage();
  s.provider.authorizeError = "access_denied";
  const redirectTo = `${page}?tab=1`;
  const flow = await s.flows.accept(
    await s.approve({ provider: "google", redirectTo }),
  );
  equal(flow.redirectTo, redirectTo);
  await rejects(flow.identify(), { code: "access_denied" });
});

Deno.test("identify() fails with oauth_not_configured when the provider went away meanwhile", async () => {
  await using s = await flowStage();
  const redirectTo = page;
  const callback = await s.approve({ provider: "google", redirectTo });
  const flow = await s.build(["github"]).accept(callback);
  equal(flow.redirectTo, page);
  await rejects(flow.identify(), { code: "oauth_not_configured" });
});
