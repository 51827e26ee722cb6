import {
  deepEqual,
  doesNotMatch,
  equal,
  match,
  ok,
  rejects,
} from "node:assert/strict";
import { inspect } from "node:util";
import type { ProviderName } from "../../../../lib/auth/oauth/profile.ts";
import { createProvider } from "../../../../lib/auth/oauth/provider.ts";
import {
  createProviderClient,
  type ProviderClientOptions,
} from "../../../../lib/auth/oauth/provider_client.ts";
import { randomSecret } from "../../../../lib/auth/secrets.ts";
import { Problem, type ProblemCode } from "../../../../lib/base/problem.ts";
import {
  leakMarker,
  type StrictEndpoint,
  type StrictFault,
  StrictProvider,
} from "../../../support/strict_provider.ts";

const callback = "http://localhost:8080/auth/v1/callback";

/** A client of `provider`, and a code that its person approved. */
async function approved(
  provider: StrictProvider,
  name: ProviderName,
  options: ProviderClientOptions = {},
) {
  const config = provider.config(name, callback);
  const client = createProviderClient(createProvider(name, config), options);
  const state = randomSecret();
  const codeVerifier = randomSecret();
  const url = await client.authorizationUrl({ state, codeVerifier });
  const answer = await fetch(url, { redirect: "manual" });
  await answer.body?.cancel();
  const back = new URL(answer.headers.get("location")!);
  equal(back.searchParams.get("state"), state);
  const code = back.searchParams.get("code")!;
  return { client, code, codeVerifier, config };
}

Deno.test("authorizationUrl() asks for a code with PKCE S256 and nothing else", async () => {
  const provider = createProvider("google", {
    clientId: "client",
    clientSecret: "s3cret",
    redirectUri: callback,
    // What an override carries is kept, but cannot replace what is ours.
    authorizeUrl:
      "https://p.example/auth?tenant=1&state=evil&state=worse&scope=admin",
  });
  const url = await createProviderClient(provider).authorizationUrl({
    state: "s".repeat(43),
    codeVerifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  });
  deepEqual([...url.searchParams].sort(), [
    ["client_id", "client"],
    // RFC 7636, appendix B
    ["code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
    ["code_challenge_method", "S256"],
    ["redirect_uri", callback],
    ["response_type", "code"],
    ["scope", "email profile"],
    ["state", "s".repeat(43)],
    ["tenant", "1"],
  ]);
});

Deno.test("identify() answers who approved at google", async () => {
  await using provider = StrictProvider.start();
  const { client, ...approval } = await approved(provider, "google");
  const profile = await client.identify(approval);
  equal(profile.subject, provider.user.sub);
  equal(profile.email, "ada@example.com");
  equal(profile.emailVerified, true);
  deepEqual(provider.requests.map(({ endpoint }) => endpoint), [
    "/authorize",
    "/token",
    "/userinfo",
  ]);
});

Deno.test("identify() answers who approved at github, by the verified primary address", async () => {
  await using provider = StrictProvider.start();
  provider.user = {
    ...provider.user,
    email: "public@example.com",
    emails: [
      { email: "old@example.com", primary: false, verified: true },
      { email: "ada@example.com", primary: true, verified: true },
    ],
  };
  const { client, ...approval } = await approved(provider, "github");
  const profile = await client.identify(approval);
  equal(profile.subject, String(provider.user.id));
  equal(profile.email, "ada@example.com");
  equal(profile.emailVerified, true);
});

Deno.test("identify() sends the client secret to the token endpoint only", async () => {
  await using provider = StrictProvider.start();
  const { client, config, ...approval } = await approved(provider, "github");
  await client.identify(approval);
  const [token] = provider.requests.filter(({ endpoint }) =>
    endpoint === "/token"
  );
  equal(token?.parameters.get("client_secret"), config.clientSecret);
  const elsewhere = provider.requests.filter((request) => request !== token);
  equal(elsewhere.length, 3);
  for (const { headers, parameters } of elsewhere) {
    const all = [...headers, ...parameters].flat().join(" ");
    ok(!all.includes(config.clientSecret));
    ok(!all.includes(approval.codeVerifier));
  }
});

Deno.test("identify() does not read an ID token", async () => {
  await using provider = StrictProvider.start();
  provider.faults.set("/token", "id-token");
  const { client, ...approval } = await approved(provider, "google");
  equal((await client.identify(approval)).subject, provider.user.sub);
});

Deno.test("identify() refuses what a strict provider refuses", async (t) => {
  await using provider = StrictProvider.start();
  const refused = { code: "token_exchange_failed" };

  await t.step("verifier of another flow", async () => {
    const { client, code } = await approved(provider, "google");
    await rejects(
      client.identify({ code, codeVerifier: randomSecret() }),
      refused,
    );
  });
  await t.step("code used before", async () => {
    const { client, ...approval } = await approved(provider, "google");
    await client.identify(approval);
    await rejects(client.identify(approval), refused);
  });
  await t.step("code that was never issued", async () => {
    const { client, codeVerifier } = await approved(provider, "google");
    await rejects(client.identify({ code: "forged", codeVerifier }), refused);
  });
  await t.step("wrong client secret", async () => {
    const { config, code, codeVerifier } = await approved(provider, "google");
    const wrong = createProvider("google", {
      ...config,
      clientSecret: "wrong",
    });
    const client = createProviderClient(wrong);
    await rejects(client.identify({ code, codeVerifier }), refused);
  });
});

const token: [StrictEndpoint, ProblemCode] = [
  "/token",
  "token_exchange_failed",
];
const user: [StrictEndpoint, ProblemCode] = ["/user", "userinfo_fetch_failed"];
const emails: [StrictEndpoint, ProblemCode] = [
  "/user/emails",
  "userinfo_fetch_failed",
];

const faults: [StrictFault, ...[StrictEndpoint, ProblemCode][]][] = [
  ["oversized", token, user, emails],
  ["redirect", token, user, emails],
  ["invalid-json", token, user, emails],
  ["json-array", token, user],
  ["server-error", token, user, emails],
  ["wrong-type", token, user, emails],
  ["error-in-200", token, user, emails],
  ["missing-subject", user],
  ["slow", ["/token", "oauth_provider_timeout"], [
    "/user",
    "oauth_provider_timeout",
  ], ["/user/emails", "oauth_provider_timeout"]],
  ["slow-body", ["/token", "oauth_provider_timeout"], [
    "/user",
    "oauth_provider_timeout",
  ], ["/user/emails", "oauth_provider_timeout"]],
];

Deno.test("identify() turns a provider's fault into a problem that repeats nothing of it", async (t) => {
  for (const [fault, ...places] of faults) {
    for (const [endpoint, code] of places) {
      await t.step(`${fault} at ${endpoint}`, async () => {
        await using provider = StrictProvider.start();
        provider.faults.set(endpoint, fault);
        const options = fault.startsWith("slow") ? { deadlineMs: 100 } : {};
        const { client, config, ...approval } = await approved(
          provider,
          "github",
          options,
        );
        await rejects(client.identify(approval), (e) => {
          ok(e instanceof Problem);
          equal(e.code, code);
          match(e.message, /^Cannot finish the sign-in: github did not /);
          // Message, cause and all they hold: this may reach a log.
          const whole = inspect(e, { depth: 20, showHidden: true });
          for (
            const secret of [
              leakMarker,
              config.clientSecret,
              approval.code,
              approval.codeVerifier,
            ]
          ) {
            ok(!whole.includes(secret), whole);
          }
          doesNotMatch(whole, /aaaa|authorization/i);
          return true;
        });
        const followed = provider.requests.some(({ endpoint }) =>
          endpoint === "/elsewhere"
        );
        equal(followed, false);
      });
    }
  }
});

Deno.test("identify() keeps the reason of a refusal for the log when it is a known one", async () => {
  await using provider = StrictProvider.start();
  provider.faults.set("/token", "error-in-200");
  const { client, ...approval } = await approved(provider, "github");
  await rejects(
    client.identify(approval),
    (e) =>
      e instanceof Problem && e.cause instanceof Error &&
      e.cause.message === "OAUTH_RESPONSE_BODY_ERROR, bad_verification_code",
  );
});

Deno.test("identify() survives a provider that hangs up", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const hangingUp = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const { port } = listener.addr;
  const provider = createProvider("google", {
    clientId: "client",
    clientSecret: "s3cret",
    redirectUri: callback,
    tokenUrl: `http://127.0.0.1:${port}/token`,
  });
  await rejects(
    createProviderClient(provider).identify({
      code: "code",
      codeVerifier: randomSecret(),
    }),
    { code: "token_exchange_failed" },
  );
  listener.close();
  await hangingUp;
});

Deno.test("identify() gives all its requests one deadline", async () => {
  const asked: string[] = [];
  const provider = createProvider("github", {
    clientId: "client",
    clientSecret: "s3cret",
    redirectUri: callback,
  });
  const client = createProviderClient(provider, {
    deadlineMs: 50,
    fetch(url, init) {
      asked.push(url);
      if (url.endsWith("/access_token")) {
        const body = { "access_token": "t", "token_type": "bearer" };
        return Promise.resolve(Response.json(body));
      }
      const { promise, reject } = Promise.withResolvers<Response>();
      init.signal!.addEventListener("abort", () => reject(init.signal!.reason));
      return promise;
    },
  });
  await rejects(
    client.identify({ code: "code", codeVerifier: randomSecret() }),
    { code: "oauth_provider_timeout" },
  );
  deepEqual(asked, [
    "https://github.com/login/oauth/access_token",
    "https://api.github.com/user",
    "https://api.github.com/user/emails?per_page=100",
  ]);
});

Deno.test("identify() refuses an access token of a type it cannot present", async () => {
  const provider = createProvider("google", {
    clientId: "client",
    clientSecret: "s3cret",
    redirectUri: callback,
  });
  for (const type of ["dpop", "mac", undefined]) {
    const body = { "access_token": "t", "token_type": type };
    const client = createProviderClient(provider, {
      fetch: () => Promise.resolve(Response.json(body)),
    });
    await rejects(
      client.identify({ code: "code", codeVerifier: randomSecret() }),
      { code: "token_exchange_failed" },
    );
  }
});
