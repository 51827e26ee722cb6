/**
 * Writes the audit log: who did what to an account, when, from where — never with what secret.
 *
 * @module
 */

import type { Queryable } from "../engine/engine.ts";

/** What can happen to an account. */
export type AuditAction =
  | "sign_up"
  | "sign_in"
  | "sign_in_failed"
  | "refresh"
  | "refresh_reused"
  | "sign_out"
  | "user_updated"
  | "password_changed"
  | "oauth_sign_in"
  | "oauth_failed"
  | "identity_linked";

/** Where a call came from. */
export interface Client {
  /** Client address. */
  readonly address: string;
  /** `User-Agent`, cut to 200 characters. */
  readonly userAgent: string;
  /** Id of the request. */
  readonly requestId: string;
  /** Monotonic milliseconds when the request arrived. */
  readonly arrivedAt: number;
}

/** One entry. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly provider?: string | undefined;
  readonly reason?: string | undefined;
}

/**
 * Adds an entry, in the transaction of what it tells.
 *
 * @param db The transaction.
 * @param entry What happened.
 * @param client Where it came from.
 * @param at Moment, RFC 3339.
 */
export async function audit(
  db: Queryable,
  entry: AuditEntry,
  client: Client,
  at: string,
): Promise<void> {
  await db.query(
    `INSERT INTO _auth_audit_log (at, id, action, user_id, session_id, provider, reason, ip, request_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      at,
      crypto.randomUUID(),
      entry.action,
      entry.userId ?? null,
      entry.sessionId ?? null,
      entry.provider ?? null,
      entry.reason ?? null,
      client.address,
      client.requestId,
    ],
  );
}
