/**
 * Sign-in by an OAuth provider: who came back, which account that is, and a session for it.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Client } from "./audit.ts";
import {
  type AuthContext,
  type SessionAnswer,
  toSessionAnswer,
} from "./context.ts";
import type { AcceptedFlow } from "./oauth/flow.ts";
import { upsertFromProfile } from "./oauth/identity_linking.ts";
import type { ProviderProfile } from "./oauth/profile.ts";
import { openSession } from "./sessions.ts";
import { findUserById, isBanned } from "./users.ts";

/**
 * Ends a flow whose state was good.
 *
 * @param context Collaborators.
 * @param flow The flow.
 * @param client Where the callback came from.
 * @returns The session.
 * @throws {Problem} What the provider answered, `provider_email_needs_verification`, `user_banned`.
 */
export async function signInByProvider(
  context: AuthContext,
  flow: AcceptedFlow,
  client: Client,
): Promise<SessionAnswer> {
  try {
    return await openProviderSession(context, await flow.identify(), client);
  } catch (cause) {
    if (cause instanceof Problem) {
      const entry = {
        action: "oauth_failed",
        provider: flow.provider,
        reason: cause.code,
      } as const;
      await context.db.transaction((tx) =>
        context.audit.write(tx, entry, { client, now: context.clock.now() })
      );
    }
    throw cause;
  }
}

async function openProviderSession(
  context: AuthContext,
  profile: ProviderProfile,
  client: Client,
): Promise<SessionAnswer> {
  const now = context.clock.now();
  const at = timestamp(now);
  const { provider } = profile;
  const { user, session } = await context.db.transaction(async (tx) => {
    const { userId, linked } = await upsertFromProfile(tx, profile, {
      now: at,
    });
    const user = (await findUserById(tx, userId))!;
    if (isBanned(user, now)) {
      throw new Problem("user_banned", "This user is banned");
    }
    if (linked) {
      await context.audit.write(tx, {
        action: "identity_linked",
        userId,
        provider,
      }, { client, now });
    }
    const session = await openSession(tx, {
      userId,
      method: "oauth",
      client,
      now,
      limits: context.limits,
    });
    const { sessionId } = session;
    await context.audit.write(tx, {
      action: "oauth_sign_in",
      userId,
      sessionId,
      provider,
    }, { client, now });
    return { user, session };
  });
  return await toSessionAnswer(context, user, session);
}
