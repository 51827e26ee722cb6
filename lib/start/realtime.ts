/**
 * Puts `/realtime/v1` together. Loaded with its first request, so that the start does not pay for it.
 *
 * @module
 */

import { AccessTokens } from "../auth/access_tokens.ts";
import type { AuthContext } from "../auth/context.ts";
import { identify } from "../auth/identify.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { JwtConfig, RealtimeConfig } from "../config.ts";
import type { OpenEngine } from "../engine/session/open_engine.ts";
import { MessagePolicies } from "../realtime/authorization.ts";
import { Changes } from "../realtime/changes/changes.ts";
import { defaultLimits, type RealtimeLimits } from "../realtime/limits.ts";
import { Realtime } from "../realtime/realtime.ts";
import { binaryFrame, textFrame } from "../websocket/frames.ts";

/** What `/realtime/v1` is made of. */
export interface RealtimeParts {
  readonly config: RealtimeConfig;
  readonly engine: OpenEngine;
  readonly jwt: JwtConfig;
  /** The auth server; nothing when another server keeps users and sessions. */
  readonly auth: AuthContext | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Limits that differ from the usual ones and that no setting has. */
  readonly limits?: Partial<RealtimeLimits> | undefined;
}

/**
 * @param parts Collaborators.
 * @returns The service; stop it before the HTTP server.
 */
export function startRealtime(
  { config, engine, jwt, auth, clock, log, metrics, limits }: RealtimeParts,
): Realtime {
  const { schemas, sockets, socketsPerAddress, privateOnly } = config;
  // It only checks tokens, so how long those live that it signs says nothing.
  const tokens = auth?.tokens ??
    new AccessTokens({ ...jwt, lifetimeSeconds: 3600, clock });
  const encode = (message: string | Uint8Array) =>
    typeof message === "string" ? textFrame(message) : binaryFrame(message);
  const { backlogRows } = { ...defaultLimits, ...limits };
  const reader = engine.changeReader;
  return new Realtime({
    identify: (token) => identify({ tokens, db: auth?.db, clock }, token),
    changes: new Changes({
      feed: engine.changes,
      reader,
      schemas,
      encode,
      backlogRows,
      log,
    }),
    authorization: new MessagePolicies(reader),
    encode,
    clock,
    log,
    metrics,
    limits: { sockets, socketsPerAddress, ...limits },
    privateOnly,
  });
}
