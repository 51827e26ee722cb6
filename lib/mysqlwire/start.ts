/**
 * Starts the MySQL server the way the operator wants it: password of role `postgres`, key of the
 * stand-ins, throttles, limits.
 *
 * @module
 */

import { defaultThrottleLimits, Throttles } from "../auth/throttles.ts";
import { serverKey } from "../base/server_key.ts";
import { setOwnerPassword } from "../engine/owner_password.ts";
import {
  type MysqlServer,
  type MysqlServerOptions,
  serveMysql,
} from "./server.ts";

/** Settings of {@linkcode startMysql}. */
export interface StartMysqlOptions
  extends Omit<MysqlServerOptions, "serverKey" | "throttles" | "trust"> {
  /** How clients of the wires prove who they are; every one but `trust` asks for a password here. */
  readonly method: "trust" | "password" | "md5" | "scram-sha-256";
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
export async function startMysql(
  options: StartMysqlOptions,
): Promise<MysqlServer> {
  const { engine, method, password, throttles, directory, clock } = options;
  if (password !== undefined) {
    await setOwnerPassword(engine, method, password);
  }
  return await serveMysql({
    ...options,
    trust: method === "trust",
    serverKey: serverKey(directory),
    throttles: new Throttles({ ...defaultThrottleLimits, ...throttles }, clock),
  });
}
