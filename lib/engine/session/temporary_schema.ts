/**
 * Drops what a session made for itself.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { SessionCore } from "./session_core.ts";
import { runDdlStatement } from "./utility/ddl.ts";

/**
 * Drops a session's schema of temporary tables, in its transaction or in one of its own.
 *
 * @param core Session.
 */
export async function dropTemporarySchema(core: SessionCore): Promise<void> {
  const { transaction, temporarySchema } = core;
  const alone = transaction.kind === "none";
  if (alone) transaction.beginImplicit();
  try {
    const lease = await transaction.acquire();
    const node = {
      DropStmt: {
        objects: [{ String: { sval: temporarySchema } }],
        removeType: "OBJECT_SCHEMA",
        behavior: "DROP_CASCADE",
        missing_ok: true,
      },
    } as Node;
    const text = `DROP SCHEMA IF EXISTS "${temporarySchema}" CASCADE`;
    await runDdlStatement(core, lease, {
      node,
      text,
      params: [],
      system: true,
    });
    if (alone) await transaction.commit();
  } catch (error) {
    if (alone) await transaction.rollback();
    throw error;
  }
}
