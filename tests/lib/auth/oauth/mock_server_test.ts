/**
 * The whole flow against a provider that somebody else wrote.
 *
 * @module
 */

import { equal, rejects } from "node:assert/strict";
import { OAuth2Server } from "oauth2-mock-server";
import { createProvider } from "../../../../lib/auth/oauth/provider.ts";
import {
  createProviderClient,
  type ProviderClient,
} from "../../../../lib/auth/oauth/provider_client.ts";
import { randomSecret } from "../../../../lib/auth/secrets.ts";

const callback = "http://localhost:8080/auth/v1/callback";

/** Follows the authorization URL as a browser would, and answers the code. */
async function approve(
  client: ProviderClient,
  codeVerifier: string,
): Promise<string> {
  const state = randomSecret();
  const url = await client.authorizationUrl({ state, codeVerifier });
  const answer = await fetch(url, { redirect: "manual" });
  await answer.body?.cancel();
  const back = new URL(answer.headers.get("location")!);
  equal(back.searchParams.get("state"), state);
  return back.searchParams.get("code")!;
}

Deno.test("identify() runs the code flow with PKCE against oauth2-mock-server", async () => {
  const server = new OAuth2Server();
  await server.issuer.keys.generate("RS256");
  await server.start(0, "127.0.0.1");
  try {
    server.service.on("beforeUserinfo", (answer) => {
      answer.body = {
        sub: "mock|1",
        email: "ada@example.com",
        "email_verified": "true",
      };
    });
    const base = `http://127.0.0.1:${server.address().port}`;
    const provider = createProvider("google", {
      clientId: "client",
      clientSecret: "s3cret",
      redirectUri: callback,
      authorizeUrl: `${base}/authorize`,
      tokenUrl: `${base}/token`,
      userinfoUrl: `${base}/userinfo`,
    });
    const client = createProviderClient(provider);

    const codeVerifier = randomSecret();
    const code = await approve(client, codeVerifier);
    const profile = await client.identify({ code, codeVerifier });
    equal(profile.subject, "mock|1");
    equal(profile.emailVerified, true);

    await rejects(
      client.identify({
        code: await approve(client, randomSecret()),
        codeVerifier,
      }),
      { code: "token_exchange_failed" },
    );
  } finally {
    await server.stop();
  }
});
