/**
 * Finds or makes the user that a provider's profile stands for.
 *
 * The key of an identity is (provider, subject). An e-mail address decides only
 * once, when an identity is new, and only if the provider verified it: then it
 * leads to the user who has it. If that user never proved to own the address, a
 * stranger may have registered it beforehand, so everything that stranger left
 * behind goes: password, other identities, metadata, sessions with their access
 * tokens.
 *
 * @module
 */

import { Problem } from "../../base/problem.ts";
import type { Queryable } from "../../engine/engine.ts";
import { firstRow, type Row } from "../../engine/rows.ts";
import { type EmailAddress, parseEmail } from "../email_address.ts";
import { maxUserMetadataBytes } from "../metadata.ts";
import { endAllSessions } from "../sessions.ts";
import {
  isJsonObject,
  type JsonObject,
  type ProviderProfile,
} from "./profile.ts";

/** Settings of {@linkcode upsertFromProfile}. */
export interface UpsertOptions {
  /** Present moment as tables keep it (`timestamp()`). */
  now: string;
}

/** What became of a profile. */
export interface UpsertedUser {
  readonly userId: string;
  /** Whether the user is new. */
  readonly created: boolean;
  /** Whether the identity was added to a user who was there before. */
  readonly linked: boolean;
  /** Whether that user was unconfirmed, so that all their sessions ended. */
  readonly sessionsEnded: boolean;
}

/**
 * Finds or makes the user of a profile. Whether the user is banned is for the
 * caller to ask.
 *
 * @param tx A transaction; nothing is left half done if it is rolled back.
 * @param profile What the provider said.
 * @param options Present moment.
 * @returns The user, and how they were come by.
 * @throws {Problem} `provider_email_needs_verification` when the identity is
 * new and the provider verified no e-mail address.
 */
export async function upsertFromProfile(
  tx: Queryable,
  profile: ProviderProfile,
  { now }: UpsertOptions,
): Promise<UpsertedUser> {
  // Another connection may make the user and then the identity just before we
  // do; each time, the next round sees what it made.
  for (let round = 0; round < 3; round++) {
    const user = await refreshKnown(tx, profile, now) ??
      await linkOrCreate(tx, profile, now);
    if (user !== undefined) return user;
  }
  throw new Problem(
    "server_busy",
    "Cannot finish the sign-in: the same account is being changed, try again",
    { retryAfter: 1 },
  );
}

async function refreshKnown(
  tx: Queryable,
  profile: ProviderProfile,
  now: string,
): Promise<UpsertedUser | undefined> {
  const { provider, subject, email, emailVerified, claims } = profile;
  const identity = firstRow(
    await tx.query(
      "SELECT user_id FROM _auth_identities WHERE provider = $1 AND subject = $2",
      [provider, subject],
    ),
  );
  if (identity === undefined) return undefined;
  const userId = identity["user_id"] as string;
  // The user's row before the identity's, here and in link(): two transactions
  // that lock them in different orders would wait for each other.
  await tx.query(
    "UPDATE _auth_users SET last_sign_in_at = $2 WHERE id = $1",
    [userId, now],
  );
  const { rowCount } = await tx.query(
    `UPDATE _auth_identities
     SET email = $4, email_verified = $5, identity_data = $6,
       updated_at = $7, last_sign_in_at = $7
     WHERE provider = $1 AND subject = $2 AND user_id = $3`,
    [
      provider,
      subject,
      userId,
      email,
      emailVerified,
      JSON.stringify(claims),
      now,
    ],
  );
  if (rowCount === 0) return undefined; // removed while we waited for the user
  return { userId, created: false, linked: false, sessionsEnded: false };
}

async function linkOrCreate(
  tx: Queryable,
  profile: ProviderProfile,
  now: string,
): Promise<UpsertedUser | undefined> {
  const address = profile.emailVerified && profile.email !== null
    ? parseEmail(profile.email)
    : null;
  if (address === null) {
    throw new Problem(
      "provider_email_needs_verification",
      `Cannot finish the sign-in: ${profile.provider} has no verified e-mail address for this account`,
    );
  }
  // Writing the row first locks it, on every engine.
  const user = firstRow(
    await tx.query(
      `UPDATE _auth_users SET updated_at = $2 WHERE email_key = $1
       RETURNING id, email_confirmed_at, app_metadata, user_metadata`,
      [address.key, now],
    ),
  );
  return user === undefined
    ? await create(tx, { profile, address, now })
    : await link(tx, { profile, user, now });
}

interface CreateParts {
  profile: ProviderProfile;
  address: EmailAddress;
  now: string;
}

async function create(
  tx: Queryable,
  { profile, address, now }: CreateParts,
): Promise<UpsertedUser | undefined> {
  const { provider, claims } = profile;
  const userId = crypto.randomUUID();
  const { rows } = await tx.query(
    `INSERT INTO _auth_users (id, email, email_key, encrypted_password, role,
       created_at, updated_at, last_sign_in_at, email_confirmed_at,
       app_metadata, user_metadata)
     VALUES ($1, $2, $3, '', 'authenticated', $4, $4, $4, $4, $5, $6)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      userId,
      address.email,
      address.key,
      now,
      JSON.stringify({ provider, providers: [provider] }),
      JSON.stringify(claims),
    ],
  );
  if (rows.length === 0) return undefined;
  if (!await addIdentity(tx, { profile, userId, now })) {
    await tx.query("DELETE FROM _auth_users WHERE id = $1", [userId]);
    return undefined;
  }
  return { userId, created: true, linked: false, sessionsEnded: false };
}

interface LinkParts {
  profile: ProviderProfile;
  user: Row;
  now: string;
}

async function link(
  tx: Queryable,
  { profile, user, now }: LinkParts,
): Promise<UpsertedUser | undefined> {
  const { provider, claims } = profile;
  const userId = user["id"] as string;
  const confirmed = user["email_confirmed_at"] !== null;
  if (!confirmed) await dropUnproven(tx, userId, now);
  if (!await addIdentity(tx, { profile, userId, now })) return undefined;

  // Only the server and the operator write app_metadata: it stays.
  const app = parseObject(user["app_metadata"]);
  const before = confirmed && Array.isArray(app["providers"])
    ? app["providers"] as unknown[]
    : [];
  const appMetadata = {
    ...app,
    provider: confirmed ? app["provider"] ?? provider : provider,
    providers: [...new Set([...before, provider])],
  };
  const userMetadata = confirmed
    ? merged(parseObject(user["user_metadata"]), claims)
    : claims;
  await tx.query(
    `UPDATE _auth_users
     SET app_metadata = $2, user_metadata = $3, last_sign_in_at = $4,
       email_confirmed_at = COALESCE(email_confirmed_at, $4)
     WHERE id = $1`,
    [
      userId,
      JSON.stringify(appMetadata),
      JSON.stringify(userMetadata),
      now,
    ],
  );
  return { userId, created: false, linked: true, sessionsEnded: !confirmed };
}

/** Takes from a user all that somebody without the mailbox can have left. */
async function dropUnproven(
  tx: Queryable,
  userId: string,
  now: string,
): Promise<void> {
  await tx.query(
    "UPDATE _auth_users SET encrypted_password = '' WHERE id = $1",
    [userId],
  );
  await tx.query("DELETE FROM _auth_identities WHERE user_id = $1", [userId]);
  await endAllSessions(tx, userId, {
    reason: "identity_linked",
    now: Date.parse(now),
  });
}

interface IdentityParts {
  profile: ProviderProfile;
  userId: string;
  now: string;
}

/** Adds an identity; answers `false` when somebody else added it just now. */
async function addIdentity(
  tx: Queryable,
  { profile, userId, now }: IdentityParts,
): Promise<boolean> {
  const { provider, subject, email, emailVerified, claims } = profile;
  const { rows } = await tx.query(
    `INSERT INTO _auth_identities (id, user_id, provider, subject, email,
       email_verified, identity_data, created_at, updated_at, last_sign_in_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      crypto.randomUUID(),
      userId,
      provider,
      subject,
      email,
      emailVerified,
      JSON.stringify(claims),
      now,
    ],
  );
  return rows.length === 1;
}

/** Adds claims where they fit: a sign-in does not fail for want of room. */
function merged(present: JsonObject, claims: JsonObject): JsonObject {
  const both = { ...present, ...claims };
  const { length } = new TextEncoder().encode(JSON.stringify(both));
  return length <= maxUserMetadataBytes ? both : present;
}

function parseObject(json: unknown): JsonObject {
  if (typeof json !== "string") return {};
  try {
    const value: unknown = JSON.parse(json);
    return isJsonObject(value) ? value : {};
  } catch {
    return {}; // somebody wrote the column by SQL
  }
}
