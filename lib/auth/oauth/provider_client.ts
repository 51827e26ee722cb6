/**
 * Talks to one provider: where to send the browser, and who came back.
 *
 * OAuth 2 authorization code flow (RFC 6749) with PKCE S256 (RFC 7636), by
 * `oauth4webapi`. The person is whoever the userinfo endpoint names for an
 * access token that we fetched ourselves; an ID token is dropped unread, since
 * no `openid` scope is asked for and overridden endpoints have no known keys.
 *
 * What a provider answers reaches neither a caller nor a log line: a
 * {@linkcode Problem} from here has one fixed sentence, and its cause names at
 * most a code of `oauth4webapi`.
 *
 * @module
 */

import * as oauth from "oauth4webapi";
import { Problem, type ProblemCode } from "../../base/problem.ts";
import {
  boundedFetch,
  DeadlineExceeded,
  type Fetch,
  withDeadline,
} from "./bounded_fetch.ts";
import { isJsonObject, type ProviderProfile } from "./profile.ts";
import { isLoopbackHttp, type OAuthProvider } from "./provider.ts";

/** Settings of {@linkcode createProviderClient}. */
export interface ProviderClientOptions {
  /**
   * Does the HTTP, injected by tests.
   *
   * @default {fetch}
   */
  fetch?: Fetch;
  /**
   * Milliseconds for all that {@linkcode ProviderClient.identify} asks.
   *
   * @default {10000}
   */
  deadlineMs?: number;
  /**
   * Most bytes of one answer.
   *
   * @default {1048576}
   */
  maxBytes?: number;
}

/** What both halves of a flow share. */
export interface AuthorizationRequest {
  /** Comes back with the browser. */
  readonly state: string;
  /** 43 to 128 characters, never shown to the browser. */
  readonly codeVerifier: string;
}

/** What the browser brought back. */
export interface AuthorizationCode {
  readonly code: string;
  /** The verifier of the same flow. */
  readonly codeVerifier: string;
}

/** One provider's side of a flow. */
export interface ProviderClient {
  /**
   * @param request State and verifier of a new flow.
   * @returns Where to send the browser.
   */
  authorizationUrl(request: AuthorizationRequest): Promise<URL>;
  /**
   * Trades the code for an access token and asks whom it stands for.
   *
   * @param callback Code and verifier of one flow.
   * @returns The person.
   * @throws {Problem} `token_exchange_failed`, `userinfo_fetch_failed` or
   * `oauth_provider_timeout`.
   */
  identify(callback: AuthorizationCode): Promise<ProviderProfile>;
}

const userAgent = "heliosdb-nano";

/**
 * Builds the client of one provider.
 *
 * @param provider Endpoints and credentials.
 * @param options Limits.
 * @returns The client.
 */
export function createProviderClient(
  provider: OAuthProvider,
  options: ProviderClientOptions = {},
): ProviderClient {
  const {
    fetch = globalThis.fetch,
    deadlineMs = 10_000,
    maxBytes = 1_048_576,
  } = options;
  const send = boundedFetch({ fetch, maxBytes });
  const server: oauth.AuthorizationServer = {
    issuer: provider.issuer,
    "token_endpoint": provider.tokenUrl.href,
  };
  const client: oauth.Client = { "client_id": provider.clientId };

  async function fetchToken(
    { code, codeVerifier }: AuthorizationCode,
    signal: AbortSignal,
  ): Promise<string> {
    // State and issuer were judged by the flow: only the code is left.
    const parameters = oauth.validateAuthResponse(
      server,
      client,
      new URLSearchParams({ code }),
      oauth.expectNoState,
    );
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.ClientSecretPost(provider.clientSecret),
      parameters,
      provider.redirectUri,
      codeVerifier,
      {
        headers: { "user-agent": userAgent },
        signal,
        [oauth.customFetch]: async (url, init) =>
          await tidy(await send(url, init)),
        [oauth.allowInsecureRequests]: isLoopbackHttp(provider.tokenUrl),
      },
    );
    const answer = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      response,
    );
    // We present tokens as bearer tokens only (RFC 6749, section 7.1).
    if (answer.token_type !== "bearer") {
      throw new UnexpectedAnswer("token type");
    }
    return answer.access_token;
  }

  async function fetchJson(
    url: URL,
    { accessToken, signal }: { accessToken: string; signal: AbortSignal },
  ): Promise<unknown> {
    const response = await oauth.protectedResourceRequest(
      accessToken,
      "GET",
      url,
      new Headers({ accept: "application/json", "user-agent": userAgent }),
      null,
      {
        signal,
        [oauth.customFetch]: (url, init) => send(url, init as RequestInit),
        [oauth.allowInsecureRequests]: isLoopbackHttp(url),
      },
    );
    if (response.status !== 200) {
      throw new UnexpectedAnswer(`status ${response.status}`);
    }
    return await response.json();
  }

  async function fetchProfile(
    accessToken: string,
    signal: AbortSignal,
  ): Promise<ProviderProfile> {
    const { userinfoUrl, emailsUrl } = provider;
    const access = { accessToken, signal };
    const [userinfo, emails] = await Promise.all([
      fetchJson(userinfoUrl, access),
      emailsUrl === null ? null : fetchJson(emailsUrl, access),
    ]);
    if (!isJsonObject(userinfo)) throw new UnexpectedAnswer("no JSON object");
    return provider.toProfile(userinfo, emails);
  }

  async function stage<T>(code: ProblemCode, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Problem || error instanceof DeadlineExceeded) {
        throw error;
      }
      throw new Problem(
        code,
        code === "token_exchange_failed"
          ? `Cannot finish the sign-in: ${provider.name} did not accept the code`
          : `Cannot finish the sign-in: ${provider.name} did not say who signed in`,
        { cause: withoutContent(error) },
      );
    }
  }

  return {
    async authorizationUrl({ state, codeVerifier }) {
      const url = new URL(provider.authorizeUrl);
      const parameters = {
        "response_type": "code",
        "client_id": provider.clientId,
        "redirect_uri": provider.redirectUri,
        scope: provider.scope,
        state,
        "code_challenge": await oauth.calculatePKCECodeChallenge(codeVerifier),
        "code_challenge_method": "S256",
      };
      for (const [name, value] of Object.entries(parameters)) {
        url.searchParams.set(name, value);
      }
      return url;
    },

    async identify(callback) {
      try {
        return await withDeadline(deadlineMs, async (signal) => {
          const accessToken = await stage(
            "token_exchange_failed",
            fetchToken(callback, signal),
          );
          return await stage(
            "userinfo_fetch_failed",
            fetchProfile(accessToken, signal),
          );
        });
      } catch (error) {
        if (!(error instanceof DeadlineExceeded)) throw error;
        throw new Problem(
          "oauth_provider_timeout",
          `Cannot finish the sign-in: ${provider.name} did not answer in time`,
        );
      }
    },
  };
}

/** An answer that `oauth4webapi` has no opinion on. */
class UnexpectedAnswer extends Error {
  override name = "UnexpectedAnswer";
}

/**
 * Brings a token answer into the form of RFC 6749: without the ID token that
 * nobody asked for, and with a 4xx status where the body is an error (GitHub
 * answers 200 then).
 */
async function tidy(response: Response): Promise<Response> {
  const text = await response.text();
  let { status } = response;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    body = undefined; // oauth4webapi says what is wrong with it
  }
  if (!isJsonObject(body)) {
    return new Response(text === "" ? null : text, {
      status,
      headers: response.headers,
    });
  }
  const { "id_token": _, ...rest } = body;
  if (status === 200 && typeof rest["error"] === "string") status = 400;
  return Response.json(rest, { status });
}

/** Reasons that RFC 6749 (section 5.2) and GitHub's documentation list. */
const knownReasons: ReadonlySet<unknown> = new Set([
  "invalid_request",
  "invalid_client",
  "invalid_grant",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_scope",
  "bad_verification_code",
  "incorrect_client_credentials",
  "redirect_uri_mismatch",
  "unverified_user_email",
]);

/** Keeps of an error what helps an operator and is not the provider's text. */
function withoutContent(error: unknown): Error {
  if (error instanceof UnexpectedAnswer) return error;
  if (error instanceof oauth.ResponseBodyError) {
    const reason = knownReasons.has(error.error) ? error.error : "other reason";
    return new Error(`${error.code}, ${reason}`);
  }
  if (!(error instanceof Error)) return new Error("unknown");
  const { name } = error;
  return new Error("code" in error ? `${name}, ${error.code}` : name);
}
