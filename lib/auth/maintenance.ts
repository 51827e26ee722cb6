/**
 * Removes what has had its time: expired tokens, flows and sessions, old audit rows.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import type { AuthContext } from "./context.ts";

/** How long the audit log reaches back. */
export const auditRetentionDays = 90;
/** Rows of the audit log; beyond it the oldest go, however young they are. */
export const maxAuditRows = 1_000_000;

const day = 24 * 60 * 60_000;
/** Rows removed in one transaction, so that nobody waits long for the writer. */
const chunk = 500;

/** Each statement removes at most `$2` rows older than `$1`. */
const purges: readonly {
  readonly sql: string;
  readonly age: number;
}[] = [
  {
    sql: `DELETE FROM _auth_refresh_tokens WHERE token_hash IN
      (SELECT token_hash FROM _auth_refresh_tokens WHERE expires_at < $1 LIMIT $2)`,
    age: 0,
  },
  {
    // A day after its end no access token of a session can be left.
    sql: `DELETE FROM _auth_sessions WHERE id IN
      (SELECT id FROM _auth_sessions WHERE ended_at IS NOT NULL AND ended_at < $1 LIMIT $2)`,
    age: day,
  },
  {
    // Abandoned: the last refresh token has expired and was purged above.
    sql: `DELETE FROM _auth_sessions WHERE id IN
      (SELECT id FROM _auth_sessions WHERE refreshed_at < $1 AND NOT EXISTS
        (SELECT 1 FROM _auth_refresh_tokens WHERE session_id = _auth_sessions.id) LIMIT $2)`,
    age: day,
  },
];

const purgeAudit = `DELETE FROM _auth_audit_log WHERE (at, id) IN
  (SELECT at, id FROM _auth_audit_log WHERE at < $1 LIMIT $2)`;

/**
 * Removes everything that is due, a chunk at a time.
 *
 * @param context Collaborators.
 * @param limits Rows of the audit log.
 * @returns Rows removed.
 */
export async function purge(
  context: AuthContext,
  { auditRows = maxAuditRows }: { auditRows?: number } = {},
): Promise<number> {
  context.tokens.forgetExpired();
  let total = await context.oauth.purgeExpired();
  for (const { sql, age } of purges) {
    const before = timestamp(context.clock.now() - age);
    total += await removeInChunks(context, sql, before);
  }
  const oldest = timestamp(context.clock.now() - auditRetentionDays * day);
  const { rows } = await context.db.query(
    "SELECT at FROM _auth_audit_log ORDER BY at DESC LIMIT 1 OFFSET $1",
    [auditRows - 1],
  );
  const first = rows[0]?.[0] as string | undefined;
  const keepFrom = first !== undefined && first > oldest ? first : oldest;
  return total + await removeInChunks(context, purgeAudit, keepFrom);
}

async function removeInChunks(
  context: AuthContext,
  sql: string,
  before: string,
): Promise<number> {
  let total = 0;
  let removed: number;
  do {
    ({ rowCount: removed } = await context.db.query(sql, [before, chunk]));
    total += removed;
  } while (removed === chunk);
  return total;
}

const intervalMs = 10 * 60_000;

/** Runs {@linkcode purge} now and then, one at a time. */
export class MaintenanceJob {
  #context: AuthContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #running = false;

  /**
   * Starts the job; it keeps no process alive.
   *
   * @param context Collaborators.
   */
  start(context: AuthContext): void {
    this.#context = context;
    this.#timer = setInterval(() => this.run(), intervalMs);
    Deno.unrefTimer(this.#timer);
  }

  /** Stops the job; a run that is under way fails quietly once the database is closed. */
  stop(): void {
    clearInterval(this.#timer);
    this.#context = undefined;
  }

  /** Purges now, unless that is under way already. Never throws. */
  async run(): Promise<void> {
    const context = this.#context;
    if (context === undefined || this.#running) return;
    this.#running = true;
    try {
      const removed = await purge(context);
      if (removed > 0) context.log.info("auth.purged", { rows: removed });
    } catch (cause) {
      const name = cause instanceof Error ? cause.name : "unknown";
      if (this.#context !== undefined) {
        context.log.error("auth.purge_failed", { cause: name });
      }
    } finally {
      this.#running = false;
    }
  }
}
