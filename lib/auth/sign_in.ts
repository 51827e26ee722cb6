/**
 * Sign-in with e-mail address and password.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import { firstRow } from "../engine/rows.ts";
import type { Client } from "./audit.ts";
import {
  type AuthContext,
  type SessionAnswer,
  toSessionAnswer,
} from "./context.ts";
import { parseEmail } from "./email_address.ts";
import { openSession } from "./sessions.ts";
import {
  findUserByEmailKey,
  isBanned,
  toUser,
  type User,
  userColumns,
} from "./users.ts";

/** What somebody signs in with. */
export interface SignIn {
  readonly email: string;
  readonly password: string;
}

/**
 * Checks the password and opens a session. An unknown address, an account without a password and a
 * wrong password take the same time and get the same answer.
 *
 * @param context Collaborators.
 * @param credentials Address and password.
 * @param client Where the call came from.
 * @returns The session.
 * @throws {Problem} `invalid_credentials`, `user_banned`, `over_request_rate_limit`, `server_busy`.
 */
export async function signIn(
  context: AuthContext,
  credentials: SignIn,
  client: Client,
): Promise<SessionAnswer> {
  // What is no address cannot be an account; it still is counted and costs a hash, as any other.
  const key = parseEmail(credentials.email)?.key ??
    `\0${credentials.email.slice(0, 254)}`;
  context.passwords.refuseMalformed(credentials.password);
  context.throttles.foreseeSignIn(key, client.address);
  const user = await findUserByEmailKey(context.db, key);

  let attempt: { succeeded(): void } | undefined;
  const { right, outdated } = await context.passwords.check(
    credentials.password,
    user?.encryptedPassword,
    () => attempt = context.throttles.signIn(key, client.address),
  );
  if (user === undefined || !right) {
    await recordFailure(context, user, client);
    throw invalidCredentials();
  }
  attempt?.succeeded();
  if (isBanned(user, context.clock.now())) {
    throw new Problem("user_banned", "This user is banned");
  }

  const replacement = outdated
    ? await context.passwords.create(credentials.password)
    : user.encryptedPassword;
  return await openPasswordSession(context, { user, replacement }, client);
}

async function openPasswordSession(
  context: AuthContext,
  { user, replacement }: { user: User; replacement: string },
  client: Client,
): Promise<SessionAnswer> {
  const now = context.clock.now();
  const at = timestamp(now);
  const opened = await context.db.transaction(async (tx) => {
    // The password may have been changed while it was being checked: then it was the wrong one.
    const row = firstRow(
      await tx.query(
        `UPDATE _auth_users SET last_sign_in_at = $3, encrypted_password = $4
         WHERE id = $1 AND encrypted_password = $2 RETURNING ${userColumns}`,
        [user.id, user.encryptedPassword, at, replacement],
      ),
    );
    if (row === undefined) throw invalidCredentials();
    const session = await openSession(tx, {
      userId: user.id,
      method: "password",
      client,
      now,
      limits: context.limits,
    });
    await context.audit.write(tx, {
      action: "sign_in",
      userId: user.id,
      sessionId: session.sessionId,
      provider: "email",
    }, { client, now });
    return { user: toUser(row), session };
  });
  return await toSessionAnswer(context, opened.user, opened.session);
}

async function recordFailure(
  context: AuthContext,
  user: User | undefined,
  client: Client,
): Promise<void> {
  await context.db.transaction((tx) =>
    context.audit.write(tx, {
      action: "sign_in_failed",
      userId: user?.id,
      provider: "email",
      reason: "invalid_credentials",
    }, { client, now: context.clock.now() })
  );
}

function invalidCredentials(): Problem {
  return new Problem("invalid_credentials", "Invalid login credentials");
}
