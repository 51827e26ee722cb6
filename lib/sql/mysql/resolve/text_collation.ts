/**
 * Which texts are compared by the folding collation.
 *
 * @module
 */

import type { Scope } from "../../analyze/scope.ts";
import { isBinaryCollation } from "../collation.ts";
import type { Expr } from "../../tree.ts";
import { kindOf } from "./kinds.ts";

/** Whether two texts are compared by the folding collation, which neither brings along by itself. */
export function folds(a: Expr, b: Expr, scope: Scope): boolean {
  if (kindOf(a, scope) !== "text" || kindOf(b, scope) !== "text") return false;
  const one = collationOf(a);
  const other = collationOf(b);
  if (one === "binary" || other === "binary") return false;
  return one !== "column" && other !== "column";
}

/** What collation a text brings: that of its column by itself, a binary one, or none that SQLite would see. */
function collationOf(expr: Expr): "column" | "binary" | "folded" | undefined {
  if (expr.kind === "cast" && expr.how.by === "relabel") {
    return collationOf(expr.arg);
  }
  if (expr.kind === "call") {
    return expr.function.name === "collate_binary"
      ? "binary"
      : expr.function.name === "collate_folded"
      ? "folded"
      : undefined;
  }
  if (expr.kind !== "column") return undefined;
  const { source } = expr.entry;
  if (source.kind === "table") return "column";
  const query = source.kind === "query"
    ? source.query
    : source.kind === "cte"
    ? source.cte.query
    : undefined;
  if (query === undefined || !("targets" in query)) return undefined;
  const inner = query.targets[expr.index]?.expr;
  if (inner === undefined) return undefined;
  const found = collationOf(inner);
  return found === "column" && foldsColumn(inner) ? "folded" : found;
}

/** Whether a column of a table folds. */
function foldsColumn(expr: Expr): boolean {
  if (expr.kind !== "column" || expr.entry.source.kind !== "table") {
    return false;
  }
  const { mysql } = expr.entry.source.relation.columns[expr.index] ?? {};
  return mysql?.collation !== undefined && !isBinaryCollation(mysql.collation);
}
