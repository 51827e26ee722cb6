/**
 * Which statement is run by what.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type { SessionCore } from "../session_core.ts";
import { callProcedure } from "./call_procedure.ts";
import { copy } from "./copy.ts";
import {
  closeCursor,
  declareCursor,
  fetchCursor,
} from "./cursor_statements.ts";
import { ddlUtility, ddlWords } from "./ddl.ts";
import { explainStatement } from "./explain.ts";
import {
  checkpoint,
  doBlock,
  lockTable,
  refused,
  setConstraints,
} from "./maintenance.ts";
import { reindex } from "./reindex.ts";
import { vacuum } from "./vacuum.ts";
import { listen, notify, unlisten } from "./notify_statements.ts";
import { deallocate, executeStatement, prepare } from "./prepare.ts";
import { transactionControl } from "./transaction_control.ts";
import type { Utility, UtilityShape } from "./utility.ts";
import { discard, setVariable, showVariable } from "./variables.ts";

const utilities: Readonly<Record<string, Utility>> = {
  TransactionStmt: transactionControl,
  VariableSetStmt: setVariable,
  VariableShowStmt: showVariable,
  DiscardStmt: discard,
  PrepareStmt: prepare,
  ExecuteStmt: executeStatement,
  DeallocateStmt: deallocate,
  DeclareCursorStmt: declareCursor,
  FetchStmt: fetchCursor,
  ClosePortalStmt: closeCursor,
  ListenStmt: listen,
  NotifyStmt: notify,
  UnlistenStmt: unlisten,
  ExplainStmt: explainStatement,
  CopyStmt: copy,
  CallStmt: callProcedure,
  LockStmt: lockTable,
  VacuumStmt: vacuum,
  CheckPointStmt: checkpoint,
  ReindexStmt: reindex,
  ConstraintsSetStmt: setConstraints,
  DoStmt: doBlock,
  ClusterStmt: refused("CLUSTER"),
  LoadStmt: refused("LOAD"),
  AlterSystemStmt: refused("ALTER SYSTEM"),
  CreatedbStmt: refused("CREATE DATABASE"),
  DropdbStmt: refused("DROP DATABASE"),
  ReturnStmt: refused("RETURN"),
};

/**
 * @param node Tree of a statement that is no query.
 * @returns What runs it.
 */
export function findUtility(node: Node): Utility {
  const [kind = ""] = Object.keys(node);
  return utilities[kind] ?? ddlUtility(ddlWords(node));
}

/**
 * @param utility What runs the statement.
 * @param core Session.
 * @param node Tree.
 * @param text Text of the statement.
 * @returns What is known of it before it runs.
 */
export function describeUtility(
  utility: Utility,
  core: SessionCore,
  node: Node,
  text: string,
): UtilityShape {
  return utility.describe?.(core, node, text) ?? { columns: null };
}
