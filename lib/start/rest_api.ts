/**
 * Puts `/rest/v1` together. Loaded with its first request, so that the start does not pay for it.
 *
 * @module
 */

import { AccessTokens } from "../auth/access_tokens.ts";
import type { AuthContext } from "../auth/context.ts";
import { identify } from "../auth/identify.ts";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { JwtConfig, RestConfig } from "../config.ts";
import type { Engine, Identity, Session } from "../engine/engine.ts";
import type { RestLimits } from "../rest/context.ts";
import { openTableWarnings } from "../rest/open_tables.ts";
import type { SchemaPicture } from "../rest/schema/picture.ts";
import { SchemaCache } from "../rest/schema/schema_cache.ts";

/** What `/rest/v1` is made of. */
export interface RestParts {
  readonly config: RestConfig;
  readonly engine: Engine;
  readonly jwt: JwtConfig;
  /** The auth server; nothing when another server keeps users and sessions. */
  readonly auth: AuthContext | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** The service behind `/rest/v1`. */
export interface RestApi {
  /** Finds out who a token stands for. */
  identify(token: string | undefined): Promise<Identity>;
  /** Opens a session for somebody. */
  session(identity: Identity): Session;
  /** What is known of the exposed schemas, never older than the last definition. */
  picture(): SchemaPicture | Promise<SchemaPicture>;
  readonly limits: RestLimits;
  readonly maxBodyBytes: number;
}

/**
 * @param parts Collaborators.
 * @returns The service.
 */
export function startRest(
  { config, jwt, engine, auth, clock, log }: RestParts,
): RestApi {
  // It only checks tokens, so how long those live that it signs says nothing.
  const tokens = auth?.tokens ??
    new AccessTokens({ ...jwt, lifetimeSeconds: 3600, clock });
  const { schemas } = config;
  const db = engine.session({ role: "postgres" });
  const warn = openTableWarnings({ db, schemas, log });
  const cache = new SchemaCache({
    engine,
    schemas,
    log,
  });
  // Definitions have changed, or are seen for the first time.
  const check = () =>
    warn().catch((error: unknown) =>
      log.error("rest.check_failed", { reason: String(error) })
    );
  const context = {
    tokens,
    db: auth?.db,
    clock,
    // It changes before anybody is told of a commit; nobody else writes to this engine's files.
    dbVersion: auth?.dbVersion,
  };
  return {
    identify: (token) => identify(context, token),
    session: (identity) => engine.session(identity),
    picture: () => {
      const picture = cache.current();
      if (picture instanceof Promise) picture.then(check, () => {});
      return picture;
    },
    limits: {
      maxRows: config.maxRows ?? Infinity,
      timeoutMs: config.statementTimeoutMs,
      aggregates: config.aggregates,
      transactionEnd: config.txOverride,
      plans: config.plan,
    },
    maxBodyBytes: config.bodyLimit,
  };
}
