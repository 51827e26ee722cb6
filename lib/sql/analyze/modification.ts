/**
 * Resolves INSERT, UPDATE, DELETE and MERGE.
 *
 * @module
 */

import type { Node, ReturningClause } from "@pgsql/types";
import type { Modification, Target } from "../tree.ts";
import { resolveDelete } from "./delete.ts";
import { resolveInsert } from "./insert.ts";
import { notSupportedAt } from "./located.ts";
import { resolveMerge } from "./merge.ts";
import type { ModifyTarget } from "./modify_target.ts";
import type { Scope } from "./scope.ts";
import { resolveTargets } from "./targets.ts";
import { resolveUpdate } from "./update.ts";
import { resolveWith, usedCtes } from "./with.ts";

/**
 * @param node The statement.
 * @param scope Its level, still without names.
 * @param top Whether data-modifying CTEs may stand in it.
 * @returns The modification.
 */
export function resolveModification(
  node: Node,
  scope: Scope,
  top = false,
): Modification {
  if ("InsertStmt" in node) {
    const ctes = resolveWith(node.InsertStmt.withClause, scope, top);
    const resolved = resolveInsert(node.InsertStmt, scope);
    return { ...resolved, ctes: usedCtes(ctes, scope) };
  }
  if ("UpdateStmt" in node) {
    const ctes = resolveWith(node.UpdateStmt.withClause, scope, top);
    const resolved = resolveUpdate(node.UpdateStmt, scope);
    return { ...resolved, ctes: usedCtes(ctes, scope) };
  }
  if ("DeleteStmt" in node) {
    const ctes = resolveWith(node.DeleteStmt.withClause, scope, top);
    const resolved = resolveDelete(node.DeleteStmt, scope);
    return { ...resolved, ctes: usedCtes(ctes, scope) };
  }
  if ("MergeStmt" in node) {
    const ctes = resolveWith(node.MergeStmt.withClause, scope, top);
    const resolved = resolveMerge(node.MergeStmt, scope);
    return { ...resolved, ctes: usedCtes(ctes, scope) };
  }
  throw notSupportedAt(Object.keys(node)[0] ?? "statement");
}

/**
 * @param clause RETURNING.
 * @param target Target.
 * @param scope Scope that sees the target, and FROM or USING.
 * @returns The columns.
 */
export function resolveReturning(
  clause: ReturningClause | undefined,
  target: ModifyTarget,
  scope: Scope,
): Target[] {
  if (clause === undefined) return [];
  if ((clause.options ?? []).length > 0) {
    throw notSupportedAt("RETURNING WITH");
  }
  return resolveTargets(clause.exprs ?? [], scope, "returning").map((each) => ({
    ...each,
    expr: target.toBase(each.expr),
  }));
}
