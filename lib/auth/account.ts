/**
 * The account behind an access token: who is it, and changes to it.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import { EngineError, type Queryable } from "../engine/engine.ts";
import { firstRow } from "../engine/rows.ts";
import { invalidToken, type VerifiedClaims } from "./access_tokens.ts";
import type { Client } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { parseEmail } from "./email_address.ts";
import { mergeUserMetadata } from "./metadata.ts";
import { endAllSessions } from "./sessions.ts";
import {
  identitiesOf,
  isBanned,
  toUser,
  toUserAnswer,
  type User,
  type UserAnswer,
  userColumns,
} from "./users.ts";

/** A user whose access token stands. */
export interface Principal {
  readonly user: User;
  readonly claims: VerifiedClaims;
  /** The session the token belongs to; a token that was not made here may have none. */
  readonly sessionId: string | undefined;
}

/**
 * Checks an access token down to the rows: the user is there and not banned, and the session was not
 * ended by a password change.
 *
 * @param context Collaborators.
 * @param token The bearer token; `undefined` when there was none.
 * @param db Where to look: a transaction, if there is one.
 * @returns Whose it is.
 * @throws {Problem} `invalid_token`.
 */
export async function authenticate(
  context: AuthContext,
  token: string | undefined,
  db: Queryable = context.db,
): Promise<Principal> {
  if (token === undefined) throw invalidToken(true);
  const claims = await context.tokens.verify(token);
  const { sub, session_id: sessionId } = claims;
  // Nobody has an id that is no UUID, and the database would not compare it.
  if (!isUuid(sub) || (sessionId !== undefined && !isUuid(sessionId))) {
    throw invalidToken();
  }
  const row = firstRow(
    await db.query(
      `SELECT ${userColumns},
         (SELECT CASE WHEN access_ended_at IS NULL THEN 1 ELSE 0 END FROM _auth_sessions
          WHERE _auth_sessions.id = $2 AND user_id = _auth_users.id) AS session_stands
       FROM _auth_users WHERE id = $1`,
      [sub, sessionId ?? null],
    ),
  );
  if (row === undefined) throw invalidToken();
  const user = toUser(row);
  const stands = sessionId === undefined || row["session_stands"] === 1;
  if (!stands || isBanned(user, context.clock.now())) {
    throw invalidToken();
  }
  return { user, claims, sessionId };
}

function isUuid(id: string | undefined): id is string {
  return id !== undefined &&
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id);
}

/**
 * @param context Collaborators.
 * @param token The bearer token.
 * @returns The user object.
 * @throws {Problem} `invalid_token`.
 */
export async function currentUser(
  context: AuthContext,
  token: string | undefined,
): Promise<UserAnswer> {
  if (token === undefined) throw invalidToken(true);
  const claims = await context.tokens.verify(token);
  // Asked before the rows are read, so that what is kept is no older.
  const version = context.dbVersion?.();
  const kept = answers.get(claims);
  if (
    kept !== undefined && kept.version === version && kept.db === context.db
  ) return kept.answer;
  const { user } = await authenticate(context, token);
  const answer = toUserAnswer(user, await identitiesOf(context.db, user.id));
  if (version !== undefined) {
    answers.set(claims, { db: context.db, version, answer });
  }
  return answer;
}

/** What was answered to a token; whoever asks again before anything is written gets the same. */
interface Kept {
  readonly db: Queryable;
  readonly version: unknown;
  readonly answer: UserAnswer;
}

/** By the token's claims; forgotten with the token. */
const answers = new WeakMap<VerifiedClaims, Kept>();

/** What a user may change; what is not given stays. */
export interface UserChange {
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  /** Merged into `user_metadata`; `null` removes a key. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Changes the account. A new password ends every session and access token of the user, this one
 * too; a new address is not confirmed.
 *
 * @param context Collaborators.
 * @param token The bearer token.
 * @param request The change and where it came from.
 * @returns The user object.
 * @throws {Problem} `invalid_token`, `validation_failed`, `weak_password`, `email_exists`.
 */
export async function updateUser(
  context: AuthContext,
  token: string | undefined,
  { change, client }: { change: UserChange; client: Client },
): Promise<UserAnswer> {
  const { user, sessionId } = await authenticate(context, token);
  const address = change.email === undefined
    ? undefined
    : parseEmail(change.email);
  if (address === null) {
    throw new Problem("validation_failed", "Invalid email format");
  }
  if (address !== undefined && address.email !== user.email) {
    // Tells whether the address is taken, as a sign-up does.
    context.throttles.signUp(client.address);
  }
  let encryptedPassword: string | undefined;
  if (change.password !== undefined) {
    context.passwords.refuseWeak(change.password);
    encryptedPassword = await context.passwords.create(change.password);
  }

  const now = context.clock.now();
  const at = timestamp(now);
  const changed = await context.db.transaction(async (tx) => {
    // Read again: metadata may have changed since, and the session may have ended meanwhile.
    const { user: present } = await authenticate(context, token, tx);
    if (address !== undefined && address.email !== present.email) {
      await changeEmail(tx, { user: present, address, at });
    }
    if (change.data !== undefined) {
      await tx.query(
        `UPDATE _auth_users SET user_metadata = $2, updated_at = $3 WHERE id = $1`,
        [
          user.id,
          JSON.stringify(mergeUserMetadata(present.userMetadata, change.data)),
          at,
        ],
      );
    }
    if (encryptedPassword !== undefined) {
      await tx.query(
        `UPDATE _auth_users SET encrypted_password = $2, updated_at = $3 WHERE id = $1`,
        [
          user.id,
          encryptedPassword,
          at,
        ],
      );
      await endAllSessions(tx, user.id, { reason: "password_changed", now });
    }
    const action = encryptedPassword === undefined
      ? "user_updated"
      : "password_changed";
    await context.audit.write(tx, { action, userId: user.id, sessionId }, {
      client,
      now,
    });
    const row = firstRow(
      await tx.query(`SELECT ${userColumns} FROM _auth_users WHERE id = $1`, [
        user.id,
      ]),
    );
    return toUser(row!);
  });
  return toUserAnswer(changed, await identitiesOf(context.db, user.id));
}

async function changeEmail(
  tx: Queryable,
  { user, address, at }: {
    user: User;
    address: { email: string; key: string };
    at: string;
  },
): Promise<void> {
  try {
    await tx.query(
      `UPDATE _auth_users SET email = $2, email_key = $3, email_confirmed_at = NULL, updated_at = $4
       WHERE id = $1`,
      [user.id, address.email, address.key, at],
    );
  } catch (cause) {
    if (cause instanceof EngineError && cause.sqlState === "23505") {
      throw new Problem(
        "email_exists",
        "A user with this email address has already been registered",
        { cause },
      );
    }
    throw cause;
  }
  await tx.query(
    `UPDATE _auth_identities SET email = $2, email_verified = $4, identity_data = $3, updated_at = $5
     WHERE user_id = $1 AND provider = 'email'`,
    [
      user.id,
      address.email,
      JSON.stringify({
        sub: user.id,
        email: address.email,
        email_verified: false,
        phone_verified: false,
      }),
      false,
      at,
    ],
  );
}
