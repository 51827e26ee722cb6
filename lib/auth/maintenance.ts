/**
 * Removes what has had its time: expired tokens, flows and sessions, old audit rows.
 *
 * @module
 */

import { timestamp } from "../base/clock.ts";
import type { AuthContext } from "./context.ts";

/** How long the audit log reaches back. */
export const auditRetentionDays = 90;

const day = 24 * 60 * 60_000;
/** Rows removed in one transaction, so that nobody waits long for the writer. */
const chunk = 500;

/** Each statement removes at most `$2` rows older than `$1`. */
const purges: readonly {
  readonly table: string;
  readonly sql: string;
  readonly age: number;
}[] = [
  {
    table: "_auth_refresh_tokens",
    sql: `DELETE FROM _auth_refresh_tokens WHERE token_hash IN
      (SELECT token_hash FROM _auth_refresh_tokens WHERE expires_at < $1 LIMIT $2)`,
    age: 0,
  },
  {
    // A day after its end no access token of a session can be left.
    table: "_auth_sessions",
    sql: `DELETE FROM _auth_sessions WHERE id IN
      (SELECT id FROM _auth_sessions WHERE ended_at IS NOT NULL AND ended_at < $1 LIMIT $2)`,
    age: day,
  },
  {
    // Abandoned: the last refresh token has expired and was purged above.
    table: "_auth_sessions",
    sql: `DELETE FROM _auth_sessions WHERE id IN
      (SELECT id FROM _auth_sessions WHERE refreshed_at < $1 AND NOT EXISTS
        (SELECT 1 FROM _auth_refresh_tokens WHERE session_id = _auth_sessions.id) LIMIT $2)`,
    age: day,
  },
  {
    table: "_auth_audit_log",
    sql: `DELETE FROM _auth_audit_log WHERE (at, id) IN
      (SELECT at, id FROM _auth_audit_log WHERE at < $1 LIMIT $2)`,
    age: auditRetentionDays * day,
  },
];

/**
 * Removes everything that is due, a chunk at a time.
 *
 * @param context Collaborators.
 * @returns Rows removed.
 */
export async function purge(context: AuthContext): Promise<number> {
  context.tokens.forgetExpired();
  let total = await context.oauth.purgeExpired();
  for (const { sql, age } of purges) {
    let removed: number;
    do {
      const before = timestamp(context.clock.now() - age);
      ({ rowCount: removed } = await context.db.query(sql, [before, chunk]));
      total += removed;
    } while (removed === chunk);
  }
  return total;
}
