/**
 * Small things that everything around range entries needs.
 *
 * @module
 */

import type { Node } from "@pgsql/types";
import type {
  ColumnRef,
  Cte,
  FromItem,
  Query,
  RangeColumn,
  RangeEntry,
  Select,
  Target,
} from "../tree.ts";
import type { Relation } from "../catalog/catalog.ts";
import { notSupportedAt } from "./located.ts";
import type { Scope } from "./scope.ts";

/**
 * @param entry An entry.
 * @param index Which of its columns.
 * @returns Reference to it.
 */
export function columnRef(entry: RangeEntry, index: number): ColumnRef {
  const column = entry.columns[index];
  if (column === undefined) throw new RangeError(`No column ${index}`);
  return {
    kind: "column",
    entry,
    index,
    type: column.type,
    typmod: column.typmod,
  };
}

/**
 * @param nodes `String` nodes.
 * @returns Their texts.
 */
export function stringList(nodes: readonly Node[] | undefined): string[] {
  return (nodes ?? []).map((node) =>
    "String" in node ? node.String.sval ?? "" : ""
  );
}

/**
 * @param targets Columns of an answer.
 * @returns They as columns of an entry.
 */
export function targetColumns(targets: readonly Target[]): RangeColumn[] {
  return targets.map(({ name, expr }) => ({
    name,
    type: expr.type,
    typmod: expr.typmod,
    number: 0,
  }));
}

/**
 * @param query A query.
 * @returns Its columns.
 */
export function outputColumns(query: Query): RangeColumn[] {
  return targetColumns(query.targets);
}

/**
 * @param query A query.
 * @param scope Scope of the statement.
 * @param alias Name it is known by, if any.
 * @returns Entry that stands for its rows.
 */
export function queryEntry(
  query: Query,
  scope: Scope,
  alias = "",
): RangeEntry {
  return {
    id: scope.statement.nextId(),
    alias,
    columns: outputColumns(query),
    source: { kind: "query", query, lateral: false },
  };
}

/**
 * @param items FROM.
 * @returns The entries in it, from left to right.
 */
export function entriesOf(items: readonly FromItem[]): RangeEntry[] {
  return items.flatMap((item) =>
    item.kind === "entry" ? [item.entry] : entriesOf([item.left, item.right])
  );
}

/**
 * @param relation A table or view.
 * @returns Its columns as an entry has them.
 */
export function relationColumns(relation: Relation): RangeColumn[] {
  return relation.columns.map(({ name, type, typmod, number }) => ({
    name,
    type,
    typmod,
    number,
  }));
}

/** The parts of a {@linkcode Select} that are mostly empty. */
export const plainSelect: Select = {
  kind: "select",
  ctes: [],
  targets: [],
  from: [],
  groupBy: [],
  aggregated: false,
  distinct: "no",
  orderBy: [],
  withTies: false,
  locking: false,
};

/**
 * @param entry An entry.
 * @returns Select of all its columns.
 */
export function selectAll(entry: RangeEntry): Select {
  return {
    ...plainSelect,
    from: [{ kind: "entry", entry }],
    targets: entry.columns.map(({ name }, index) => ({
      expr: columnRef(entry, index),
      name,
      ...originOf(columnRef(entry, index)),
    })),
  };
}

/**
 * @param ref Column.
 * @returns Table and number it comes from, zeros if none, for Describe.
 */
export function originOf(
  ref: ColumnRef,
): { readonly table: number; readonly column: number } {
  const { source } = ref.entry;
  if (source.kind === "table") {
    return {
      table: source.relation.oid,
      column: ref.entry.columns[ref.index]?.number ?? 0,
    };
  }
  const query = source.kind === "query"
    ? source.query
    : source.kind === "cte"
    ? queryOf(source.cte)
    : undefined;
  const target = query?.targets[ref.index];
  return { table: target?.table ?? 0, column: target?.column ?? 0 };
}

function queryOf(cte: Cte): Query | undefined {
  const { query } = cte;
  // While a recursive one is being resolved it has none yet.
  return query !== undefined &&
      (query.kind === "select" || query.kind === "set")
    ? query
    : undefined;
}

/**
 * @param node A node that should be a SELECT.
 * @returns The statement.
 */
export function selectStmt(
  node: Node,
): Extract<Node, { SelectStmt: unknown }>["SelectStmt"] {
  if ("SelectStmt" in node) return node.SelectStmt;
  throw notSupportedAt(Object.keys(node)[0] ?? "statement");
}
