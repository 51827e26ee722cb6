/**
 * Gives the role that owns everything the password of the configuration.
 *
 * @module
 */

import { passwordMatches, verifierKind } from "../base/role_password.ts";
import type { ClientEngine } from "./client_session.ts";

/** The role that owns everything. */
const owner = "postgres";

/**
 * Sets it, in the form that the method needs. One that it has already stays as it is: a new salt with
 * every start would tell it from roles that do not exist.
 *
 * @param engine Engine.
 * @param method How clients prove who they are.
 * @param password Password.
 */
export async function setOwnerPassword(
  engine: ClientEngine,
  method: "trust" | "password" | "md5" | "scram-sha-256",
  password: string,
): Promise<void> {
  const kind = method === "md5" ? "md5" : "scram-sha-256";
  const { verifier, mysqlDigests = null } = engine.verifier(owner) ?? {};
  const kept = verifier ?? "";
  if (
    mysqlDigests !== null && verifierKind(kept) === kind &&
    await passwordMatches(kept, owner, password)
  ) return;
  await engine.setPassword(owner, password, kind);
}
