/**
 * Resolves FROM: tables, views, common table expressions, sub-queries, functions and joins.
 *
 * @module
 */

import type { Alias, Node, RangeSubselect, RangeVar } from "@pgsql/types";
import type { Cte, FromItem, RangeColumn, RangeEntry } from "../tree.ts";
import { noteAccess } from "./access.ts";
import { findCte } from "./find_cte.ts";
import { joinItem } from "./join.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import {
  childScope,
  type StarColumn,
  starColumns,
  withoutEntries,
} from "./new_scope.ts";
import {
  columnRef,
  outputColumns,
  relationColumns,
  stringList,
} from "./range.ts";
import { rangeFunction } from "./range_function.ts";
import { findRelation } from "./relation_name.ts";
import { selectPolicies } from "../policies.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { resolveStatementQuery } from "./query.ts";
import { viewQuery } from "./views.ts";

/** A FROM item and what it brings into scope. */
export interface Namespace {
  readonly item: FromItem;
  readonly entries: readonly ScopeEntry[];
  readonly merged: readonly StarColumn[];
  /** What `*` stands for. */
  readonly columns: readonly StarColumn[];
}

/** What else must be known of a FROM clause. */
export interface FromOptions {
  /** Aliases of the tables that `FOR UPDATE` names; all of them for `true`. */
  readonly locked?: ReadonlySet<string> | boolean;
}

/**
 * Resolves a FROM clause and brings its names into scope.
 *
 * @param nodes Items.
 * @param scope Scope of the query.
 * @param options See {@linkcode FromOptions}.
 * @returns The items.
 * @throws {SqlError} 42P01, 42712 and whatever is wrong with the items.
 */
export function resolveFrom(
  nodes: readonly Node[],
  scope: Scope,
  options: FromOptions = {},
): FromItem[] {
  return nodes.map((node) => {
    const space = fromItem(node, scope, options);
    bringIn(space, scope);
    return space.item;
  });
}

/**
 * @param space A FROM item.
 * @param scope Scope that sees it from now on.
 */
export function bringIn(space: Namespace, scope: Scope): void {
  checkAliases(scope.entries, space.entries);
  scope.entries.push(...space.entries);
  scope.merged.push(...space.merged);
  starColumns(scope).push(...space.columns);
}

/**
 * @param left Names there are.
 * @param right Names that come.
 * @throws {SqlError} 42712 when one comes twice.
 */
export function checkAliases(
  left: readonly ScopeEntry[],
  right: readonly ScopeEntry[],
): void {
  for (const { entry, schema } of right) {
    for (const other of left) {
      if (entry.alias !== other.entry.alias || entry.alias === "") continue;
      // Tables of one name in two schemas may stand side by side.
      if (
        schema !== undefined && other.schema !== undefined &&
        schema !== other.schema
      ) continue;
      throw errorAt(
        "42712",
        `table name "${entry.alias}" specified more than once`,
      );
    }
  }
}

/**
 * @param node One item.
 * @param scope What LATERAL items see.
 * @param options See {@linkcode FromOptions}.
 * @returns The item and its names.
 */
export function fromItem(
  node: Node,
  scope: Scope,
  options: FromOptions,
): Namespace {
  if ("RangeVar" in node) return tableItem(node.RangeVar, scope, options);
  if ("RangeSubselect" in node) return subqueryItem(node.RangeSubselect, scope);
  if ("RangeFunction" in node) {
    return entryItem(rangeFunction(node.RangeFunction, scope));
  }
  if ("JoinExpr" in node) return joinItem(node.JoinExpr, scope, options);
  if ("RangeTableSample" in node) {
    throw notSupportedAt("TABLESAMPLE", node.RangeTableSample.location);
  }
  if ("JsonTable" in node) {
    throw notSupportedAt("JSON_TABLE", node.JsonTable.location);
  }
  if ("RangeTableFunc" in node) {
    throw notSupportedAt("XMLTABLE", node.RangeTableFunc.location);
  }
  throw notSupportedAt(Object.keys(node)[0] ?? "FROM item");
}

/**
 * @param entry An entry.
 * @param schema Schema of a table that has no alias.
 * @returns Namespace of the entry alone.
 */
export function entryItem(entry: RangeEntry, schema?: number): Namespace {
  return {
    item: { kind: "entry", entry },
    entries: [{
      entry,
      visible: true,
      ...(schema === undefined ? {} : { schema }),
    }],
    merged: [],
    columns: entry.columns.flatMap(({ name, number }, index) =>
      number < 0 ? [] : [{ name, expr: columnRef(entry, index) }]
    ),
  };
}

function tableItem(
  name: RangeVar,
  scope: Scope,
  options: FromOptions,
): Namespace {
  const alias = name.alias?.aliasname ?? name.relname ?? "";
  const cte = name.schemaname === undefined
    ? findCte(name.relname ?? "", scope, name.location)
    : undefined;
  if (cte !== undefined) {
    checkReadable(cte, name);
    return entryItem({
      id: scope.statement.nextId(),
      alias,
      columns: aliasColumns(cte.columns, name.alias, alias),
      source: { kind: "cte", cte },
    });
  }
  const relation = findRelation(name, scope);
  const locked = typeof options.locked === "boolean"
    ? options.locked
    : options.locked?.has(alias) ?? false;
  const columns = aliasColumns(
    relationColumns(relation),
    name.alias,
    alias,
  );
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias,
    columns,
    source: relation.kind === "v" && scope.env.asWritten !== true
      ? {
        kind: "query",
        query: viewQuery(relation, scope, locked),
        lateral: false,
      }
      : { kind: "table", relation },
  };
  noteAccess(entry, relation, scope, {
    reads: true,
    whole: locked ? "w" : "",
  });
  if (relation.kind === "r") selectPolicies(entry, relation, scope, locked);
  return entryItem(
    entry,
    name.alias === undefined ? relation.schema : undefined,
  );
}

function checkReadable(cte: Cte, name: RangeVar): void {
  const { query } = cte;
  if (
    query !== undefined && "returning" in query && query.returning.length === 0
  ) {
    throw errorAt(
      "0A000",
      `WITH query "${cte.name}" does not have a RETURNING clause`,
      name.location,
    );
  }
}

function subqueryItem(node: RangeSubselect, scope: Scope): Namespace {
  const { subquery } = node;
  if (subquery === undefined) throw notSupportedAt("sub-query");
  const lateral = node.lateral ?? false;
  const query = resolveStatementQuery(
    subquery,
    childScope(lateral ? scope : withoutEntries(scope)),
  );
  const alias = node.alias?.aliasname ?? "";
  return entryItem({
    id: scope.statement.nextId(),
    alias,
    columns: aliasColumns(outputColumns(query), node.alias, alias),
    source: { kind: "query", query, lateral },
  });
}

/**
 * Renames columns as an alias says.
 *
 * @param columns Columns of the item.
 * @param alias Alias with names of columns.
 * @param name Name of the item, for the message.
 * @returns The columns.
 * @throws {SqlError} 42P10 when it has fewer.
 */
export function aliasColumns(
  columns: readonly RangeColumn[],
  alias: Alias | undefined,
  name: string,
): readonly RangeColumn[] {
  const names = stringList(alias?.colnames);
  if (names.length === 0) return columns;
  const available = columns.filter(({ number }) => number >= 0).length;
  if (names.length > available) {
    throw errorAt(
      "42P10",
      `table "${name}" has ${available} columns available but ${names.length} columns specified`,
    );
  }
  return columns.map((column, index) => ({
    ...column,
    name: names[index] ?? column.name,
  }));
}
