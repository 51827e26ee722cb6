/**
 * Writes the audit log: who did what to an account, when, from where — never with what secret.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
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
}

/** One entry. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly userId?: string | undefined;
  readonly sessionId?: string | undefined;
  readonly provider?: string | undefined;
  readonly reason?: string | undefined;
}

/** Entries after which {@linkcode AuditLogOptions.onMany} is called. */
const many = 10_000;

/** Settings of {@linkcode AuditLog}. */
export interface AuditLogOptions {
  /** Called after every ten thousand entries, so that the table cannot outgrow its bound by much. */
  onMany(): void;
}

/** The audit log. */
export class AuditLog {
  readonly #onMany: () => void;
  #written = 0;

  /**
   * @param options What to do when much was written.
   */
  constructor({ onMany }: AuditLogOptions) {
    this.#onMany = onMany;
  }

  /**
   * Adds an entry, in the transaction of what it tells.
   *
   * @param tx The transaction.
   * @param entry What happened.
   * @param from Where it came from, and when (milliseconds since 1970).
   */
  async write(
    tx: Queryable,
    entry: AuditEntry,
    { client, now }: { client: Client; now: number },
  ): Promise<void> {
    await tx.query(
      `INSERT INTO _auth_audit_log (at, id, action, user_id, session_id, provider, reason, ip, request_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        timestamp(now),
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
    this.#written += 1;
    if (this.#written % many === 0) this.#onMany();
  }
}
