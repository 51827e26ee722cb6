/**
 * Resolves VALUES as a query.
 *
 * @module
 */

import type { Node, SelectStmt } from "@pgsql/types";
import type { Expr, RangeEntry, Select } from "../tree.ts";
import { coerceAll } from "./common_type.ts";
import { errorAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { bringIn, entryItem } from "./from.ts";
import type { QueryOptions } from "./query.ts";
import { selectAll } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { resolveLimit } from "./select.ts";
import { resolveSort } from "./sort.ts";

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns The query.
 */
export function resolveValues(
  stmt: SelectStmt,
  scope: Scope,
  _options: QueryOptions,
): Select {
  const rows = valuesRows(stmt).map((row) =>
    row.map((node) => {
      if ("SetToDefault" in node) {
        throw errorAt(
          "42601",
          "DEFAULT is not allowed in this context",
          node.SetToDefault.location,
        );
      }
      return resolver.expression(node, scope, "values");
    })
  );
  const entry = valuesEntry(rows, scope);
  bringIn(entryItem(entry), scope);
  const all = selectAll(entry);
  return {
    ...all,
    orderBy: resolveSort(stmt.sortClause, all.targets, scope),
    ...resolveLimit(stmt, scope),
  };
}

/**
 * @param stmt VALUES.
 * @returns Its rows.
 */
export function valuesRows(stmt: SelectStmt): Node[][] {
  return (stmt.valuesLists ?? []).map((list) =>
    "List" in list ? list.List.items ?? [] : []
  );
}

/**
 * @param rows Rows of expressions.
 * @param scope Where.
 * @returns Entry that stands for them, each column in the common type.
 * @throws {SqlError} 42601 when they are not of one length.
 */
export function valuesEntry(
  rows: readonly (readonly Expr[])[],
  scope: Scope,
): RangeEntry {
  const width = rows[0]?.length ?? 0;
  for (const row of rows) {
    if (row.length === width) continue;
    throw errorAt(
      "42601",
      "VALUES lists must all be the same length",
      row[0] === undefined ? undefined : locationOf(row[0]),
    );
  }
  const columns = Array.from({ length: width }, (_, index) => {
    const { exprs, type } = coerceAll(
      rows.map((row) => row[index] as Expr),
      "VALUES",
      scope,
    );
    const typmod = exprs[0]?.typmod ?? -1;
    return {
      exprs,
      type,
      typmod: exprs.every((expr) => expr.typmod === typmod) ? typmod : -1,
    };
  });
  return {
    id: scope.statement.nextId(),
    alias: "*VALUES*",
    columns: columns.map(({ type, typmod }, index) => ({
      name: `column${index + 1}`,
      type,
      typmod,
      number: 0,
    })),
    source: {
      kind: "values",
      rows: rows.map((_, row) =>
        columns.map(({ exprs }) => exprs[row] as Expr)
      ),
    },
  };
}
