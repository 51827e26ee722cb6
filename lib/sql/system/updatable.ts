/**
 * Tells through which relations rows can be changed, as `pg_relation_is_updatable` does.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import { notUpdatable } from "../analyze/updatable_view.ts";
import { contains } from "../analyze/walk.ts";
import type { Relation } from "../catalog/catalog.ts";
import { analyzeQuery } from "../compile.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import type { Expr, Query } from "../tree.ts";
import { environmentOf } from "./type_text.ts";

/** Views within views. */
const deepest = 50;

/**
 * @param context Session.
 * @param relation Table or view.
 * @param depth Views that led here.
 * @returns Numbers of the columns that can be changed; nothing when no row can be.
 */
export function updatableColumns(
  context: EvalContext,
  relation: Relation,
  depth = 0,
): ReadonlySet<number> | undefined {
  if (relation.kind === "r") {
    return new Set(relation.columns.map(({ number }) => number));
  }
  const { view } = relation;
  if (relation.kind !== "v" || view === undefined || depth > deepest) {
    return undefined;
  }
  const query = queryOf(context, view.node);
  if (query?.kind !== "select" || !("SelectStmt" in view.node)) {
    return undefined;
  }
  const [item] = query.from;
  if (
    notUpdatable(view.node.SelectStmt) !== undefined ||
    item?.kind !== "entry" || item.entry.source.kind !== "table" ||
    query.aggregated ||
    query.targets.some(({ expr }) => contains(expr, isOfManyRows))
  ) return undefined;
  const { entry } = item;
  const base = item.entry.source.relation;
  const below = updatableColumns(context, base, depth + 1);
  if (below === undefined) return undefined;
  const found = new Set<number>();
  query.targets.forEach(({ expr }, at) => {
    if (expr.kind !== "column" || expr.entry !== entry) return;
    const number = relation.columns[at]?.number;
    if (number === undefined) return;
    if (below.has(base.columns[expr.index]?.number ?? 0)) found.add(number);
  });
  return found;
}

function queryOf(context: EvalContext, node: Node): Query | undefined {
  try {
    const env = { ...environmentOf(context), asWritten: true };
    const query = analyzeQuery(node, env, "");
    return "targets" in query ? query : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function isOfManyRows(expr: Expr): boolean {
  return expr.kind === "aggregate" || expr.kind === "window" ||
    (expr.kind === "call" && expr.function.kind === "rows");
}
