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
import { alterFunction } from "./alter_function.ts";
import { comment } from "./comment.ts";
import { createComposite } from "./composite_type.ts";
import { createFunction } from "./create_function.ts";
import { createSchema } from "./create_schema.ts";
import { alterDomain } from "./alter_domain.ts";
import { createDomain } from "./domain.ts";
import { alterEnum, createEnum } from "./enum_type.ts";
import { createExtension } from "./extension.ts";
import { rename } from "./rename.ts";
import { setSchema } from "./set_schema.ts";
import { createTable } from "./create_table.ts";
import { createTableAs, refresh, selectInto } from "./create_table_as.ts";
import { drop } from "./drop.ts";
import { alterOwner } from "./owner.ts";
import { truncate } from "./truncate.ts";
import { createView } from "./view.ts";
import { alterSequence, createSequence } from "./sequence.ts";
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
  // Roles, GRANT and REVOKE, default privileges and row policies are in access/.
  const access = await runAccessStatement(work, node);
  if (access !== undefined) return access;
  const object = await runObjectStatement(work, node);
  if (object !== undefined) return object;
  const [kind = ""] = Object.keys(node);
  throw notSupported(refused[kind] ?? kind);
}

/** Statements of objects other than tables. */
async function runObjectStatement(
  work: Work,
  node: Node,
): Promise<string | undefined> {
  if ("CreateSchemaStmt" in node) {
    return await createSchema(
      work,
      node.CreateSchemaStmt,
      (each) => runStatement(work, each),
    );
  }
  if ("RenameStmt" in node) return rename(work, node.RenameStmt);
  if ("AlterObjectSchemaStmt" in node) {
    return setSchema(work, node.AlterObjectSchemaStmt);
  }
  if ("CommentStmt" in node) return comment(work, node.CommentStmt);
  if ("CreateEnumStmt" in node) return createEnum(work, node.CreateEnumStmt);
  if ("AlterEnumStmt" in node) return await alterEnum(work, node.AlterEnumStmt);
  if ("CompositeTypeStmt" in node) {
    return createComposite(work, node.CompositeTypeStmt);
  }
  if ("CreateDomainStmt" in node) {
    return createDomain(work, node.CreateDomainStmt);
  }
  if ("AlterDomainStmt" in node) {
    return await alterDomain(work, node.AlterDomainStmt);
  }
  if ("CreateFunctionStmt" in node) {
    return createFunction(work, node.CreateFunctionStmt);
  }
  if ("AlterFunctionStmt" in node) {
    return alterFunction(work, node.AlterFunctionStmt);
  }
  if ("CreateExtensionStmt" in node) {
    return createExtension(work, node.CreateExtensionStmt);
  }
  return undefined;
}

/** Names of what is not there, by node of the parse tree. */
const refused: Readonly<Record<string, string>> = {
  CreateTrigStmt: "CREATE TRIGGER",
  RuleStmt: "CREATE RULE",
  CreateEventTrigStmt: "CREATE EVENT TRIGGER",
  CreateForeignTableStmt: "CREATE FOREIGN TABLE",
  CreateForeignServerStmt: "CREATE SERVER",
  CreateFdwStmt: "CREATE FOREIGN DATA WRAPPER",
  CreateUserMappingStmt: "CREATE USER MAPPING",
  ImportForeignSchemaStmt: "IMPORT FOREIGN SCHEMA",
  CreatePublicationStmt: "CREATE PUBLICATION",
  CreateSubscriptionStmt: "CREATE SUBSCRIPTION",
  CreateStatsStmt: "CREATE STATISTICS",
  CreateCastStmt: "CREATE CAST",
  DefineStmt: "CREATE AGGREGATE, OPERATOR, TYPE, COLLATION or TEXT SEARCH",
  CreateRangeStmt: "CREATE TYPE AS RANGE",
  CreateConversionStmt: "CREATE CONVERSION",
  CreateOpClassStmt: "CREATE OPERATOR CLASS",
  CreateOpFamilyStmt: "CREATE OPERATOR FAMILY",
  CreateTransformStmt: "CREATE TRANSFORM",
  CreateTableSpaceStmt: "CREATE TABLESPACE",
  CreatePLangStmt: "CREATE LANGUAGE",
  CreateAmStmt: "CREATE ACCESS METHOD",
  CreatedbStmt: "CREATE DATABASE",
  DropdbStmt: "DROP DATABASE",
  AlterDatabaseStmt: "ALTER DATABASE",
  AlterDatabaseSetStmt: "ALTER DATABASE SET",
  AlterSystemStmt: "ALTER SYSTEM",
  DoStmt: "DO",
  LoadStmt: "LOAD",
  SecLabelStmt: "SECURITY LABEL",
};
