/**
 * Resolves DELETE.
 *
 * @module
 */

import type { DeleteStmt } from "@pgsql/types";
import type { Lenient } from "../mysql/nodes.ts";
import { targetPolicies } from "../policies.ts";
import type { Delete } from "../tree.ts";
import { readsEntry } from "./access.ts";
import { resolveFrom } from "./from.ts";
import { resolveReturning } from "./modification.ts";
import { modifyTarget } from "./modify_target.ts";
import type { Scope } from "./scope.ts";
import { seeTarget } from "./see_target.ts";
import { targetCondition, withQuals } from "./update.ts";
import { mapFrom } from "./walk_from.ts";

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns The modification.
 */
export function resolveDelete(stmt: DeleteStmt, scope: Scope): Delete {
  const target = modifyTarget(stmt.relation, scope, "delete");
  const resolved = resolveFrom(stmt.usingClause ?? [], scope);
  seeTarget(target, scope);
  const where = targetCondition(stmt.whereClause, target, scope);
  const returning = resolveReturning(stmt.returningClause, target, scope);
  const using = mapFrom(resolved, target.toBase);
  const { entry, relation } = target;
  const plain: Delete = {
    kind: "delete",
    ignores: (stmt as Lenient<DeleteStmt>).leniency === "ignore",
    ctes: [],
    target: entry,
    relation,
    using,
    returning,
    ...(where === undefined ? {} : { where }),
  };
  targetPolicies(
    entry,
    relation,
    "d",
    readsEntry(plain, entry),
    target.scope,
  );
  return withQuals(plain, target);
}
