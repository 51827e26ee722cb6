/**
 * Command tags of statements that are no queries.
 *
 * @module
 */

import type { Node } from "@pgsql/types";

const tags: Readonly<Record<string, string>> = {
  AlterDatabaseSetStmt: "ALTER DATABASE",
  AlterDatabaseStmt: "ALTER DATABASE",
  AlterDefaultPrivilegesStmt: "ALTER DEFAULT PRIVILEGES",
  AlterDomainStmt: "ALTER DOMAIN",
  AlterEnumStmt: "ALTER TYPE",
  AlterExtensionStmt: "ALTER EXTENSION",
  AlterFunctionStmt: "ALTER FUNCTION",
  AlterPolicyStmt: "ALTER POLICY",
  AlterRoleSetStmt: "ALTER ROLE",
  AlterRoleStmt: "ALTER ROLE",
  AlterSeqStmt: "ALTER SEQUENCE",
  AlterSystemStmt: "ALTER SYSTEM",
  AlterTypeStmt: "ALTER TYPE",
  CallStmt: "CALL",
  CheckPointStmt: "CHECKPOINT",
  ClosePortalStmt: "CLOSE CURSOR",
  ClusterStmt: "CLUSTER",
  CommentStmt: "COMMENT",
  CompositeTypeStmt: "CREATE TYPE",
  ConstraintsSetStmt: "SET CONSTRAINTS",
  CopyStmt: "COPY",
  CreateCastStmt: "CREATE CAST",
  CreateDomainStmt: "CREATE DOMAIN",
  CreateEnumStmt: "CREATE TYPE",
  CreateExtensionStmt: "CREATE EXTENSION",
  CreatePolicyStmt: "CREATE POLICY",
  CreateRangeStmt: "CREATE TYPE",
  CreateRoleStmt: "CREATE ROLE",
  CreateSchemaStmt: "CREATE SCHEMA",
  CreateSeqStmt: "CREATE SEQUENCE",
  CreateStatsStmt: "CREATE STATISTICS",
  CreateStmt: "CREATE TABLE",
  CreateTrigStmt: "CREATE TRIGGER",
  CreatedbStmt: "CREATE DATABASE",
  DeallocateStmt: "DEALLOCATE",
  DeclareCursorStmt: "DECLARE CURSOR",
  DoStmt: "DO",
  DropOwnedStmt: "DROP OWNED",
  DropRoleStmt: "DROP ROLE",
  DropdbStmt: "DROP DATABASE",
  ExecuteStmt: "EXECUTE",
  ExplainStmt: "EXPLAIN",
  FetchStmt: "FETCH",
  IndexStmt: "CREATE INDEX",
  ListenStmt: "LISTEN",
  LoadStmt: "LOAD",
  LockStmt: "LOCK TABLE",
  NotifyStmt: "NOTIFY",
  PrepareStmt: "PREPARE",
  ReassignOwnedStmt: "REASSIGN OWNED",
  RefreshMatViewStmt: "REFRESH MATERIALIZED VIEW",
  ReindexStmt: "REINDEX",
  RuleStmt: "CREATE RULE",
  SecLabelStmt: "SECURITY LABEL",
  SelectStmt: "SELECT",
  TruncateStmt: "TRUNCATE TABLE",
  UnlistenStmt: "UNLISTEN",
  VariableShowStmt: "SHOW",
  ViewStmt: "CREATE VIEW",
};

const objects: Readonly<Record<string, string>> = {
  OBJECT_AGGREGATE: "AGGREGATE",
  OBJECT_CAST: "CAST",
  OBJECT_COLLATION: "COLLATION",
  OBJECT_COLUMN: "TABLE",
  OBJECT_ATTRIBUTE: "TYPE",
  OBJECT_DATABASE: "DATABASE",
  OBJECT_DOMAIN: "DOMAIN",
  OBJECT_DOMCONSTRAINT: "DOMAIN",
  OBJECT_EXTENSION: "EXTENSION",
  OBJECT_FOREIGN_TABLE: "FOREIGN TABLE",
  OBJECT_FUNCTION: "FUNCTION",
  OBJECT_INDEX: "INDEX",
  OBJECT_MATVIEW: "MATERIALIZED VIEW",
  OBJECT_OPERATOR: "OPERATOR",
  OBJECT_POLICY: "POLICY",
  OBJECT_PROCEDURE: "PROCEDURE",
  OBJECT_ROLE: "ROLE",
  OBJECT_ROUTINE: "ROUTINE",
  OBJECT_RULE: "RULE",
  OBJECT_SCHEMA: "SCHEMA",
  OBJECT_SEQUENCE: "SEQUENCE",
  OBJECT_TABCONSTRAINT: "TABLE",
  OBJECT_TABLE: "TABLE",
  OBJECT_TRIGGER: "TRIGGER",
  OBJECT_TYPE: "TYPE",
  OBJECT_VIEW: "VIEW",
};

const transactions: Readonly<Record<string, string>> = {
  TRANS_STMT_BEGIN: "BEGIN",
  TRANS_STMT_START: "START TRANSACTION",
  TRANS_STMT_COMMIT: "COMMIT",
  TRANS_STMT_ROLLBACK: "ROLLBACK",
  TRANS_STMT_SAVEPOINT: "SAVEPOINT",
  TRANS_STMT_RELEASE: "RELEASE",
  TRANS_STMT_ROLLBACK_TO: "ROLLBACK",
  TRANS_STMT_PREPARE: "PREPARE TRANSACTION",
  TRANS_STMT_COMMIT_PREPARED: "COMMIT PREPARED",
  TRANS_STMT_ROLLBACK_PREPARED: "ROLLBACK PREPARED",
};

const discards: Readonly<Record<string, string>> = {
  DISCARD_ALL: "DISCARD ALL",
  DISCARD_PLANS: "DISCARD PLANS",
  DISCARD_SEQUENCES: "DISCARD SEQUENCES",
  DISCARD_TEMP: "DISCARD TEMP",
};

function objectTag(verb: string, type: string | undefined): string {
  return `${verb} ${objects[type ?? ""] ?? "OBJECT"}`;
}

/**
 * @param node A statement.
 * @returns Its command tag; counts are added by whoever runs it.
 */
export function utilityTag(node: Node): string {
  if ("TransactionStmt" in node) {
    return transactions[node.TransactionStmt.kind ?? ""] ?? "BEGIN";
  }
  if ("DropStmt" in node) return objectTag("DROP", node.DropStmt.removeType);
  if ("RenameStmt" in node) {
    const { renameType, relationType } = node.RenameStmt;
    return objectTag(
      "ALTER",
      renameType === "OBJECT_COLUMN" || renameType === "OBJECT_TABCONSTRAINT"
        ? relationType ?? renameType
        : renameType,
    );
  }
  if ("AlterTableStmt" in node) {
    return objectTag("ALTER", node.AlterTableStmt.objtype);
  }
  if ("AlterOwnerStmt" in node) {
    return objectTag("ALTER", node.AlterOwnerStmt.objectType);
  }
  if ("AlterObjectSchemaStmt" in node) {
    return objectTag("ALTER", node.AlterObjectSchemaStmt.objectType);
  }
  if ("DefineStmt" in node) return objectTag("CREATE", node.DefineStmt.kind);
  if ("DiscardStmt" in node) {
    return discards[node.DiscardStmt.target ?? ""] ?? "DISCARD";
  }
  if ("GrantStmt" in node) return node.GrantStmt.is_grant ? "GRANT" : "REVOKE";
  if ("GrantRoleStmt" in node) {
    return node.GrantRoleStmt.is_grant ? "GRANT ROLE" : "REVOKE ROLE";
  }
  if ("VariableSetStmt" in node) {
    const { kind } = node.VariableSetStmt;
    return kind === "VAR_RESET" || kind === "VAR_RESET_ALL" ? "RESET" : "SET";
  }
  if ("CreateTableAsStmt" in node) {
    return node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW"
      ? "CREATE MATERIALIZED VIEW"
      : "CREATE TABLE AS";
  }
  if ("CreateFunctionStmt" in node) {
    return node.CreateFunctionStmt.is_procedure
      ? "CREATE PROCEDURE"
      : "CREATE FUNCTION";
  }
  if ("AlterFunctionStmt" in node) {
    return objectTag("ALTER", node.AlterFunctionStmt.objtype);
  }
  if ("FetchStmt" in node) return node.FetchStmt.ismove ? "MOVE" : "FETCH";
  if ("VacuumStmt" in node) {
    return node.VacuumStmt.is_vacuumcmd ? "VACUUM" : "ANALYZE";
  }
  if ("DeallocateStmt" in node && node.DeallocateStmt.isall) {
    return "DEALLOCATE ALL";
  }
  if (
    "ClosePortalStmt" in node && node.ClosePortalStmt.portalname === undefined
  ) {
    return "CLOSE CURSOR ALL";
  }
  if ("DropRoleStmt" in node) return "DROP ROLE";
  const [name = ""] = Object.keys(node);
  return tags[name] ?? name.replace(/Stmt$/, "").toUpperCase();
}
