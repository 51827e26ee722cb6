/**
 * How long a session may be idle: the server's limit, or `idle_session_timeout` of the session.
 *
 * @module
 */

import type { ClientSession } from "../engine/client_session.ts";

/** Milliseconds of each unit (PostgreSQL manual, 20.1.1). */
const units: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * @param session Session.
 * @param serverMs The server's limit in milliseconds, 0 for none.
 * @returns The smaller of both in milliseconds, 0 for none.
 */
export function idleLimit(session: ClientSession, serverMs: number): number {
  const text = session.eval.setting("idle_session_timeout") ?? "0";
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/.exec(text);
  const ownMs = Number(match?.[1] ?? 0) * (units[match?.[2] || "ms"] ?? 1);
  if (ownMs === 0 || serverMs === 0) return Math.max(ownMs, serverMs);
  return Math.min(ownMs, serverMs);
}
