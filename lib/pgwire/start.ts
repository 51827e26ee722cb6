/**
 * Starts the PostgreSQL server the way the operator wants it: password of role `postgres`, key of the
 * salts, throttles, limits.
 *
 * @module
 */

import { defaultThrottleLimits, Throttles } from "../auth/throttles.ts";
import {
  md5Verifier,
  passwordMatches,
  verifierKind,
} from "../base/role_password.ts";
import { scramVerifier } from "../base/scram.ts";
import type { ClientEngine } from "../engine/client_session.ts";
import type { AuthMethod } from "./authentication.ts";
import {
  type PostgresServer,
  type PostgresServerOptions,
  servePostgres,
} from "./server.ts";
import { serverKey } from "./server_key.ts";

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

/** The role that owns everything. */
const owner = "postgres";

/**
 * Gives the owner its password, in the form that the method needs. One that it has already stays as
 * it is: a new salt with every start would tell it from roles that do not exist.
 */
async function setOwnerPassword(
  engine: ClientEngine,
  method: AuthMethod,
  password: string,
): Promise<void> {
  const kind = method === "md5" ? "md5" : "scram-sha-256";
  const kept = engine.verifier(owner)?.verifier ?? "";
  if (
    verifierKind(kept) === kind && await passwordMatches(kept, owner, password)
  ) return;
  await engine.setPassword(
    owner,
    kind === "md5"
      ? md5Verifier(password, owner)
      : await scramVerifier(password),
  );
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
