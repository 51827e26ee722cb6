/**
 * Sessions and their refresh tokens in the tables: open, rotate, end.
 *
 * A session is a refresh token family (RFC 9700, 4.14.2). Its newest token is the only one that can
 * be used; using it up and making the next is one transaction. Tables hold digests only.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import type { Queryable } from "../engine/engine.ts";
import { firstRow } from "../engine/rows.ts";
import type { Client } from "./audit.ts";
import { digest, randomSecret } from "./secrets.ts";

/** How long sessions and their tokens live. */
export interface SessionLimits {
  /** Life of a refresh token, which each rotation starts again, in milliseconds. */
  readonly refreshMs: number;
  /** Life of a session however often it is refreshed, in milliseconds. */
  readonly sessionMs: number;
  /** Open sessions of one user; one more ends the oldest. */
  readonly perUser: number;
}

/** Why a session ended. */
export type EndReason =
  | "signed_out"
  | "refresh_token_reused"
  | "password_changed"
  | "identity_linked"
  | "too_many_sessions";

/** A session and the one token that continues it. */
export interface OpenSession {
  readonly sessionId: string;
  readonly refreshToken: string;
  /** How the user signed in, for the `amr` claim. */
  readonly method: string;
  /** When the user signed in, in milliseconds since 1970. */
  readonly signedInAt: number;
}

/** Used tokens of a family that are remembered at least, to notice when one comes again. */
const usedTokensKept = 1000;
/** Refreshes after which the older ones are forgotten. */
const forgetEvery = 100;

/** What became of a refresh token that was presented. */
export type Rotated =
  | ({ readonly outcome: "rotated"; readonly userId: string } & OpenSession)
  /** Used up before; `parentOfCurrent` when its successor has not been used yet. */
  | {
    readonly outcome: "used";
    readonly sessionId: string;
    readonly userId: string;
    readonly rotatedAt: number;
    readonly parentOfCurrent: boolean;
    readonly sessionEnded: boolean;
  }
  /** Unknown, expired, revoked, or its session has ended. */
  | { readonly outcome: "refused" };

/** What a new session is made of. */
export interface NewSession {
  readonly userId: string;
  /** `password`, `oauth`, … */
  readonly method: string;
  readonly client: Client;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limits: SessionLimits;
}

/**
 * Opens a session.
 *
 * @param tx The transaction.
 * @param session Whose, how, from where, when.
 * @returns The session and its first refresh token.
 */
export async function openSession(
  tx: Queryable,
  session: NewSession,
): Promise<OpenSession> {
  const { userId, method, client, now, limits } = session;
  const sessionId = crypto.randomUUID();
  await tx.query(
    `INSERT INTO _auth_sessions (id, user_id, method, created_at, refreshed_at, not_after, ip, user_agent)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`,
    [
      sessionId,
      userId,
      method,
      timestamp(now),
      timestamp(now + limits.sessionMs),
      client.address,
      client.userAgent,
    ],
  );
  await endSessions(tx, {
    where:
      `id IN (SELECT id FROM _auth_sessions WHERE user_id = $4 AND ended_at IS NULL
                   ORDER BY created_at DESC LIMIT 1000000 OFFSET $5)`,
    params: [userId, limits.perUser],
    reason: "too_many_sessions",
    endAccess: false,
    now,
  });
  const refreshToken = await addRefreshToken(tx, {
    sessionId,
    userId,
    parentHash: null,
    now,
    limits,
  });
  return { sessionId, refreshToken, method, signedInAt: now };
}

/**
 * Uses up a refresh token and makes its successor: of many that try, one succeeds.
 *
 * @param tx The transaction.
 * @param tokenHash Digest of the token.
 * @param now Milliseconds since 1970.
 * @param limits Lifetimes.
 * @returns What became of it.
 */
export async function rotateRefreshToken(
  tx: Queryable,
  tokenHash: string,
  { now, limits }: { now: number; limits: SessionLimits },
): Promise<Rotated> {
  const at = timestamp(now);
  const used = firstRow(
    await tx.query(
      `UPDATE _auth_refresh_tokens SET rotated_at = $2
       WHERE token_hash = $1 AND rotated_at IS NULL AND revoked_at IS NULL AND expires_at > $2
         AND EXISTS (SELECT 1 FROM _auth_sessions
                     WHERE _auth_sessions.id = _auth_refresh_tokens.session_id
                       AND ended_at IS NULL AND not_after > $2)
       RETURNING session_id, user_id`,
      [tokenHash, at],
    ),
  );
  if (used === undefined) return await explainRefusal(tx, tokenHash);
  const sessionId = used["session_id"] as string;
  const userId = used["user_id"] as string;
  const session = firstRow(
    await tx.query(
      `UPDATE _auth_sessions SET refreshed_at = $2, refresh_count = refresh_count + 1
       WHERE id = $1 RETURNING method, created_at, refresh_count`,
      [sessionId, at],
    ),
  );
  if (Number(session!["refresh_count"]) % forgetEvery === 0) {
    await forgetUsedTokens(tx, sessionId);
  }
  const refreshToken = await addRefreshToken(tx, {
    sessionId,
    userId,
    parentHash: tokenHash,
    now,
    limits,
  });
  return {
    outcome: "rotated",
    userId,
    sessionId,
    refreshToken,
    method: session!["method"] as string,
    signedInAt: Date.parse(session!["created_at"] as string),
  };
}

/** Whose sessions end, why, and whether access tokens end with them. */
export interface EndSessions {
  /** Condition on `_auth_sessions`; its parameters start at `$4`. */
  readonly where: string;
  readonly params: readonly (string | number)[];
  readonly reason: EndReason;
  /** Whether access tokens that are out stop working now rather than at their `exp`. */
  readonly endAccess: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Ends sessions: none of their refresh tokens can be used again.
 *
 * @param tx The transaction.
 * @param end Which sessions, why, how thoroughly.
 * @returns Ids of the sessions that were still open.
 */
export async function endSessions(
  tx: Queryable,
  end: EndSessions,
): Promise<string[]> {
  const at = timestamp(end.now);
  const ended = await tx.query(
    `UPDATE _auth_sessions SET ended_at = $1, end_reason = $2, access_ended_at = $3
     WHERE ended_at IS NULL AND ${end.where} RETURNING id`,
    [at, end.reason, end.endAccess ? at : null, ...end.params],
  );
  const ids = ended.rows.map(([id]) => id as string);
  for (const id of ids) {
    await tx.query(
      `UPDATE _auth_refresh_tokens SET revoked_at = $2
       WHERE session_id = $1 AND rotated_at IS NULL AND revoked_at IS NULL`,
      [id, at],
    );
  }
  return ids;
}

/**
 * Ends every session of a user and refuses the access tokens that are out, also those of sessions
 * that were signed out before.
 *
 * @param tx The transaction.
 * @param userId Whose sessions.
 * @param reason Why.
 * @param now Milliseconds since 1970.
 */
export async function endAllSessions(
  tx: Queryable,
  userId: string,
  { reason, now }: { reason: EndReason; now: number },
): Promise<void> {
  await endSessions(tx, {
    where: "user_id = $4",
    params: [userId],
    reason,
    endAccess: true,
    now,
  });
  await tx.query(
    `UPDATE _auth_sessions SET access_ended_at = $2 WHERE user_id = $1 AND access_ended_at IS NULL`,
    [userId, timestamp(now)],
  );
}

/**
 * @param db Where to look.
 * @param tokenHash Digest of a refresh token.
 * @returns Its session and user, whether or not it can still be used.
 */
export async function findSessionOfToken(
  db: Queryable,
  tokenHash: string,
): Promise<{ sessionId: string; userId: string } | undefined> {
  const row = firstRow(
    await db.query(
      `SELECT session_id, user_id FROM _auth_refresh_tokens WHERE token_hash = $1`,
      [tokenHash],
    ),
  );
  return row === undefined ? undefined : {
    sessionId: row["session_id"] as string,
    userId: row["user_id"] as string,
  };
}

async function addRefreshToken(
  tx: Queryable,
  token: {
    sessionId: string;
    userId: string;
    parentHash: string | null;
    now: number;
    limits: SessionLimits;
  },
): Promise<string> {
  const secret = randomSecret();
  await tx.query(
    `INSERT INTO _auth_refresh_tokens (token_hash, session_id, user_id, parent_hash, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      digest(secret),
      token.sessionId,
      token.userId,
      token.parentHash,
      timestamp(token.now),
      timestamp(token.now + token.limits.refreshMs),
    ],
  );
  return secret;
}

/**
 * Keeps a family from growing without end when somebody refreshes as fast as they can. A client
 * that refreshes every hour never gets here: its used tokens expire long before.
 */
async function forgetUsedTokens(
  tx: Queryable,
  sessionId: string,
): Promise<void> {
  await tx.query(
    `DELETE FROM _auth_refresh_tokens WHERE session_id = $1 AND rotated_at IS NOT NULL
       AND created_at < (SELECT created_at FROM _auth_refresh_tokens WHERE session_id = $1
                         ORDER BY created_at DESC LIMIT 1 OFFSET $2)`,
    [sessionId, usedTokensKept],
  );
}

/** Tells a used token, which may be stolen, from one that is merely no good. */
async function explainRefusal(
  tx: Queryable,
  tokenHash: string,
): Promise<Rotated> {
  const row = firstRow(
    await tx.query(
      `SELECT t.session_id, t.user_id, t.rotated_at, s.ended_at,
              (SELECT count(*) FROM _auth_refresh_tokens c
               WHERE c.session_id = t.session_id AND c.parent_hash = t.token_hash
                 AND c.rotated_at IS NULL AND c.revoked_at IS NULL) AS current_children
       FROM _auth_refresh_tokens t JOIN _auth_sessions s ON s.id = t.session_id
       WHERE t.token_hash = $1`,
      [tokenHash],
    ),
  );
  if (row === undefined || row["rotated_at"] === null) {
    return { outcome: "refused" };
  }
  return {
    outcome: "used",
    sessionId: row["session_id"] as string,
    userId: row["user_id"] as string,
    rotatedAt: Date.parse(row["rotated_at"] as string),
    parentOfCurrent: Number(row["current_children"]) > 0,
    sessionEnded: row["ended_at"] !== null,
  };
}
