/**
 * Resolves select lists: expressions, names, `*`, `t.*` and `(row).*`.
 *
 * @module
 */

import type { ColumnRef as ColumnName, Node, ResTarget } from "@pgsql/types";
import type { Expr, Target } from "../tree.ts";
import { oid } from "../types/type.ts";
import { settleUnknown } from "./coercion.ts";
import { columnName } from "./figure_name.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { starColumns } from "./new_scope.ts";
import { columnRef, originOf } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope, ScopeEntry } from "./scope.ts";
import { relationOfRowType, typeLabel } from "./type_facts.ts";

/**
 * @param expr Expression.
 * @returns Table and column it is, zeros if it is none.
 */
export function originOfExpr(
  expr: Expr,
): { readonly table: number; readonly column: number } {
  return expr.kind === "column" ? originOf(expr) : { table: 0, column: 0 };
}

/**
 * @param nodes `ResTarget`s.
 * @param scope Scope of the query.
 * @param place Where they stand.
 * @param settle Whether literals of unknown type become text.
 * @returns The columns.
 */
export function resolveTargets(
  nodes: readonly Node[],
  scope: Scope,
  place: Place,
  settle = true,
): Target[] {
  return nodes.flatMap((node) =>
    "ResTarget" in node
      ? resolveTarget(node.ResTarget, scope, place, settle)
      : []
  );
}

function resolveTarget(
  target: ResTarget,
  scope: Scope,
  place: Place,
  settle: boolean,
): Target[] {
  const { val, name } = target;
  if (val === undefined) throw notSupportedAt("empty target", target.location);
  const star = starOf(val);
  if (star === "columns" && "ColumnRef" in val) {
    return expandStar(val.ColumnRef, scope).map(toTarget);
  }
  if (star === "row" && "A_Indirection" in val) {
    return expandRow(val, scope, place).map(toTarget);
  }
  const found = resolver.expression(val, scope, place);
  const expr = settle ? settleUnknown(found, scope) : found;
  return [{ expr, name: name ?? columnName(val), ...originOfExpr(expr) }];
}

function toTarget(
  column: { readonly name: string; readonly expr: Expr },
): Target {
  return { ...column, ...originOfExpr(column.expr) };
}

function starOf(node: Node): "columns" | "row" | undefined {
  if ("ColumnRef" in node) {
    const last = node.ColumnRef.fields?.at(-1);
    return last !== undefined && "A_Star" in last ? "columns" : undefined;
  }
  if ("A_Indirection" in node) {
    const last = node.A_Indirection.indirection?.at(-1);
    return last !== undefined && "A_Star" in last ? "row" : undefined;
  }
  return undefined;
}

interface Named {
  readonly name: string;
  readonly expr: Expr;
}

/**
 * Expands `*`, `t.*`, `schema.t.*`.
 *
 * @param node Reference that ends in a star.
 * @param scope Scope of the query.
 * @returns The columns.
 */
export function expandStar(node: ColumnName, scope: Scope): readonly Named[] {
  const names = (node.fields ?? []).slice(0, -1).map((field) =>
    "String" in field ? field.String.sval ?? "" : ""
  );
  if (names.length === 0) {
    if (scope.entries.length === 0) {
      throw errorAt(
        "42601",
        "SELECT * with no tables specified is not valid",
        node.location,
      );
    }
    return starColumns(scope);
  }
  const schemaName = names.length > 1 ? names.at(-2) : undefined;
  const alias = names.at(-1) ?? "";
  const schema = schemaName === undefined
    ? undefined
    : scope.env.catalog.schemaNamed(schemaName)?.oid ?? -1;
  for (
    let level: Scope | undefined = scope;
    level !== undefined;
    level = level.parent
  ) {
    const found = level.entries.find((each) => matches(each, alias, schema));
    if (found !== undefined) {
      return found.entry.columns.flatMap(({ name, number }, index) =>
        number < 0 ? [] : [{ name, expr: columnRef(found.entry, index) }]
      );
    }
  }
  // A column of a row type may be meant.
  if (names.length === 1 || schemaName !== undefined) {
    const row = tryColumn(node, scope);
    if (row !== undefined) return rowFields(row, scope, node.location);
  }
  throw errorAt(
    "42P01",
    `missing FROM-clause entry for table "${alias}"`,
    node.location,
  );
}

function matches(
  each: ScopeEntry,
  alias: string,
  schema: number | undefined,
): boolean {
  return each.entry.alias === alias &&
    (schema === undefined || each.schema === schema);
}

function tryColumn(node: ColumnName, scope: Scope): Expr | undefined {
  try {
    return resolver.expression(
      { ColumnRef: { ...node, fields: (node.fields ?? []).slice(0, -1) } },
      scope,
      "select",
    );
  } catch {
    return undefined;
  }
}

function expandRow(
  node: Extract<Node, { A_Indirection: unknown }>,
  scope: Scope,
  place: Place,
): readonly Named[] {
  const { arg, indirection = [] } = node.A_Indirection;
  const path = indirection.slice(0, -1);
  if (arg === undefined) throw notSupportedAt("row expansion");
  const row = resolver.expression(
    path.length === 0 ? arg : { A_Indirection: { arg, indirection: path } },
    scope,
    place,
  );
  return rowFields(row, scope, undefined);
}

/**
 * @param row Expression of a row type.
 * @param scope For the row type.
 * @param location Byte offset to blame.
 * @returns Its fields.
 * @throws {SqlError} 42809 when it is no row.
 */
export function rowFields(
  row: Expr,
  scope: Scope,
  location: number | undefined,
): readonly Named[] {
  if (row.kind === "row") {
    return row.fields.map((expr, index) => ({
      name: row.names[index] ?? `f${index + 1}`,
      expr,
    }));
  }
  const field = (
    column: {
      readonly name: string;
      readonly type: number;
      readonly typmod: number;
    },
    index: number,
  ): Named => ({
    name: column.name,
    expr: {
      kind: "field",
      arg: row,
      index,
      type: column.type,
      typmod: column.typmod,
    },
  });
  const relation = relationOfRowType(scope.env, row.type);
  if (relation !== undefined) return relation.columns.map(field);
  if (row.kind === "call" && row.function.columns.length > 1) {
    return row.function.columns.map((column, index) =>
      field({ ...column, typmod: -1 }, index)
    );
  }
  if (row.type === oid.record) {
    throw errorAt("42601", "record type has not been registered", location);
  }
  throw errorAt(
    "42809",
    `column notation .* applied to type ${
      typeLabel(scope.env, row.type)
    }, which is not a composite type`,
    location,
  );
}
