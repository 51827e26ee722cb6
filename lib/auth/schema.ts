/**
 * The auth server's tables: ordinary tables of schema `auth`, which an operator can read with SQL and
 * nobody else is granted.
 *
 * No column holds a secret that could be
 * replayed: passwords are Argon2id strings, tokens are SHA-256 in hexadecimal.
 *
 * @module
 */

import type { Migration, TableName } from "../engine/engine.ts";
import firstTables from "./first_tables.json" with { type: "json" };

/** Where users, their identities and their sessions are. */
export const standingTables: readonly TableName[] = [
  ["auth", "_auth_users"],
  ["auth", "_auth_identities"],
  ["auth", "_auth_sessions"],
];

/** The history of the auth server's tables, oldest first. */
export const authMigrations: readonly Migration[] = [
  {
    name: "auth/001-first-tables",
    // Made from the statements by scripts/prepare_schema.ts.
    prepared: firstTables,
    statements: [
      `CREATE TABLE auth._auth_users (
        id uuid NOT NULL PRIMARY KEY,
        email text,
        encrypted_password text NOT NULL DEFAULT '',
        role text NOT NULL DEFAULT 'authenticated',
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        last_sign_in_at timestamptz,
        email_confirmed_at timestamptz,
        banned_until timestamptz,
        app_metadata jsonb NOT NULL DEFAULT '{}',
        user_metadata jsonb NOT NULL DEFAULT '{}',
        is_anonymous boolean NOT NULL DEFAULT false,
        email_key text
      )`,
      // The canonical form decides what "the same address" means (lib/auth/email_address.ts).
      `CREATE UNIQUE INDEX _auth_users_email_key ON auth._auth_users (email_key)`,

      `CREATE TABLE auth._auth_identities (
        id uuid NOT NULL PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES auth._auth_users (id) ON DELETE CASCADE,
        provider text NOT NULL,
        subject text NOT NULL,
        email text,
        email_verified boolean NOT NULL DEFAULT false,
        identity_data jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        last_sign_in_at timestamptz
      )`,
      `CREATE UNIQUE INDEX _auth_identities_provider_subject ON auth._auth_identities (provider, subject)`,
      `CREATE INDEX _auth_identities_user ON auth._auth_identities (user_id)`,

      // A session is a refresh token family. `ended_at` stops refreshing; `access_ended_at` also
      // refuses the access tokens that are still out.
      `CREATE TABLE auth._auth_sessions (
        id uuid NOT NULL PRIMARY KEY,
        user_id uuid NOT NULL REFERENCES auth._auth_users (id) ON DELETE CASCADE,
        method text NOT NULL,
        created_at timestamptz NOT NULL,
        refreshed_at timestamptz NOT NULL,
        refresh_count integer NOT NULL DEFAULT 0,
        not_after timestamptz NOT NULL,
        ended_at timestamptz,
        end_reason text,
        access_ended_at timestamptz,
        ip text,
        user_agent text
      )`,
      `CREATE INDEX _auth_sessions_user ON auth._auth_sessions (user_id)`,
      `CREATE INDEX _auth_sessions_open ON auth._auth_sessions (user_id, created_at) WHERE ended_at IS NULL`,
      `CREATE INDEX _auth_sessions_ended ON auth._auth_sessions (ended_at) WHERE ended_at IS NOT NULL`,

      `CREATE TABLE auth._auth_refresh_tokens (
        token_hash text NOT NULL PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES auth._auth_sessions (id) ON DELETE CASCADE,
        user_id uuid NOT NULL,
        parent_hash text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        rotated_at timestamptz,
        revoked_at timestamptz
      )`,
      `CREATE INDEX _auth_refresh_tokens_session ON auth._auth_refresh_tokens (session_id)`,
      `CREATE INDEX _auth_refresh_tokens_expiry ON auth._auth_refresh_tokens (expires_at)`,

      `CREATE TABLE auth._auth_oauth_flows (
        state_hash text NOT NULL PRIMARY KEY,
        provider text NOT NULL,
        code_verifier text NOT NULL,
        redirect_to text,
        browser_hash text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL
      )`,
      `CREATE INDEX _auth_oauth_flows_expiry ON auth._auth_oauth_flows (expires_at)`,

      `CREATE TABLE auth._auth_audit_log (
        at timestamptz NOT NULL,
        id uuid NOT NULL,
        action text NOT NULL,
        user_id uuid,
        session_id uuid,
        provider text,
        reason text,
        ip text,
        request_id text,
        PRIMARY KEY (at, id)
      )`,
    ],
  },
];
