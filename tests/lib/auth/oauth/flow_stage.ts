/**
 * Flows over empty tables, with a strict provider for google and github.
 *
 * @module
 */

import {
  type BeginRequest,
  type Callback,
  OAuthFlows,
} from "../../../../lib/auth/oauth/flow.ts";
import type { ProviderName } from "../../../../lib/auth/oauth/profile.ts";
import { createProvider } from "../../../../lib/auth/oauth/provider.ts";
import { createRedirectAllowList } from "../../../../lib/auth/oauth/redirect_allow.ts";
import {
  type ManualClock,
  manualClock,
} from "../../../support/manual_clock.ts";
import { StrictProvider } from "../../../support/strict_provider.ts";
import { type AuthTables, authTables } from "./auth_tables.ts";

const callbackUrl = "http://localhost:8080/auth/v1/callback";
/** A page that is on the allow-list. */
export const page = "https://app.example/done";
/** What a callback with a bad state is told. */
export const invalidState = {
  name: "Problem",
  code: "invalid_state",
  message: "Invalid or expired OAuth state parameter",
};

/** Everything a test of flows needs. */
export interface FlowStage extends AsyncDisposable {
  readonly tables: AuthTables;
  readonly clock: ManualClock;
  readonly provider: StrictProvider;
  /** Flows with both providers. */
  readonly flows: OAuthFlows;
  /** More flows over the same tables, with these providers. */
  build(names: readonly ProviderName[]): OAuthFlows;
  /** Begins a flow and approves it; answers what the browser brings back. */
  approve(request?: BeginRequest): Promise<Callback>;
}

/**
 * @param options Most flows kept.
 * @returns The stage; dispose of it at the end.
 */
export async function flowStage(
  options: { capacity?: number } = {},
): Promise<FlowStage> {
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

  async function approve(
    request: BeginRequest = { provider: "google" },
  ): Promise<Callback> {
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
