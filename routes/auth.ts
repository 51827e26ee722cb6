/**
 * Every route below `/auth/v1`, or, when auth is switched off, the one answer to all of them.
 *
 * @module
 */

import type { AuthContext } from "../lib/auth/context.ts";
import { Problem } from "../lib/base/problem.ts";
import type { Route } from "../lib/http/call.ts";
import type { RouteDescription } from "../lib/openapi/description.ts";
import { logoutDescription, logoutRoute } from "./auth_logout.ts";
import {
  oauthDescriptions,
  type OAuthRouteOptions,
  oauthRoutes,
} from "./auth_oauth.ts";
import { refreshDescription, refreshRoute } from "./auth_refresh.ts";
import { signUpDescription, signUpRoute } from "./auth_signup.ts";
import { tokenDescription, tokenRoute } from "./auth_token.ts";
import { userDescriptions, userRoutes } from "./auth_user.ts";

/**
 * @param context Collaborators.
 * @param options How browsers reach the server.
 * @returns The routes.
 */
export function authRoutes(
  context: AuthContext,
  options: OAuthRouteOptions,
): Route[] {
  return [
    signUpRoute(context),
    tokenRoute(context),
    refreshRoute(context),
    logoutRoute(context),
    ...userRoutes(context),
    ...oauthRoutes(context, options),
  ];
}

/** All of them in the OpenAPI document. */
export const authDescriptions: readonly RouteDescription[] = [
  signUpDescription,
  tokenDescription,
  refreshDescription,
  logoutDescription,
  ...userDescriptions,
  ...oauthDescriptions,
];

/** The paths and methods of {@linkcode authRoutes}. */
const methods = {
  "/auth/v1/signup": ["POST"],
  "/auth/v1/token": ["POST"],
  "/auth/v1/refresh": ["POST"],
  "/auth/v1/logout": ["POST"],
  "/auth/v1/user": ["GET", "PUT"],
  "/auth/v1/authorize": ["GET"],
  "/auth/v1/callback": ["GET"],
} as const satisfies Readonly<Record<string, readonly Route["method"][]>>;

/**
 * @returns The same routes, each of which answers that auth is switched off.
 */
export function disabledAuthRoutes(): Route[] {
  return Object.entries(methods).flatMap(([path, list]) =>
    list.map((method): Route => ({
      method,
      path,
      handler() {
        throw new Problem(
          "auth_not_enabled",
          "Auth service is not configured: this server was started with --no-auth-api",
        );
      },
    }))
  );
}
