/**
 * Sign-up: a new user with a password, and the first session.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Queryable } from "../engine/engine.ts";
import { firstRow } from "../engine/rows.ts";
import type { Client } from "./audit.ts";
import {
  type AuthContext,
  type SessionAnswer,
  toSessionAnswer,
} from "./context.ts";
import { type EmailAddress, parseEmail } from "./email_address.ts";
import { checkUserMetadata } from "./metadata.ts";
import { openSession } from "./sessions.ts";
import { toUser, type User, userColumns } from "./users.ts";

/** What somebody signs up with. */
export interface SignUp {
  readonly email: string;
  readonly password: string;
  /** Becomes `user_metadata`. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Makes a user and opens a session. The password is hashed whether or not the address is free, so
 * that both answers take as long.
 *
 * @param context Collaborators.
 * @param signUp Address, password, metadata.
 * @param client Where the call came from.
 * @returns The session.
 * @throws {Problem} `validation_failed`, `weak_password`, `user_already_exists`,
 * `over_request_rate_limit`, `server_busy`.
 */
export async function signUp(
  context: AuthContext,
  signUp: SignUp,
  client: Client,
): Promise<SessionAnswer> {
  const address = parseEmail(signUp.email);
  if (address === null) {
    throw new Problem("validation_failed", "Invalid email format");
  }
  const metadata = checkUserMetadata(signUp.data ?? {});
  context.passwords.refuseWeak(signUp.password);
  context.throttles.signUp(client.address);
  const encryptedPassword = await context.passwords.create(signUp.password);

  const now = context.clock.now();
  const { user, session } = await context.db.transaction(async (tx) => {
    const user = await insertUser(tx, {
      address,
      encryptedPassword,
      metadata,
      now,
    });
    const session = await openSession(tx, {
      userId: user.id,
      method: "password",
      client,
      now,
      limits: context.limits,
    });
    await context.audit.write(tx, {
      action: "sign_up",
      userId: user.id,
      sessionId: session.sessionId,
      provider: "email",
    }, { client, now });
    return { user, session };
  });
  return await toSessionAnswer(context, user, session);
}

interface NewUser {
  readonly address: EmailAddress;
  readonly encryptedPassword: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly now: number;
}

async function insertUser(
  tx: Queryable,
  { address, encryptedPassword, metadata, now }: NewUser,
): Promise<User> {
  const id = crypto.randomUUID();
  const at = timestamp(now);
  const row = firstRow(
    await tx.query(
      `INSERT INTO _auth_users (id, email, email_key, encrypted_password, created_at, updated_at,
                                last_sign_in_at, app_metadata, user_metadata)
       VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7)
       ON CONFLICT (email_key) DO NOTHING
       RETURNING ${userColumns}`,
      [
        id,
        address.email,
        address.key,
        encryptedPassword,
        at,
        JSON.stringify({ provider: "email", providers: ["email"] }),
        JSON.stringify(metadata),
      ],
    ),
  );
  if (row === undefined) {
    throw new Problem(
      "user_already_exists",
      "User with this email already exists",
    );
  }
  await tx.query(
    `INSERT INTO _auth_identities (id, user_id, provider, subject, email, email_verified, identity_data,
                                   created_at, updated_at, last_sign_in_at)
     VALUES ($1, $2, 'email', $3, $4, $5, $6, $7, $7, $7)`,
    [
      crypto.randomUUID(),
      id,
      id,
      address.email,
      false,
      JSON.stringify({
        sub: id,
        email: address.email,
        email_verified: false,
        phone_verified: false,
      }),
      at,
    ],
  );
  return toUser(row);
}
