/**
 * Statements that change the catalog: handed to `lib/sql/ddl` in a savepoint of their own.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { DdlContext } from "../../../sql/ddl/context.ts";
import type { Lease } from "../../sqlite/plan_runner.ts";
import { sessionValue } from "../../sqlite/session_value.ts";
import { keepSequences } from "../keep_sequences.ts";
import type { SessionCore } from "../session_core.ts";
import { notInBlock } from "./nodes.ts";
import type { Utility, UtilityCall, UtilityResult } from "./utility.ts";

/** Statements that may set sequences. */
const touchesSequences =
  /^(?:AlterSeqStmt|TruncateStmt|CreateSeqStmt|CreateStmt|AlterTableStmt)$/;

async function run(
  { core, node, text, params }: UtilityCall,
): Promise<UtilityResult> {
  const { transaction } = core;
  if ("DropdbStmt" in node || "CreatedbStmt" in node) {
    if (transaction.explicit) throw notInBlock("CREATE DATABASE");
  }
  const lease = await transaction.acquire();
  transaction.ranQuery = true;
  await core.cursors.beforeWrite();
  await keepSequences(core.instance.sequences, lease);
  const tag = await runDdlStatement(core, lease, { node, text, params });
  return { tag };
}

/**
 * Runs one statement of DDL inside a transaction.
 *
 * @param core Session.
 * @param lease The writer.
 * @param statement The statement.
 * @returns Its tag.
 */
export async function runDdlStatement(
  core: SessionCore,
  lease: Lease,
  { node, text, params, system = core.options.system }:
    & Pick<UtilityCall, "node" | "text" | "params">
    & { readonly system?: boolean | undefined },
): Promise<string> {
  const context: DdlContext = {
    env: core.environment([]),
    text,
    target: lease,
    notice: (notice) => {
      // The program's own work is no news to the client.
      if (system !== true) core.notice(notice);
    },
    params,
    sessionUser: core.roles.session,
    temporarySchema: core.temporarySchema,
    sessionValue: (value) => sessionValue(value, core.eval),
    system,
  };
  // Functions that its statements call see this session: its settings, its limits.
  lease.eval = core.eval;
  lease.savepoint("ddl");
  let tag: string;
  try {
    const result = await core.instance.pipeline.runDdl(node, context);
    lease.catalog = result.catalog;
    tag = result.tag;
    if (touchesSequences.test(Object.keys(node)[0] ?? "")) {
      await adoptSequences(core, lease);
    }
  } catch (error) {
    lease.rollbackTo("ddl");
    lease.release("ddl");
    throw error;
  }
  lease.release("ddl");
  core.onRollback(() => {
    const { runner, sequences } = core.instance;
    sequences.forget((oid) => runner.catalog.relation(oid) !== undefined);
  });
  return tag;
}

async function adoptSequences(core: SessionCore, lease: Lease): Promise<void> {
  const rows = await lease.run(
    "SELECT oid, last_value, is_called FROM heliosdb_sequences",
  );
  core.onRollback(core.instance.sequences.adopt(rows));
}

/**
 * @param name Name for messages, for example `CREATE TABLE`.
 * @returns The kind of statement.
 */
export function ddlUtility(name: string): Utility {
  return { name, writes: true, run };
}

/** Words of statements for messages, by node. */
const words: Readonly<Record<string, string>> = {
  CreateStmt: "CREATE TABLE",
  CreateTableAsStmt: "CREATE TABLE AS",
  SelectStmt: "SELECT INTO",
  AlterTableStmt: "ALTER TABLE",
  RenameStmt: "ALTER TABLE",
  DropStmt: "DROP TABLE",
  IndexStmt: "CREATE INDEX",
  ViewStmt: "CREATE VIEW",
  CreateSchemaStmt: "CREATE SCHEMA",
  CreateSeqStmt: "CREATE SEQUENCE",
  AlterSeqStmt: "ALTER SEQUENCE",
  CreateEnumStmt: "CREATE TYPE",
  AlterEnumStmt: "ALTER TYPE",
  CompositeTypeStmt: "CREATE TYPE",
  CreateDomainStmt: "CREATE DOMAIN",
  AlterDomainStmt: "ALTER DOMAIN",
  CommentStmt: "COMMENT",
  CreateFunctionStmt: "CREATE FUNCTION",
  AlterFunctionStmt: "ALTER FUNCTION",
  CreateTrigStmt: "CREATE TRIGGER",
  CreateRoleStmt: "CREATE ROLE",
  AlterRoleStmt: "ALTER ROLE",
  AlterRoleSetStmt: "ALTER ROLE",
  DropRoleStmt: "DROP ROLE",
  GrantStmt: "GRANT",
  GrantRoleStmt: "GRANT ROLE",
  AlterDefaultPrivilegesStmt: "ALTER DEFAULT PRIVILEGES",
  CreatePolicyStmt: "CREATE POLICY",
  AlterPolicyStmt: "ALTER POLICY",
  TruncateStmt: "TRUNCATE TABLE",
  RefreshMatViewStmt: "REFRESH MATERIALIZED VIEW",
  AlterOwnerStmt: "ALTER",
  AlterObjectSchemaStmt: "ALTER",
  CreateExtensionStmt: "CREATE EXTENSION",
};

/**
 * @param node Any other statement.
 * @returns Its words for messages.
 */
export function ddlWords(node: Node): string {
  const [kind = ""] = Object.keys(node);
  return words[kind] ??
    kind.replace(/Stmt$/, "").replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
      .toUpperCase();
}
