/**
 * A sign-in at a provider, from `/authorize` to `/callback`.
 *
 * `begin` remembers a flow and says where to send the browser. `accept` judges
 * the state that comes back and nothing else: what it lets through knows where
 * the browser goes in the end, so that whatever fails from there on can be told
 * to the app's own page. (RFC 6749, 7636, 9207, 9700.)
 *
 * @module
 */

import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { Session } from "../../engine/engine.ts";
import { digest, randomSecret, secretPattern } from "../secrets.ts";
import { FlowStore } from "./flow_store.ts";
import type { ProviderName, ProviderProfile } from "./profile.ts";
import { isProviderName, type OAuthProvider } from "./provider.ts";
import {
  createProviderClient,
  type ProviderClient,
  type ProviderClientOptions,
} from "./provider_client.ts";
import type { RedirectAllowList } from "./redirect_allow.ts";

/** Settings of {@linkcode OAuthFlows}. */
export interface OAuthFlowsOptions {
  /** Where flows are kept. */
  session: Session;
  /** Source of the time. */
  clock: Clock;
  /** Providers that are configured; none is fine. */
  providers: readonly OAuthProvider[];
  /** Where a finished sign-in may send the browser. */
  redirects: RedirectAllowList;
  /** Limits of what is asked of a provider. */
  client?: ProviderClientOptions;
  /**
   * Most flows under way.
   *
   * @default {10000}
   */
  capacity?: number;
}

/** What `/authorize` was asked. */
export interface BeginRequest {
  readonly provider: string | undefined;
  readonly redirectTo?: string | undefined;
  /** The flow cookie that the browser has already. */
  readonly browserCookie?: string | undefined;
}

/** What `/authorize` answers. */
export interface BegunFlow {
  /** The provider's page. */
  readonly location: string;
  /** Value of the flow cookie, to be set anew each time. */
  readonly cookie: string;
}

/** What came with `/callback`. */
export interface Callback {
  readonly state: string | undefined;
  readonly code?: string | undefined;
  readonly error?: string | undefined;
  readonly iss?: string | undefined;
  /** The flow cookie, if the request has one. */
  readonly browserCookie?: string | undefined;
  /** Whether a browser seems to have sent the request. */
  readonly looksLikeBrowser: boolean;
}

/** A flow whose state was good. */
export interface AcceptedFlow {
  /** Who was asked. */
  readonly provider: string;
  /** Where to send the browser with session or failure; `null` for JSON. */
  readonly redirectTo: string | null;
  /**
   * Asks the provider who signed in; to be called once.
   *
   * @returns The person.
   * @throws {Problem} When the provider or the person said no, or the provider
   * failed.
   */
  identify(): Promise<ProviderProfile>;
}

const maxCodeLength = 4096;

/** Reasons of RFC 6749 (4.1.2.1), OpenID Connect and GitHub that may be named. */
const knownReasons: ReadonlySet<string> = new Set([
  "invalid_request",
  "unauthorized_client",
  "unsupported_response_type",
  "invalid_scope",
  "server_error",
  "temporarily_unavailable",
  "login_required",
  "interaction_required",
  "consent_required",
  "account_selection_required",
  "redirect_uri_mismatch",
  "application_suspended",
]);

interface Configured {
  readonly provider: OAuthProvider;
  readonly client: ProviderClient;
}

/** Sign-ins at providers. */
export class OAuthFlows {
  readonly #store: FlowStore;
  readonly #clock: Clock;
  readonly #redirects: RedirectAllowList;
  readonly #configured = new Map<ProviderName, Configured>();

  /**
   * @param options Collaborators and limits.
   */
  constructor(options: OAuthFlowsOptions) {
    const { session, clock, providers, redirects, capacity = 10_000 } = options;
    this.#store = new FlowStore({ session, capacity });
    this.#clock = clock;
    this.#redirects = redirects;
    for (const provider of providers) {
      const client = createProviderClient(provider, options.client);
      this.#configured.set(provider.name, { provider, client });
    }
  }

  /** Names of the configured providers. */
  get names(): readonly ProviderName[] {
    return [...this.#configured.keys()];
  }

  /**
   * Begins a flow.
   *
   * @param request What `/authorize` was asked.
   * @returns Where to send the browser, and its cookie.
   * @throws {Problem} `validation_failed`, `oauth_provider_not_supported`,
   * `oauth_not_configured` or `redirect_not_allowed`.
   */
  async begin(request: BeginRequest): Promise<BegunFlow> {
    const { client, provider } = this.#find(request.provider);
    const redirectTo = request.redirectTo === undefined
      ? null
      : this.#redirects.check(request.redirectTo);
    const state = randomSecret();
    const codeVerifier = randomSecret();
    // A second tab shares the browser's cookie, or it would undo the first.
    const cookie = secretPattern.test(request.browserCookie ?? "")
      ? request.browserCookie!
      : randomSecret();
    const location = await client.authorizationUrl({ state, codeVerifier });
    const flow = {
      provider: provider.name,
      codeVerifier,
      redirectTo,
      browserHash: digest(cookie),
    };
    await this.#store.save(state, flow, this.#clock.now());
    return { location: location.href, cookie };
  }

  /**
   * Judges the state of a callback and uses it up, whatever comes of it.
   *
   * @param callback What came with the request.
   * @returns The flow it belongs to.
   * @throws {Problem} `invalid_state`, with one text for every cause.
   */
  async accept(callback: Callback): Promise<AcceptedFlow> {
    const { state, browserCookie } = callback;
    if (state === undefined || !secretPattern.test(state)) throw invalidState();
    const flow = await this.#store.take(state, this.#clock.now());
    if (flow === undefined) throw invalidState();
    const sameBrowser = browserCookie === undefined
      ? !callback.looksLikeBrowser
      : digest(browserCookie) === flow.browserHash;
    if (!sameBrowser) throw invalidState();

    const { provider, codeVerifier, redirectTo } = flow;
    return {
      provider,
      redirectTo,
      identify: async () => {
        const configured = this.#find(provider);
        const code = codeOf(callback, configured.provider);
        return await configured.client.identify({ code, codeVerifier });
      },
    };
  }

  /**
   * Forgets flows that were not finished in time.
   *
   * @returns How many.
   */
  async purgeExpired(): Promise<number> {
    return await this.#store.purge(this.#clock.now());
  }

  #find(name: string | undefined): Configured {
    if (name === undefined || name === "") {
      throw new Problem(
        "validation_failed",
        "Missing required query parameter: provider",
      );
    }
    if (!isProviderName(name)) {
      throw new Problem(
        "oauth_provider_not_supported",
        "OAuth provider is not supported, use one of google, github",
      );
    }
    const configured = this.#configured.get(name);
    if (configured === undefined) {
      throw new Problem(
        "oauth_not_configured",
        `OAuth is not configured on this server for ${name}`,
      );
    }
    return configured;
  }
}

/** Reads the code of a callback whose state was good. */
function codeOf(
  { code, error, iss }: Callback,
  { name, isIssuer }: OAuthProvider,
): string {
  // RFC 9207, section 2.4: before anything else of the answer is believed.
  if (iss !== undefined && !isIssuer(iss)) throw invalidState();
  if (error === "access_denied") {
    throw new Problem("access_denied", `Sign-in was denied at ${name}`);
  }
  if (error !== undefined) {
    const reason = knownReasons.has(error) ? error : "unknown reason";
    throw new Problem(
      "oauth_provider_refused",
      `Cannot finish the sign-in: ${name} refused it (${reason})`,
    );
  }
  if (code === undefined || code === "") {
    throw new Problem(
      "validation_failed",
      "Missing required query parameter: code",
    );
  }
  if (code.length > maxCodeLength) {
    throw new Problem(
      "validation_failed",
      `Query parameter code exceeds ${maxCodeLength} characters`,
    );
  }
  return code;
}

function invalidState(): Problem {
  return new Problem(
    "invalid_state",
    "Invalid or expired OAuth state parameter",
  );
}
