/**
 * `GET /auth/v1/authorize` sends the browser to a provider; `GET /auth/v1/callback` takes it back and
 * answers a session, as JSON or in the fragment of the app's own page.
 *
 * @module
 */

import type { AuthContext, SessionAnswer } from "../lib/auth/context.ts";
import {
  flowCookie,
  looksLikeBrowser,
  readFlowCookie,
} from "../lib/auth/oauth/cookie.ts";
import {
  errorFields,
  withFragment,
} from "../lib/auth/oauth/redirect_fragment.ts";
import { signInByProvider } from "../lib/auth/oauth_sign_in.ts";
import { Problem } from "../lib/base/problem.ts";
import { json } from "../lib/http/answer.ts";
import type { Call, Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { clientOf } from "./auth_call.ts";

/** What the OAuth routes need besides the auth server. */
export interface OAuthRouteOptions {
  /** Whether browsers reach the callback over https. */
  secure: boolean;
}

/** The routes in the OpenAPI document. */
export const oauthDescriptions: readonly RouteDescription[] = [
  {
    method: "GET",
    path: "/auth/v1/authorize",
    id: "authorize",
    tag: "Auth",
    summary: "Sign in with a provider",
    description:
      "For browsers: open it as a page. It leads to the provider, which leads back to `/auth/v1/callback`.",
    query: [
      {
        name: "provider",
        description: "Where to sign in.",
        words: ["google", "github"],
        required: true,
      },
      {
        name: "redirect_to",
        description:
          "Page that gets the session in its fragment; must be allowed by `--redirect-allow`.",
      },
    ],
    answers: { 307: { description: "On to the provider." } },
    problems: [
      "validation_failed",
      "oauth_provider_not_supported",
      "oauth_not_configured",
      "redirect_not_allowed",
      "over_request_rate_limit",
    ],
  },
  {
    method: "GET",
    path: "/auth/v1/callback",
    id: "callback",
    tag: "Auth",
    summary: "Back from a provider",
    description: "Where providers send the browser; not for calling by hand.",
    query: [
      { name: "state", description: "Names the flow." },
      { name: "code", description: "What is traded for the user's data." },
      { name: "error", description: "Why there is no code." },
      { name: "iss", description: "Who answers (RFC 9207)." },
    ],
    answers: {
      200: { description: "The session.", schema: "Session" },
      303: {
        description:
          "On to `redirect_to`, with the session or the failure in its fragment.",
      },
    },
    problems: [
      "invalid_state",
      "access_denied",
      "oauth_provider_refused",
      "provider_email_needs_verification",
      "user_banned",
      "token_exchange_failed",
      "userinfo_fetch_failed",
      "oauth_provider_timeout",
    ],
  },
];

/**
 * @param context Collaborators.
 * @param options How browsers reach the server.
 * @returns The routes.
 */
export function oauthRoutes(
  context: AuthContext,
  options: OAuthRouteOptions,
): Route[] {
  return [
    {
      method: "GET",
      path: "/auth/v1/authorize",
      head: false,
      async handler(call) {
        const begin = {
          provider: call.query.get("provider") ?? undefined,
          redirectTo: call.query.get("redirect_to") ?? undefined,
          browserCookie: flowCookieOf(call, options),
        };
        context.throttles.oauthFlow(call.address);
        const { location, cookie } = await context.oauth.begin(begin);
        return new Response(null, {
          status: 307,
          headers: { location, "set-cookie": flowCookie(cookie, options) },
        });
      },
    },
    {
      method: "GET",
      path: "/auth/v1/callback",
      head: false,
      async handler(call) {
        const flow = await context.oauth.accept({
          state: call.query.get("state") ?? undefined,
          code: call.query.get("code") ?? undefined,
          error: call.query.get("error") ?? undefined,
          iss: call.query.get("iss") ?? undefined,
          browserCookie: flowCookieOf(call, options),
          looksLikeBrowser: looksLikeBrowser(call.request.headers),
        });
        try {
          const session = await signInByProvider(context, flow, clientOf(call));
          return flow.redirectTo === null
            ? json(session)
            : seeOther(flow.redirectTo, sessionFields(session));
        } catch (cause) {
          if (flow.redirectTo === null || !(cause instanceof Problem)) {
            throw cause;
          }
          return seeOther(flow.redirectTo, errorFields(cause));
        }
      },
    },
  ];
}

function flowCookieOf(
  call: Call,
  options: OAuthRouteOptions,
): string | undefined {
  return readFlowCookie(call.request.headers.get("cookie"), options);
}

/** 303: whatever the method was, the app's page is fetched with GET (RFC 9110, 15.4.4). */
function seeOther(
  redirectTo: string,
  fields: Readonly<Record<string, string>>,
): Response {
  return new Response(null, {
    status: 303,
    headers: { location: withFragment(redirectTo, fields) },
  });
}

/** The fields that Supabase's client looks for in the fragment. */
function sessionFields(session: SessionAnswer): Record<string, string> {
  return {
    access_token: session.access_token,
    expires_at: String(session.expires_at),
    expires_in: String(session.expires_in),
    refresh_token: session.refresh_token,
    token_type: session.token_type,
  };
}
