/**
 * Brings the target of UPDATE, DELETE or MERGE into scope, before the other tables.
 *
 * @module
 */

import { checkAliases, entryItem } from "./from.ts";
import type { ModifyTarget } from "./modify_target.ts";
import { starColumns } from "./new_scope.ts";
import type { Scope } from "./scope.ts";

/**
 * @param target Target.
 * @param scope Scope that has the other tables already.
 */
export function seeTarget(target: ModifyTarget, scope: Scope): void {
  checkAliases([target.visible], scope.entries);
  scope.entries.unshift(target.visible);
  starColumns(scope).unshift(...entryItem(target.visible.entry).columns);
}
