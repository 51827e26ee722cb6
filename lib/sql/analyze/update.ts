/**
 * Resolves UPDATE.
 *
 * @module
 */

import type { UpdateStmt } from "@pgsql/types";
import { newRowChecks, targetPolicies } from "../policies.ts";
import type { Expr, Update } from "../tree.ts";
import { readsEntry } from "./access.ts";
import { logic } from "./conditions.ts";
import { resolveFrom } from "./from.ts";
import { notSupportedAt } from "./located.ts";
import { resolveReturning } from "./modification.ts";
import {
  type ModifyTarget,
  modifyTarget,
  writtenColumns,
} from "./modify_target.ts";
import type { Scope } from "./scope.ts";
import { condition } from "./select.ts";
import { recomputeGenerated, resolveSet } from "./set_list.ts";
import type { Lenient } from "../mysql/nodes.ts";
import { withUpdateTimes } from "../mysql/resolve/update_times.ts";
import { seeTarget } from "./see_target.ts";
import { mapFrom } from "./walk_from.ts";

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns The modification.
 */
export function resolveUpdate(stmt: UpdateStmt, scope: Scope): Update {
  scope.statement.leniency = (stmt as Lenient<UpdateStmt>).leniency;
  const target = modifyTarget(stmt.relation, scope, "update");
  const resolved = resolveFrom(stmt.fromClause ?? [], scope);
  seeTarget(target, scope);
  const list = resolveSet(stmt.targetList ?? [], target, scope);
  writtenColumns(target, list.named, "w");
  const where = targetCondition(stmt.whereClause, target, scope);
  const returning = resolveReturning(stmt.returningClause, target, scope);
  const from = mapFrom(resolved, target.toBase);
  const set = withUpdateTimes(
    list.set.map((each) => ({ ...each, value: target.toBase(each.value) })),
    target,
    scope,
  );
  const { entry, relation } = target;
  const plain: Update = {
    kind: "update",
    ignores: scope.statement.leniency === "ignore",
    ctes: [],
    target: entry,
    relation,
    from,
    set,
    returning,
    checks: [],
    ...(where === undefined ? {} : { where }),
  };
  const reads = readsEntry(plain, entry);
  targetPolicies(entry, relation, "w", reads, target.scope);
  return {
    ...withQuals(plain, target),
    set: recomputeGenerated(set, target),
    checks: [
      ...newRowChecks(entry, relation, "w", reads, target.scope),
      ...target.checks,
    ],
  };
}

/**
 * @param node WHERE.
 * @param target Target.
 * @param scope Scope that sees it.
 * @returns The condition over the table.
 */
export function targetCondition(
  node: UpdateStmt["whereClause"],
  target: ModifyTarget,
  scope: Scope,
): Expr | undefined {
  if (node === undefined) return undefined;
  if ("CurrentOfExpr" in node) throw notSupportedAt("WHERE CURRENT OF");
  return target.toBase(condition(node, scope, "where", "WHERE"));
}

/**
 * Adds the conditions of the views a statement goes through.
 *
 * @param statement UPDATE or DELETE, after its policies.
 * @param target Target.
 * @returns The statement.
 */
export function withQuals<T extends { readonly where?: Expr | undefined }>(
  statement: T,
  target: ModifyTarget,
): T {
  const { quals, barrier, entry } = target;
  if (quals.length === 0) return statement;
  if (barrier || entry.security !== undefined) {
    entry.security = [...entry.security ?? [], ...quals];
    return statement;
  }
  const { where } = statement;
  return {
    ...statement,
    where: logic("and", where === undefined ? quals : [...quals, where]),
  };
}
