/**
 * Builds the auth server out of its parts.
 *
 * @module
 */

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Metrics } from "../base/metrics.ts";
import type { Engine } from "../engine/engine.ts";
import { AccessTokens } from "./access_tokens.ts";
import { AuditLog } from "./audit.ts";
import type { AuthContext } from "./context.ts";
import { HashQueue } from "./hash_queue.ts";
import { MaintenanceJob } from "./maintenance.ts";
import { OAuthFlows, type OAuthFlowsOptions } from "./oauth/flow.ts";
import { type Argon2Cost, Passwords } from "./passwords.ts";
import { Rotations } from "./rotations.ts";
import { authMigrations, standingTables } from "./schema.ts";
import type { SessionLimits } from "./sessions.ts";
import { type ThrottleLimits, Throttles } from "./throttles.ts";

/** Settings of the auth server. */
export interface AuthSettings {
  /** Key that signs access tokens, at least 32 bytes. */
  readonly jwtSecret: string;
  /** Key that still verifies while a rotation is under way. */
  readonly jwtSecretPrevious?: string | undefined;
  /** `iss` of access tokens. */
  readonly jwtIssuer: string;
  readonly accessTokenSeconds: number;
  readonly sessionLimits: SessionLimits;
  readonly passwordMinLength: number;
  readonly argon2: Argon2Cost;
  /** Password hashes at the same time: the number of cores. */
  readonly hashPermits: number;
  /** Password hashes that may wait. */
  readonly hashQueueCapacity: number;
  readonly throttles: ThrottleLimits;
  readonly oauth: Pick<OAuthFlowsOptions, "providers" | "redirects">;
}

/** What the auth server works with. */
export interface AuthDeps {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** A running auth server. */
export interface Auth {
  readonly context: AuthContext;
  /** Stops the maintenance job. */
  stop(): void;
}

/**
 * Brings the tables up to date and builds the auth server.
 *
 * @param settings Settings.
 * @param deps Database, clock, log, metrics.
 * @returns The auth server, its maintenance job running.
 */
export async function startAuth(
  settings: AuthSettings,
  deps: AuthDeps,
): Promise<Auth> {
  const { engine, clock, log, metrics } = deps;
  await engine.migrate(authMigrations);
  const db = engine.session({ role: "postgres", searchPath: "auth" });
  const queue = new HashQueue({
    permits: settings.hashPermits,
    capacity: settings.hashQueueCapacity,
  });
  measure(queue, metrics);
  const maintenance = new MaintenanceJob();
  const context: AuthContext = {
    db,
    dbVersion: engine.follow(standingTables),
    passwords: new Passwords({
      cost: settings.argon2,
      minLength: settings.passwordMinLength,
      queue,
    }),
    tokens: new AccessTokens({
      secret: settings.jwtSecret,
      previousSecret: settings.jwtSecretPrevious,
      issuer: settings.jwtIssuer,
      lifetimeSeconds: settings.accessTokenSeconds,
      clock,
    }),
    throttles: new Throttles(settings.throttles, clock),
    rotations: new Rotations({ clock }),
    audit: new AuditLog({ onMany: () => maintenance.run() }),
    oauth: new OAuthFlows({ ...settings.oauth, session: db, clock }),
    limits: settings.sessionLimits,
    clock,
    log,
  };
  maintenance.start(context);
  return { context, stop: () => maintenance.stop() };
}

function measure(queue: HashQueue, metrics: Metrics): void {
  metrics.gauge(
    "heliosdb_hash_running",
    "Password hashes being computed.",
    () => queue.stats.running,
  );
  metrics.gauge(
    "heliosdb_hash_waiting",
    "Password hashes waiting for a core.",
    () => queue.stats.waiting,
  );
  metrics.observedCounter(
    "heliosdb_hash_total",
    "Password hashes computed.",
    () => queue.stats.finished,
  );
  metrics.observedCounter(
    "heliosdb_hash_refused_total",
    "Password hashes refused because too many were waiting.",
    () => queue.stats.refused,
  );
}
