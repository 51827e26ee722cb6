/**
 * Sign-out: ends refresh token families. Access tokens that are out live to their `exp`.
 *
 * @module
 */

import { authenticate } from "./account.ts";
import type { Client } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { digest, secretPattern } from "./secrets.ts";
import {
  type EndSessions,
  endSessions,
  findSessionOfToken,
} from "./sessions.ts";

/** Which sessions of the bearer end: this one, all, or all but this one (GoTrue's words). */
export const signOutScopes = ["global", "local", "others"] as const;

/** One of {@linkcode signOutScopes}. */
export type SignOutScope = (typeof signOutScopes)[number];

/**
 * Ends the family of a refresh token. An unknown or dead token is as good as signed out.
 *
 * @param context Collaborators.
 * @param refreshToken Any token of the family.
 * @param client Where the call came from.
 */
export async function signOutByToken(
  context: AuthContext,
  refreshToken: string,
  client: Client,
): Promise<void> {
  if (!secretPattern.test(refreshToken)) return;
  const tokenHash = digest(refreshToken);
  if (await findSessionOfToken(context.db, tokenHash) === undefined) return;
  await context.db.transaction(async (tx) => {
    const found = await findSessionOfToken(tx, tokenHash);
    if (found === undefined) return;
    const now = context.clock.now();
    const ended = await endSessions(tx, {
      where: "id = $4",
      params: [found.sessionId],
      reason: "signed_out",
      endAccess: false,
      now,
    });
    if (ended.length === 0) return;
    await context.audit.write(tx, { action: "sign_out", ...found }, {
      client,
      now,
    });
  });
}

/**
 * Ends sessions of the user whom an access token names.
 *
 * @param context Collaborators.
 * @param token The bearer token.
 * @param request Which sessions, and where the call came from.
 * @throws {Problem} `invalid_token`.
 */
export async function signOutByBearer(
  context: AuthContext,
  token: string | undefined,
  { scope, client }: { scope: SignOutScope; client: Client },
): Promise<void> {
  const { user, sessionId } = await authenticate(context, token);
  await context.db.transaction(async (tx) => {
    const now = context.clock.now();
    const ended = await endSessions(tx, {
      ...sessionsInScope(scope, user.id, sessionId ?? ""),
      reason: "signed_out",
      endAccess: false,
      now,
    });
    if (ended.length === 0) return;
    await context.audit.write(tx, {
      action: "sign_out",
      userId: user.id,
      sessionId,
      reason: scope,
    }, { client, now });
  });
}

function sessionsInScope(
  scope: SignOutScope,
  userId: string,
  sessionId: string,
): Pick<EndSessions, "where" | "params"> {
  switch (scope) {
    case "global":
      return { where: "user_id = $4", params: [userId] };
    case "local":
      return { where: "user_id = $4 AND id = $5", params: [userId, sessionId] };
    case "others":
      return {
        where: "user_id = $4 AND id <> $5",
        params: [userId, sessionId],
      };
  }
}
