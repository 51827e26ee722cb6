/**
 * What every use case of the auth server works with.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- the session object has Supabase's names

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Session } from "../engine/engine.ts";
import type { AuditLog } from "./audit.ts";
import type { AccessTokens, UserClaims } from "./access_tokens.ts";
import type { OAuthFlows } from "./oauth/flow.ts";
import type { Passwords } from "./passwords.ts";
import type { Rotations } from "./rotations.ts";
import type { OpenSession, SessionLimits } from "./sessions.ts";
import type { Throttles } from "./throttles.ts";
import {
  identitiesOf,
  toUserAnswer,
  type User,
  type UserAnswer,
} from "./users.ts";

/** The session object of every answer; the first four are the tutorial's. */
export interface SessionAnswer {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly user: UserAnswer;
  /** Seconds. */
  readonly expires_in: number;
  readonly token_type: "bearer";
  /** Unix seconds. */
  readonly expires_at: number;
}

/** Collaborators of the use cases. */
export interface AuthContext {
  /** The database, as the role that owns the auth tables. */
  readonly db: Session;
  /**
   * Changes with each commit that may have changed a user, an identity or a session, so that what was read of
   * them may be kept while it stays the same; not given where others write the database too.
   */
  readonly dbVersion?: (() => unknown) | undefined;
  readonly passwords: Passwords;
  readonly tokens: AccessTokens;
  readonly throttles: Throttles;
  readonly rotations: Rotations<Promise<SessionAnswer>>;
  readonly oauth: OAuthFlows;
  readonly audit: AuditLog;
  readonly limits: SessionLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Makes the answer of a session that was opened or continued.
 *
 * @param context Collaborators.
 * @param user Whose session.
 * @param session The session and its refresh token.
 * @returns The session object.
 */
export async function toSessionAnswer(
  context: AuthContext,
  user: User,
  session: OpenSession,
): Promise<SessionAnswer> {
  const [signed, identities] = await Promise.all([
    context.tokens.sign(userClaims(user, session)),
    identitiesOf(context.db, user.id),
  ]);
  return {
    access_token: signed.token,
    refresh_token: session.refreshToken,
    user: toUserAnswer(user, identities),
    expires_in: context.tokens.lifetimeSeconds,
    token_type: "bearer",
    expires_at: signed.expiresAt,
  };
}

function userClaims(user: User, session: OpenSession): UserClaims {
  return {
    sub: user.id,
    email: user.email ?? "",
    role: user.role,
    session_id: session.sessionId,
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    amr: [{
      method: session.method,
      timestamp: Math.floor(session.signedInAt / 1000),
    }],
    is_anonymous: user.isAnonymous,
  };
}
