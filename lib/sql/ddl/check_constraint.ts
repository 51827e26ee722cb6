/**
 * CHECK constraints of tables.
 *
 * @module
 */

import type { Constraint as ConstraintNode } from "@pgsql/types";
import { visitExpr } from "../analyze/walk.ts";
import type { Constraint, Relation } from "../catalog/catalog.ts";
import { oid } from "../types/type.ts";
import {
  checkConstraintName,
  chooseConstraintName,
} from "./constraint_names.ts";
import { storeExpression } from "./expressions.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation The table with all its columns.
 * @param node Constraint as it was written.
 * @returns The constraint.
 * @throws {SqlError} 42710, 42804 and whatever the expression throws.
 */
export function makeCheck(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
): Constraint {
  if (node.raw_expr === undefined) {
    throw new TypeError("Check without condition");
  }
  if (node.conname !== undefined) checkConstraintName(relation, node.conname);
  const { expr, stored } = storeExpression(work, node.raw_expr, {
    row: relation,
    place: "check",
    type: { type: oid.bool, typmod: -1 },
    what: "CHECK",
  });
  const numbers = new Set<number>();
  visitExpr(expr, (each) => {
    if (each.kind === "column") {
      numbers.add(each.entry.columns[each.index]?.number ?? 0);
    }
    return true;
  });
  const columns = relation.columns.filter(({ number }) => numbers.has(number));
  return {
    oid: work.newOid(),
    name: node.conname ??
      chooseConstraintName(
        work,
        relation,
        columns.length === 1 ? columns.map(({ name }) => name) : [],
        "check",
        false,
      ),
    kind: "c",
    columns: columns.map(({ number }) => number),
    deferrable: false,
    initiallyDeferred: false,
    validated: !node.skip_validation,
    check: stored,
  };
}
