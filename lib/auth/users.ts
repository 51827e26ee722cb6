/**
 * User rows, and the two shapes they take outside: JSON for the client, claims for the token.
 *
 * @module
 */

// deno-lint-ignore-file camelcase -- the user object has Supabase's names

import { firstRow, type Row, rowsOf } from "../engine/rows.ts";
import type { Queryable } from "../engine/engine.ts";

/** A row of `_auth_users`. Moments are RFC 3339 texts. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly encryptedPassword: string;
  readonly role: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly lastSignInAt: string | null;
  readonly emailConfirmedAt: string | null;
  readonly bannedUntil: string | null;
  readonly appMetadata: Readonly<Record<string, unknown>>;
  readonly userMetadata: Readonly<Record<string, unknown>>;
  readonly isAnonymous: boolean;
}

/** A row of `_auth_identities` as clients see it (GoTrue: `id` is the provider's subject). */
export interface Identity {
  readonly identity_id: string;
  readonly id: string;
  readonly user_id: string;
  readonly provider: string;
  readonly identity_data: Readonly<Record<string, unknown>>;
  readonly email?: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly last_sign_in_at: string | null;
}

/** The user object of every answer; the first four are the tutorial's. */
export interface UserAnswer {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly created_at: string;
  readonly aud: "authenticated";
  readonly phone: "";
  readonly updated_at: string;
  readonly last_sign_in_at?: string;
  readonly email_confirmed_at?: string;
  readonly confirmed_at?: string;
  readonly app_metadata: Readonly<Record<string, unknown>>;
  readonly user_metadata: Readonly<Record<string, unknown>>;
  readonly identities: readonly Identity[];
  readonly is_anonymous: boolean;
}

/** Columns that {@linkcode toUser} reads. */
export const userColumns =
  "id, email, encrypted_password, role, created_at, updated_at, last_sign_in_at, " +
  "email_confirmed_at, banned_until, app_metadata, user_metadata, is_anonymous";

/**
 * @param row A row with {@linkcode userColumns}.
 * @returns The user.
 */
export function toUser(row: Row): User {
  return {
    id: row["id"] as string,
    email: row["email"] as string | null,
    encryptedPassword: row["encrypted_password"] as string,
    role: row["role"] as string,
    createdAt: row["created_at"] as string,
    updatedAt: row["updated_at"] as string,
    lastSignInAt: row["last_sign_in_at"] as string | null,
    emailConfirmedAt: row["email_confirmed_at"] as string | null,
    bannedUntil: row["banned_until"] as string | null,
    appMetadata: toObject(row["app_metadata"]),
    userMetadata: toObject(row["user_metadata"]),
    isAnonymous: row["is_anonymous"] === true,
  };
}

/**
 * @param db Where to look.
 * @param key Canonical key of an e-mail address.
 * @returns The user, if there is one.
 */
export async function findUserByEmailKey(
  db: Queryable,
  key: string,
): Promise<User | undefined> {
  const row = firstRow(
    await db.query(
      `SELECT ${userColumns} FROM _auth_users WHERE email_key = $1`,
      [key],
    ),
  );
  return row === undefined ? undefined : toUser(row);
}

/**
 * @param db Where to look.
 * @param id The user's id.
 * @returns The user, if there is one.
 */
export async function findUserById(
  db: Queryable,
  id: string,
): Promise<User | undefined> {
  const row = firstRow(
    await db.query(`SELECT ${userColumns} FROM _auth_users WHERE id = $1`, [
      id,
    ]),
  );
  return row === undefined ? undefined : toUser(row);
}

/**
 * @param db Where to look.
 * @param userId The user's id.
 * @returns The user's identities, oldest first.
 */
export async function identitiesOf(
  db: Queryable,
  userId: string,
): Promise<Identity[]> {
  const result = await db.query(
    `SELECT id, user_id, provider, subject, email, identity_data, created_at, updated_at, last_sign_in_at
     FROM _auth_identities WHERE user_id = $1`,
    [userId],
  );
  const identities = rowsOf(result).map((row) => ({
    identity_id: row["id"] as string,
    id: row["subject"] as string,
    user_id: row["user_id"] as string,
    provider: row["provider"] as string,
    identity_data: toObject(row["identity_data"]),
    ...(row["email"] === null ? {} : { email: row["email"] as string }),
    created_at: toSeconds(row["created_at"] as string),
    updated_at: toSeconds(row["updated_at"] as string),
    last_sign_in_at: row["last_sign_in_at"] === null
      ? null
      : toSeconds(row["last_sign_in_at"] as string),
  }));
  // A user has one or two: sorting them here is much cheaper than a sorter in the database.
  return identities.sort((a, b) =>
    compare(a.created_at, b.created_at) || compare(a.id, b.id)
  );
}

/**
 * @param user The user.
 * @param identities The user's identities.
 * @returns The object that answers carry.
 */
export function toUserAnswer(
  user: User,
  identities: readonly Identity[],
): UserAnswer {
  const confirmed = user.emailConfirmedAt === null ? {} : {
    email_confirmed_at: toSeconds(user.emailConfirmedAt),
    confirmed_at: toSeconds(user.emailConfirmedAt),
  };
  return {
    id: user.id,
    email: user.email ?? "",
    role: user.role,
    created_at: toSeconds(user.createdAt),
    aud: "authenticated",
    phone: "",
    updated_at: toSeconds(user.updatedAt),
    ...(user.lastSignInAt === null
      ? {}
      : { last_sign_in_at: toSeconds(user.lastSignInAt) }),
    ...confirmed,
    app_metadata: user.appMetadata,
    user_metadata: user.userMetadata,
    identities,
    is_anonymous: user.isAnonymous,
  };
}

/**
 * @param user The user.
 * @param now Present moment, milliseconds since 1970.
 * @returns Whether the user is banned at that moment.
 */
export function isBanned(
  { bannedUntil }: Pick<User, "bannedUntil">,
  now: number,
): boolean {
  // A person may write the column by SQL in any spelling, also as "infinity".
  return bannedUntil !== null && !(Date.parse(bannedUntil) <= now);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Tables keep milliseconds; answers show seconds, as the tutorial prints them. */
function toSeconds(moment: string): string {
  return moment.length === 24 && moment[19] === "."
    ? `${moment.slice(0, 19)}Z`
    : moment;
}

function toObject(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "string") return {};
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : {};
  } catch {
    return {}; // somebody wrote the column by SQL
  }
}
