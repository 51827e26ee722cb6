/**
 * Runs a statement that changes the catalog.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { notSupported } from "../error.ts";
import type { DdlContext, DdlResult } from "./context.ts";
import { runAccessStatement } from "./access/access_statement.ts";
import { alterTable } from "./alter_table.ts";
import { createIndex } from "./create_index.ts";
import { createTable } from "./create_table.ts";
import { createTableAs, refresh, selectInto } from "./create_table_as.ts";
import { drop } from "./drop.ts";
import { alterOwner } from "./owner.ts";
import { truncate } from "./truncate.ts";
import { createView } from "./view.ts";
import { alterSequence, createSequence } from "./sequence.ts";
import { runObjectStatement } from "./objects/object_statement.ts";
import { saveChanges } from "../catalog/persistence.ts";
import { Work } from "./work.ts";

/**
 * Runs a statement of DDL: changes SQLite, stores the new catalog and gives it back.
 *
 * Call it in a savepoint; when it throws, roll back to that and keep the catalog there was.
 *
 * @param node The statement.
 * @param context Where it runs.
 * @returns The catalog after it, and the command tag.
 * @throws {SqlError} As PostgreSQL does; 0A000 for what is not supported.
 */
export async function runDdl(
  node: Node,
  context: DdlContext,
): Promise<DdlResult> {
  const work = new Work(context);
  const tag = await runStatement(work, node);
  await saveChanges(context.env.catalog, work.catalog, context.target);
  return { catalog: work.catalog, tag };
}

/**
 * Runs one statement on a catalog that is being changed.
 *
 * @param work The catalog.
 * @param node The statement.
 * @returns Command tag.
 */
export async function runStatement(work: Work, node: Node): Promise<string> {
  if ("CreateStmt" in node) return await createTable(work, node.CreateStmt);
  if ("CreateSeqStmt" in node) {
    return await createSequence(work, node.CreateSeqStmt);
  }
  if ("AlterSeqStmt" in node) {
    return await alterSequence(work, node.AlterSeqStmt);
  }
  if ("AlterTableStmt" in node) {
    return await alterTable(work, node.AlterTableStmt);
  }
  if ("IndexStmt" in node) return await createIndex(work, node.IndexStmt);
  if ("TruncateStmt" in node) return await truncate(work, node.TruncateStmt);
  if ("DropStmt" in node) return await drop(work, node.DropStmt);
  if ("ViewStmt" in node) return createView(work, node.ViewStmt);
  if ("CreateTableAsStmt" in node) {
    return await createTableAs(work, node.CreateTableAsStmt);
  }
  if ("RefreshMatViewStmt" in node) {
    return await refresh(work, node.RefreshMatViewStmt);
  }
  if ("SelectStmt" in node) return await selectInto(work, node.SelectStmt);
  if ("AlterOwnerStmt" in node) return alterOwner(work, node.AlterOwnerStmt);
  // Roles, GRANT and REVOKE, default privileges and row policies are all in access/ (complete, not to be
  // written again).
  const access = await runAccessStatement(work, node);
  if (access !== undefined) return access;
  // Schemas, views, materialized views, CREATE TABLE AS, enums, domains, composite types, comments, functions,
  // procedures and extensions are written in objects/, by somebody else right now; not to be written here.
  const object = await runObjectStatement(work, node);
  if (object !== undefined) return object;
  const [kind = ""] = Object.keys(node);
  throw notSupported(kind);
}
