/**
 * `ON UPDATE CURRENT_TIMESTAMP`: a changed row gets the time of the statement, whoever changes it.
 *
 * @module
 */

import { fitColumn } from "../../analyze/new_row.ts";
import type { ModifyTarget } from "../../analyze/modify_target.ts";
import type { Scope } from "../../analyze/scope.ts";
import type { Assignment, Expr } from "../../tree.ts";
import { oid } from "../../types/type.ts";
import { invoke } from "./convert.ts";

/**
 * @param set Assignments of a statement.
 * @param target Target.
 * @param scope Where.
 * @returns The assignments and those of the columns that note the time.
 */
export function withUpdateTimes(
  set: readonly Assignment[],
  target: ModifyTarget,
  scope: Scope,
): readonly Assignment[] {
  const more = target.relation.columns.flatMap(
    (column, index): Assignment[] => {
      if (
        column.mysql?.onUpdate !== true ||
        set.some((each) => each.column === index)
      ) return [];
      const digits: Expr = {
        kind: "constant",
        type: oid.int4,
        typmod: -1,
        value: Math.max(column.typmod, 0),
      };
      return [{
        column: index,
        onChange: true,
        value: fitColumn(invoke("now", [digits], scope), column, scope),
      }];
    },
  );
  return more.length === 0 ? set : [...set, ...more];
}
