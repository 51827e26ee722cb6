/**
 * An identity provider for tests that lets nothing pass: Google's and GitHub's
 * endpoints on loopback, on a port of the system's choosing.
 *
 * What it verifies, and answers with an error otherwise:
 *
 * - `/authorize`: `response_type=code`, known `client_id`, a registered
 *   `redirect_uri` character by character, scope, state, PKCE S256 challenge of
 *   43 characters, no parameter twice. Approves at once with a 302.
 * - `/token`: form body, the secret by exactly one of post and Basic, a code
 *   that is unused, of this client and this `redirect_uri`, and a verifier of
 *   43–128 characters whose SHA-256 is the challenge. Like GitHub it answers a
 *   form unless JSON is accepted.
 * - `/userinfo` (Google's shape), `/user` and `/user/emails` (GitHub's shape,
 *   with a `User-Agent`): an access token that it issued, in the header.
 *
 * In a test:
 *
 * ```ts
 * await using provider = StrictProvider.start({ redirectUris: [callback] });
 * provider.user = { ...provider.user, emailVerified: false };
 * provider.faults.set("/token", "slow");        // misbehave from now on
 * provider.authorizeError = "access_denied";    // the person says no
 * createProvider("github", provider.config("github", callback));
 * provider.environment("github", callback);     // the same, to start a server
 * provider.requests;                            // all it was asked, in order
 * ```
 *
 * As a program it prints its base URL on the first line and runs until it is
 * ended; `PUT /control` with `{user, faults, authorizeError, redirectUris}`
 * (each optional) changes it:
 *
 * ```sh
 * deno run --allow-net tests/support/strict_provider.ts \
 *   http://localhost:8080/auth/v1/callback
 * ```
 *
 * @module
 */

import type { OAuthProviderConfig } from "../../lib/auth/oauth/provider.ts";
import type { ProviderName } from "../../lib/auth/oauth/profile.ts";
import {
  json,
  leakMarker,
  misbehave,
  type StrictEndpoint,
  type StrictFault,
} from "./strict_provider_faults.ts";
import {
  ada,
  emailsOf,
  githubShape,
  googleShape,
  type StrictUser,
} from "./strict_provider_user.ts";

export { leakMarker } from "./strict_provider_faults.ts";
export type { StrictEndpoint, StrictFault } from "./strict_provider_faults.ts";
export type { StrictEmail, StrictUser } from "./strict_provider_user.ts";

/** What one request brought. */
export interface StrictRequest {
  readonly endpoint: string;
  readonly method: string;
  readonly headers: Headers;
  /** Query, or form body of `/token`. */
  readonly parameters: URLSearchParams;
}

/** Settings of {@linkcode StrictProvider.start}. */
export interface StrictProviderOptions {
  /** Callbacks that are registered; more can be added later. */
  redirectUris?: readonly string[];
  /** @default {"strict-client"} */
  clientId?: string;
  /** @default {"strict-secret"} */
  clientSecret?: string;
}

interface Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly user: StrictUser;
}

/** The provider, running. */
export class StrictProvider implements AsyncDisposable {
  /** Callbacks that are registered. */
  readonly redirectUris: Set<string>;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Who approves from now on. */
  user: StrictUser = { ...ada };
  /** Set: `/authorize` comes back with this `error` instead of a code. */
  authorizeError: string | undefined;
  /** `iss` of callbacks (RFC 9207); the base URL unless set, `null` for none. */
  issuer: string | null = null;
  /** Endpoints that misbehave. */
  readonly faults = new Map<StrictEndpoint, StrictFault>();
  /** All requests, oldest first. */
  readonly requests: StrictRequest[] = [];
  readonly #codes = new Map<string, Grant>();
  readonly #tokens = new Map<string, Grant>();
  readonly #stop = new AbortController();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(options: StrictProviderOptions) {
    this.redirectUris = new Set(options.redirectUris);
    this.clientId = options.clientId ?? "strict-client";
    this.clientSecret = options.clientSecret ?? "strict-secret";
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
    this.issuer = this.baseUrl;
  }

  /**
   * @param options Registered callbacks and credentials.
   * @returns A provider that listens.
   */
  static start(options: StrictProviderOptions = {}): StrictProvider {
    return new StrictProvider(options);
  }

  /** For example `http://127.0.0.1:40123`. */
  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /**
   * @param name Whose shape the endpoints have.
   * @param redirectUri Our callback, which is registered by this call.
   * @returns Configuration that points here.
   */
  config(name: ProviderName, redirectUri: string): OAuthProviderConfig {
    this.redirectUris.add(redirectUri);
    const { baseUrl, clientId, clientSecret } = this;
    const common = {
      clientId,
      clientSecret,
      redirectUri,
      authorizeUrl: `${baseUrl}/authorize`,
      tokenUrl: `${baseUrl}/token`,
    };
    return name === "google"
      ? { ...common, userinfoUrl: `${baseUrl}/userinfo` }
      : {
        ...common,
        userinfoUrl: `${baseUrl}/user`,
        emailsUrl: `${baseUrl}/user/emails`,
      };
  }

  /**
   * @param name Whose variables.
   * @param redirectUri Our callback, which is registered by this call.
   * @returns The same as environment variables of the server.
   */
  environment(name: ProviderName, redirectUri: string): Record<string, string> {
    const prefix = `OAUTH_${name.toUpperCase()}_`;
    return Object.fromEntries(
      Object.entries(this.config(name, redirectUri)).map(([key, value]) => [
        prefix + key.replace(/[A-Z]/g, "_$&").toUpperCase(),
        value,
      ]),
    );
  }

  /** Ends every request that is still held and stops listening. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const parameters = pathname === "/token"
      ? new URLSearchParams(await request.text())
      : searchParams;
    const { method, headers } = request;
    const seen = { endpoint: pathname, method, headers, parameters };
    if (pathname === "/control") return await this.#control(request);
    this.requests.push(seen);
    const fault = this.faults.get(pathname as StrictEndpoint);
    const faulty = fault === undefined
      ? undefined
      : misbehave(fault, { baseUrl: this.baseUrl, stop: this.#stop.signal });
    if (faulty !== undefined) return await faulty;
    switch (`${method} ${pathname}`) {
      case "GET /authorize":
        return this.#authorize(seen);
      case "POST /token":
        return await this.#token(seen);
      case "GET /userinfo":
        return this.#withGrant(seen, (user) => googleShape(user, fault));
      case "GET /user":
        return this.#withGrant(seen, (user) => githubShape(user, fault));
      case "GET /user/emails":
        return this.#withGrant(seen, emailsOf);
      default:
        return new Response("not found", { status: 404 });
    }
  }

  #authorize({ parameters: asked }: StrictRequest): Response {
    const redirectUri = asked.get("redirect_uri") ?? "";
    if (asked.get("client_id") !== this.clientId) return refuse("client_id");
    if (!this.redirectUris.has(redirectUri)) return refuse("redirect_uri");
    const names = [...asked.keys()];
    const challenge = asked.get("code_challenge") ?? "";
    const sound = new Set(names).size === names.length &&
      asked.get("response_type") === "code" &&
      asked.get("scope") && asked.get("state") &&
      asked.get("code_challenge_method") === "S256" &&
      /^[A-Za-z0-9_-]{43}$/.test(challenge);
    const error = sound ? this.authorizeError : "invalid_request";

    const back = new URL(redirectUri);
    back.searchParams.set("state", asked.get("state") ?? "");
    if (this.issuer !== null) back.searchParams.set("iss", this.issuer);
    if (error !== undefined) {
      back.searchParams.set("error", error);
      back.searchParams.set("error_description", leakMarker);
    } else {
      const code = secret();
      const { user } = this;
      const scope = asked.get("scope")!;
      this.#codes.set(code, { redirectUri, challenge, scope, user });
      back.searchParams.set("code", code);
    }
    return new Response(null, {
      status: 302,
      headers: { location: back.href },
    });
  }

  async #token({ headers, parameters }: StrictRequest): Promise<Response> {
    const type = headers.get("content-type") ?? "";
    if (!type.startsWith("application/x-www-form-urlencoded")) {
      return refuse("content-type");
    }
    if (!this.#knowsClient(headers, parameters)) {
      return tokenError("invalid_client", 401);
    }
    if (parameters.get("grant_type") !== "authorization_code") {
      return tokenError("unsupported_grant_type");
    }
    const code = parameters.get("code") ?? "";
    const grant = this.#codes.get(code);
    this.#codes.delete(code);
    const verifier = parameters.get("code_verifier") ?? "";
    const sound = grant !== undefined &&
      parameters.get("redirect_uri") === grant.redirectUri &&
      /^[A-Za-z0-9._~-]{43,128}$/.test(verifier) &&
      await s256(verifier) === grant.challenge;
    if (!sound) return tokenError("invalid_grant");

    const accessToken = secret();
    this.#tokens.set(accessToken, grant);
    const answer: Record<string, string> = {
      "access_token": accessToken,
      "token_type": "bearer",
      scope: grant.scope,
    };
    if (this.faults.get("/token") === "id-token") {
      answer["id_token"] = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ.";
    }
    if (!headers.get("accept")?.includes("application/json")) {
      return new Response(new URLSearchParams(answer));
    }
    return json(answer);
  }

  #knowsClient(headers: Headers, parameters: URLSearchParams): boolean {
    const authorization = headers.get("authorization");
    if (authorization === null) {
      return parameters.get("client_id") === this.clientId &&
        parameters.get("client_secret") === this.clientSecret;
    }
    // RFC 6749, section 2.3: one method a request, never two.
    if (parameters.has("client_secret")) return false;
    const basic = [this.clientId, this.clientSecret].map(encodeURIComponent);
    return authorization === `Basic ${btoa(basic.join(":"))}`;
  }

  #withGrant(
    { headers }: StrictRequest,
    shape: (user: StrictUser) => unknown,
  ): Response {
    if (!headers.get("user-agent")) return refuse("user-agent", 403);
    const [, token] = /^(?:Bearer|token) ([\w-]+)$/.exec(
      headers.get("authorization") ?? "",
    ) ?? [];
    const grant = this.#tokens.get(token ?? "");
    return grant === undefined ? refuse("token", 401) : json(shape(grant.user));
  }

  async #control(request: Request): Promise<Response> {
    const change = await request.json();
    if (change.user) this.user = { ...this.user, ...change.user };
    if ("authorizeError" in change) {
      this.authorizeError = change.authorizeError ?? undefined;
    }
    if (change.faults) {
      this.faults.clear();
      for (const [endpoint, fault] of Object.entries(change.faults)) {
        this.faults.set(endpoint as StrictEndpoint, fault as StrictFault);
      }
    }
    for (const uri of change.redirectUris ?? []) this.redirectUris.add(uri);
    return new Response(null, { status: 204 });
  }
}

function tokenError(error: string, status = 400): Response {
  return json({ error, "error_description": leakMarker }, status);
}

function refuse(what: string, status = 400): Response {
  return new Response(`${leakMarker}: ${what}`, { status });
}

function secret(): string {
  return crypto.getRandomValues(new Uint8Array(24)).toBase64({
    alphabet: "base64url",
  });
}

async function s256(verifier: string): Promise<string> {
  const bytes = new TextEncoder().encode(verifier);
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

if (import.meta.main) {
  const provider = StrictProvider.start({ redirectUris: Deno.args });
  await Deno.stdout.write(new TextEncoder().encode(`${provider.baseUrl}\n`));
}
