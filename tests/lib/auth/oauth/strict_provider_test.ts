/**
 * That the strict provider is strict: a test that leans on it proves nothing
 * otherwise.
 *
 * @module
 */

import { deepEqual, equal, match } from "node:assert/strict";
import { createHash } from "node:crypto";
import { StrictProvider } from "../../../support/strict_provider.ts";

const callback = "http://localhost:8080/auth/v1/callback";
const verifier = "v".repeat(43);
const challenge = createHash("sha256").update(verifier).digest("base64url");

const request: Record<string, string> = {
  "response_type": "code",
  "client_id": "strict-client",
  "redirect_uri": callback,
  scope: "email profile",
  state: "st",
  "code_challenge": challenge,
  "code_challenge_method": "S256",
};

async function authorize(
  provider: StrictProvider,
  change: Record<string, string> = {},
): Promise<{ status: number; back: Record<string, string> }> {
  const query = new URLSearchParams({ ...request, ...change });
  const response = await fetch(`${provider.baseUrl}/authorize?${query}`, {
    redirect: "manual",
  });
  await response.body?.cancel();
  const location = response.headers.get("location");
  const back = location === null
    ? {}
    : Object.fromEntries(new URL(location).searchParams);
  return { status: response.status, back };
}

async function exchange(
  provider: StrictProvider,
  change: Record<string, string | undefined> = {},
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Record<string, string> }> {
  const { back } = await authorize(provider);
  const form = Object.entries({
    "grant_type": "authorization_code",
    "client_id": "strict-client",
    "client_secret": "strict-secret",
    "redirect_uri": callback,
    "code_verifier": verifier,
    code: back["code"],
    ...change,
  }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const response = await fetch(`${provider.baseUrl}/token`, {
    method: "POST",
    headers: { accept: "application/json", ...headers },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: await response.json() };
}

Deno.test("StrictProvider approves a sound request and gives state and issuer back", async () => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const { status, back } = await authorize(provider);
  equal(status, 302);
  deepEqual(Object.keys(back).sort(), ["code", "iss", "state"]);
  deepEqual([back["state"], back["iss"]], ["st", provider.baseUrl]);
});

Deno.test("StrictProvider does not redirect for a client or callback it does not know", async (t) => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const changes = [
    { "client_id": "other" },
    { "redirect_uri": `${callback}/` },
    { "redirect_uri": `${callback}?x=1` },
    { "redirect_uri": "https://evil.example/" },
  ];
  for (const change of changes) {
    await t.step(JSON.stringify(change), async () => {
      deepEqual(await authorize(provider, change), { status: 400, back: {} });
    });
  }
});

Deno.test("StrictProvider refuses an authorization request that is not sound", async (t) => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const changes = [
    { "response_type": "token" },
    { state: "" },
    { scope: "" },
    { "code_challenge_method": "plain" },
    { "code_challenge": "short" },
    { "code_challenge": "" },
  ];
  for (const change of changes) {
    await t.step(JSON.stringify(change), async () => {
      const { back } = await authorize(provider, change);
      equal(back["error"], "invalid_request");
      equal("code" in back, false);
    });
  }
});

Deno.test("StrictProvider trades a code for a token once", async () => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const { back } = await authorize(provider);
  const { code } = back;
  equal((await exchange(provider, { code })).status, 200);
  const again = await exchange(provider, { code });
  deepEqual([again.status, again.body["error"]], [400, "invalid_grant"]);
});

Deno.test("StrictProvider takes the secret by Basic too, but not by both", async () => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const authorization = `Basic ${btoa("strict-client:strict-secret")}`;
  const basic = await exchange(provider, {
    "client_id": undefined,
    "client_secret": undefined,
  }, { authorization });
  equal(basic.status, 200);
  equal((await exchange(provider, {}, { authorization })).status, 401);
});

Deno.test("StrictProvider refuses a token request that is not sound", async (t) => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const cases: [Record<string, string | undefined>, string][] = [
    [{ "client_secret": "wrong" }, "invalid_client"],
    [{ "client_secret": undefined }, "invalid_client"],
    [{ "client_id": "other" }, "invalid_client"],
    [{ "grant_type": "password" }, "unsupported_grant_type"],
    [{ code: "forged" }, "invalid_grant"],
    [{ "redirect_uri": "http://localhost:8080/" }, "invalid_grant"],
    [{ "redirect_uri": undefined }, "invalid_grant"],
    [{ "code_verifier": undefined }, "invalid_grant"],
    [{ "code_verifier": "w".repeat(43) }, "invalid_grant"],
    [{ "code_verifier": challenge }, "invalid_grant"],
  ];
  for (const [change, error] of cases) {
    await t.step(JSON.stringify(change), async () => {
      equal((await exchange(provider, change)).body["error"], error);
    });
  }
});

Deno.test("StrictProvider answers a person only for a token it issued", async (t) => {
  await using provider = StrictProvider.start({ redirectUris: [callback] });
  const { body } = await exchange(provider);
  for (const path of ["/userinfo", "/user", "/user/emails"]) {
    for (
      const [token, status] of [[body["access_token"], 200], ["forged", 401]]
    ) {
      await t.step(`${path} ${status}`, async () => {
        const response = await fetch(`${provider.baseUrl}${path}`, {
          headers: { authorization: `Bearer ${token}` },
        });
        await response.body?.cancel();
        equal(response.status, status);
      });
    }
  }
});

Deno.test("environment() names the variables of the server", async () => {
  await using provider = StrictProvider.start();
  const { baseUrl } = provider;
  deepEqual(provider.environment("github", callback), {
    "OAUTH_GITHUB_CLIENT_ID": "strict-client",
    "OAUTH_GITHUB_CLIENT_SECRET": "strict-secret",
    "OAUTH_GITHUB_REDIRECT_URI": callback,
    "OAUTH_GITHUB_AUTHORIZE_URL": `${baseUrl}/authorize`,
    "OAUTH_GITHUB_TOKEN_URL": `${baseUrl}/token`,
    "OAUTH_GITHUB_USERINFO_URL": `${baseUrl}/user`,
    "OAUTH_GITHUB_EMAILS_URL": `${baseUrl}/user/emails`,
  });
  equal(
    "OAUTH_GOOGLE_EMAILS_URL" in provider.environment("google", callback),
    false,
  );
});

Deno.test("strict_provider.ts runs as a program that can be told what to do", async () => {
  const script = new URL(
    "../../../support/strict_provider.ts",
    import.meta.url,
  );
  const config = new URL("../../../../deno.json", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--config",
      config.pathname,
      "--allow-net",
      script.pathname,
      callback,
    ],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await output.read();
  match(value!, /^http:\/\/127\.0\.0\.1:\d+\n$/);
  const baseUrl = value!.trim();

  const control = await fetch(`${baseUrl}/control`, {
    method: "PUT",
    body: JSON.stringify({ authorizeError: "access_denied" }),
  });
  equal(control.status, 204);
  const query = new URLSearchParams(request);
  const answer = await fetch(`${baseUrl}/authorize?${query}`, {
    redirect: "manual",
  });
  await answer.body?.cancel();
  match(answer.headers.get("location")!, /error=access_denied/);

  child.kill("SIGTERM");
  await child.status;
  await output.cancel();
});
