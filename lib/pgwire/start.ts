/**
 * Starts the PostgreSQL server the way the operator wants it: password of role `postgres`, key of the
 * salts, throttles, limits.
 *
 * @module
 */

import { defaultThrottleLimits, Throttles } from "../auth/throttles.ts";
import { setOwnerPassword } from "../engine/owner_password.ts";
import {
  type PostgresServer,
  type PostgresServerOptions,
  servePostgres,
} from "./server.ts";
import { serverKey } from "../base/server_key.ts";

/** Settings of {@linkcode startPostgres}. */
export interface StartPostgresOptions
  extends Omit<PostgresServerOptions, "serverKey" | "throttles"> {
  /** Password of role `postgres`; nothing leaves what it has. */
  readonly password: string | undefined;
  /** Limits that differ from those of other sign-ins. */
  readonly throttles: {
    readonly failuresPerAccount: number;
    readonly failuresPerAddress: number;
  };
  /** Data directory; nothing for a database in memory. */
  readonly directory: string | undefined;
}

/**
 * Starts it.
 *
 * @param options What the operator wants, and what serves it.
 * @returns The running server.
 */
export async function startPostgres(
  options: StartPostgresOptions,
): Promise<PostgresServer> {
  const { engine, method, password, throttles, directory, clock } = options;
  if (password !== undefined) {
    await setOwnerPassword(engine, method, password);
  }
  return await servePostgres({
    ...options,
    serverKey: serverKey(directory),
    throttles: new Throttles({ ...defaultThrottleLimits, ...throttles }, clock),
  });
}
