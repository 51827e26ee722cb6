/**
 * Where the value of a column comes from: a default, a sequence, an expression over the row.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { visitExpr } from "../analyze/walk.ts";
import type { Column, Relation, StoredExpression } from "../catalog/catalog.ts";
import { domainDefault } from "../catalog/domain_default.ts";
import { SqlError } from "../error.ts";
import type { Expr } from "../tree.ts";
import type { ColumnPlan } from "./columns.ts";
import { storeExpression } from "./expressions.ts";
import { relationText } from "./expression_text.ts";
import { nextvalCall } from "./qualify.ts";
import { makeColumnSequence } from "./sequence.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param column The column.
 * @param node Default as it was written.
 * @returns The default; nothing for `DEFAULT NULL`, which is the same as none.
 * @throws {SqlError} 42804 and whatever the expression throws.
 */
export function columnDefault(
  work: Work,
  column: Column,
  node: Node,
): StoredExpression | undefined {
  if (
    "A_Const" in node && node.A_Const.isnull &&
    domainDefault(work.catalog, column.type) === undefined
  ) return undefined;
  checkNoColumns(node);
  return storeExpression(work, node, {
    place: "default",
    type: column,
    what: `column "${column.name}"`,
  }).stored;
}

function checkNoColumns(node: Node): void {
  if ("ColumnRef" in node) {
    throw new SqlError(
      "0A000",
      "cannot use column reference in DEFAULT expression",
    );
  }
}

/**
 * @param work Statement.
 * @param sequence Oid of a sequence.
 * @returns Default that asks it.
 */
export function sequenceDefault(
  work: Work,
  sequence: number,
): StoredExpression {
  return {
    node: nextvalCall(sequence),
    text: `nextval('${relationText(work.env, sequence)}'::regclass)`,
  };
}

/**
 * @param work Statement.
 * @param relation The table with all its columns.
 * @param column The column.
 * @param node Expression as it was written.
 * @returns How the column is generated.
 * @throws {SqlError} 42P17 when that would not be the same each time, or depends on a generated column.
 */
export function generation(
  work: Work,
  relation: Relation,
  column: Column,
  node: Node,
): StoredExpression {
  const { expr, stored } = storeExpression(work, node, {
    row: relation,
    place: "generated",
    type: column,
    what: `column "${column.name}"`,
  });
  visitExpr(expr, (each) => {
    checkImmutable(each);
    if (each.kind !== "column") return true;
    const number = each.entry.columns[each.index]?.number;
    const used = relation.columns.find((found) => found.number === number);
    if (used?.generated === "s") {
      throw new SqlError(
        "42P17",
        `cannot use generated column "${used.name}" in column generation expression`,
        {
          detail:
            "A generated column cannot reference another generated column.",
        },
      );
    }
    return true;
  });
  return stored;
}

function checkImmutable(expr: Expr): void {
  if (!isImmutable(expr)) {
    throw new SqlError("42P17", "generation expression is not immutable");
  }
}

/**
 * @param expr One node of an expression.
 * @returns Whether it gives the same each time; what is below it is not looked at.
 */
export function isImmutable(expr: Expr): boolean {
  switch (expr.kind) {
    case "session":
      return false;
    case "call":
      return expr.function.volatility === "i";
    case "cast":
      return expr.how.by !== "function" || expr.how.function.volatility === "i";
    default:
      return true;
  }
}

/**
 * @param work Statement.
 * @param relation The table with the column; in the catalog.
 * @param plan The column.
 * @returns The column with its default; the same if it has none.
 */
export async function fillColumn(
  work: Work,
  relation: Relation,
  plan: ColumnPlan,
): Promise<Column> {
  const { column, defaultNode, generatedNode, identityOptions } = plan;
  if (identityOptions !== undefined) {
    await makeColumnSequence(work, relation, column, identityOptions);
    return column;
  }
  if (plan.serial) {
    const sequence = await makeColumnSequence(work, relation, column);
    return { ...column, default: sequenceDefault(work, sequence.oid) };
  }
  if (defaultNode !== undefined) {
    const value = columnDefault(work, column, defaultNode);
    return value === undefined ? column : { ...column, default: value };
  }
  if (generatedNode !== undefined) {
    return {
      ...column,
      default: generation(work, relation, column, generatedNode),
    };
  }
  return column;
}
