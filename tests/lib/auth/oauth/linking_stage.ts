/**
 * Profiles and accounts for tests of identity linking.
 *
 * @module
 */

import { equal } from "node:assert/strict";
import {
  type UpsertedUser,
  upsertFromProfile,
} from "../../../../lib/auth/oauth/identity_linking.ts";
import {
  githubProfile,
  googleProfile,
  type ProviderProfile,
} from "../../../../lib/auth/oauth/profile.ts";
import { timestamp } from "../../../../lib/base/clock.ts";
import type { SqlValue } from "../../../../lib/engine/engine.ts";
import type { Row } from "../../../../lib/engine/rows.ts";
import type { AuthTables } from "./auth_tables.ts";

const start = Date.UTC(2026, 3, 26, 10);
/** When accounts were made. */
export const before = timestamp(start);
/** When profiles arrive. */
export const now = timestamp(start + 60_000);

/** What google says. */
export function google(
  { sub = "g-1", email = "ada@example.com", verified = true } = {},
): ProviderProfile {
  const said = { sub, email, "email_verified": verified, name: "Ada" };
  return googleProfile(said, "https://accounts.google.com");
}

/** What github says. */
export function github(
  { id = 7, email = "ada@example.com", verified = true } = {},
): ProviderProfile {
  return githubProfile(
    { id, login: "ada-l", name: "Ada L" },
    [{ email, primary: true, verified }],
    "https://github.com/login/oauth",
  );
}

/** Brings a profile in, as a transaction. */
export function upsert(
  { session }: AuthTables,
  profile: ProviderProfile,
): Promise<UpsertedUser> {
  return session.transaction((tx) => upsertFromProfile(tx, profile, { now }));
}

/** The only row of a query. */
export async function one(
  tables: AuthTables,
  sql: string,
  params: SqlValue[] = [],
): Promise<Row> {
  const rows = await tables.sql(sql, params);
  equal(rows.length, 1, sql);
  return rows[0]!;
}

/** Rows of a table. */
export async function count(
  tables: AuthTables,
  table: string,
): Promise<number> {
  return (await tables.sql(`SELECT * FROM ${table}`)).length;
}

/** A password account with an open and a signed-out session. */
export async function passwordUser(
  tables: AuthTables,
  { confirmed, email = "ada@example.com" }: {
    confirmed: boolean;
    email?: string;
  },
): Promise<string> {
  const id = crypto.randomUUID();
  await tables.sql(
    `INSERT INTO _auth_users (id, email, email_key, encrypted_password, created_at,
       updated_at, email_confirmed_at, app_metadata, user_metadata)
     VALUES ($1, $2, $2, '$argon2id$stranger', $3, $3, $4, $5, $6)`,
    [
      id,
      email,
      before,
      confirmed ? before : null,
      JSON.stringify({ provider: "email", providers: ["email"], plan: "gold" }),
      JSON.stringify({ name: "Chosen", theme: "dark" }),
    ],
  );
  await tables.sql(
    `INSERT INTO _auth_identities (id, user_id, provider, subject, email, created_at, updated_at)
     VALUES ($1, $2, 'email', $3, $4, $5, $5)`,
    [crypto.randomUUID(), id, id, email, before],
  );
  for (const endedAt of [null, before]) {
    const sessionId = crypto.randomUUID();
    await tables.sql(
      `INSERT INTO _auth_sessions (id, user_id, method, created_at, refreshed_at,
         not_after, ended_at, end_reason)
       VALUES ($1, $2, 'password', $3, $3, '2027-01-01T00:00:00.000Z', $4, $5)`,
      [sessionId, id, before, endedAt, endedAt && "signed_out"],
    );
    await tables.sql(
      `INSERT INTO _auth_refresh_tokens (token_hash, session_id, user_id, created_at, expires_at)
       VALUES ($1, $2, $3, $4, '2027-01-01T00:00:00.000Z')`,
      [crypto.randomUUID(), sessionId, id, before],
    );
  }
  return id;
}
