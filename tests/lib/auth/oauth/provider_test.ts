import { deepEqual, doesNotThrow, equal, throws } from "node:assert/strict";
import {
  createProvider,
  isProviderName,
  type OAuthProviderConfig,
} from "../../../../lib/auth/oauth/provider.ts";

const config: OAuthProviderConfig = {
  clientId: "client",
  clientSecret: "s3cret-value",
  redirectUri: "http://localhost:8080/auth/v1/callback",
};

Deno.test("createProvider() uses the tutorial's endpoints and scopes for google", () => {
  const provider = createProvider("google", config);
  deepEqual([
    provider.authorizeUrl.href,
    provider.tokenUrl.href,
    provider.userinfoUrl.href,
    provider.emailsUrl,
    provider.scope,
  ], [
    "https://accounts.google.com/o/oauth2/v2/auth",
    "https://oauth2.googleapis.com/token",
    "https://www.googleapis.com/oauth2/v3/userinfo",
    null,
    "email profile",
  ]);
});

Deno.test("createProvider() uses the tutorial's endpoints and scopes for github", () => {
  const provider = createProvider("github", config);
  deepEqual([
    provider.authorizeUrl.href,
    provider.tokenUrl.href,
    provider.userinfoUrl.href,
    provider.emailsUrl?.href,
    provider.scope,
  ], [
    "https://github.com/login/oauth/authorize",
    "https://github.com/login/oauth/access_token",
    "https://api.github.com/user",
    "https://api.github.com/user/emails?per_page=100",
    "read:user user:email",
  ]);
});

Deno.test("createProvider() looks for addresses where userinfo is when that is overridden", () => {
  const provider = createProvider("github", {
    ...config,
    userinfoUrl: "https://git.example/api/v3/user",
  });
  equal(
    provider.emailsUrl?.href,
    "https://git.example/api/v3/user/emails?per_page=100",
  );
});

Deno.test("createProvider() refuses configuration that would send secrets astray", async (t) => {
  const cases: Record<string, [Partial<OAuthProviderConfig>, RegExp]> = {
    "http off loopback": [
      { tokenUrl: "http://provider.example/token" },
      /tokenUrl must use https, or http on loopback$/,
    ],
    "host that only begins like loopback": [
      { tokenUrl: "http://127.0.0.1.evil.example/token" },
      /tokenUrl must use https/,
    ],
    "other scheme": [
      { userinfoUrl: "file:///etc/passwd" },
      /userinfoUrl must use https/,
    ],
    "relative": [{ authorizeUrl: "/authorize" }, /must be an absolute URL$/],
    "credentials in a URL": [
      { userinfoUrl: "https://user:pass@provider.example/me" },
      /userinfoUrl must hold no credentials and no fragment$/,
    ],
    "fragment": [
      { authorizeUrl: "https://provider.example/#x" },
      /must hold no credentials and no fragment$/,
    ],
    "empty client id": [{ clientId: "" }, /clientId must not be empty$/],
    "empty secret": [{ clientSecret: "" }, /clientSecret must not be empty$/],
    "redirect that is no URL": [
      { redirectUri: "callback" },
      /redirectUri must be an absolute http or https URL$/,
    ],
    "redirect with a fragment": [
      { redirectUri: "https://app.example/#a" },
      /redirectUri must hold no credentials and no fragment$/,
    ],
  };
  for (const [name, [change, message]] of Object.entries(cases)) {
    await t.step(name, () => {
      throws(() => createProvider("github", { ...config, ...change }), {
        name: "RangeError",
        message,
      });
    });
  }
});

Deno.test("createProvider() does not repeat the secret when it refuses", () => {
  throws(
    () => createProvider("google", { ...config, tokenUrl: "s3cret-value" }),
    (e) => e instanceof RangeError && !e.message.includes("s3cret-value"),
  );
});

Deno.test("createProvider() takes http on loopback, so that a test provider can stand in", () => {
  for (const host of ["127.0.0.1:1", "127.9.9.9", "localhost:80", "[::1]:8"]) {
    doesNotThrow(() =>
      createProvider("google", { ...config, tokenUrl: `http://${host}/token` })
    );
  }
});

Deno.test("isIssuer() compares with the provider's name for itself", () => {
  const google = createProvider("google", config);
  const github = createProvider("github", config);
  equal(google.isIssuer("https://accounts.google.com"), true);
  equal(google.isIssuer("https://accounts.google.com/"), false);
  equal(google.isIssuer("https://github.com/login/oauth"), false);
  equal(github.isIssuer("https://github.com/login/oauth"), true);
  equal(github.isIssuer("https://accounts.google.com"), false);
});

Deno.test("isIssuer() compares origins when the authorize URL is overridden", () => {
  const authorizeUrl = "https://git.example/login/oauth/authorize";
  const provider = createProvider("github", { ...config, authorizeUrl });
  equal(provider.isIssuer("https://git.example"), true);
  equal(provider.isIssuer("https://git.example/login/oauth"), true);
  equal(provider.isIssuer("https://github.com/login/oauth"), false);
  equal(provider.isIssuer("https://git.example.evil.example"), false);
  equal(provider.isIssuer("nonsense"), false);
});

Deno.test("isProviderName() knows google and github, spelled exactly", () => {
  equal(isProviderName("google"), true);
  equal(isProviderName("github"), true);
  for (
    const name of ["Google", "GITHUB", "", "toString", "__proto__", "gitlab"]
  ) {
    equal(isProviderName(name), false);
  }
});
