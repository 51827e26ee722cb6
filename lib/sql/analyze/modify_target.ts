/**
 * The target of INSERT, UPDATE, DELETE and MERGE: a table, or a view that leads to one.
 *
 * @module
 */

import type { RangeVar } from "@pgsql/types";
import { type Column, fixedOid, type Relation } from "../catalog/catalog.ts";
import type { Expr, RangeEntry, RowCheck } from "../tree.ts";
import { type Access, noteAccess } from "./access.ts";
import { errorAt } from "./located.ts";
import { relationColumns } from "./range.ts";
import { findRelation } from "./relation_name.ts";
import type { Scope, ScopeEntry } from "./scope.ts";
import { viewTarget } from "./updatable_view.ts";
import { mapChildren } from "./walk.ts";

/** What is done to it. */
export type Command = "insert" | "update" | "delete" | "merge";

/** See the top of the file. */
export interface ModifyTarget {
  /** The table that holds the rows. */
  readonly relation: Relation;
  /** Entry that stands for the table's row. */
  readonly entry: RangeEntry;
  /** What the statement names: the table or a view. */
  readonly named: Relation;
  /** What its expressions see. */
  readonly visible: ScopeEntry;
  /** Scope whose role is the one that needs rights on the table. */
  readonly scope: Scope;
  /** Rights on what is named, and for a view those on the relations below. */
  readonly accesses: readonly Access[];
  /** Conditions of views. */
  readonly quals: readonly Expr[];
  /** Whether a view's conditions must be met before anything else is evaluated. */
  readonly barrier: boolean;
  /** `WITH CHECK OPTION`. */
  readonly checks: readonly RowCheck[];
  /** Default expressions of the columns of the table: a view may have its own. */
  readonly defaults: ReadonlyMap<number, Column>;
  /** @returns `expr` with the columns of a view replaced by what they are. */
  toBase(expr: Expr): Expr;
  /**
   * @param index Which column of what is named.
   * @returns Which column of the table that is.
   * @throws {SqlError} 0A000 when it is none.
   */
  baseColumn(index: number): number;
}

const labels: Readonly<Record<string, string>> = {
  m: "materialized view",
  S: "sequence",
};

/**
 * @param name Name in the parse tree.
 * @param scope Scope of the statement.
 * @param command What is done.
 * @returns The target.
 * @throws {SqlError} 42P01, 42809, 55000.
 */
export function modifyTarget(
  name: RangeVar | undefined,
  scope: Scope,
  command: Command,
): ModifyTarget {
  if (name === undefined) throw errorAt("42601", "syntax error");
  if (
    name.schemaname === undefined && scope.ctes.has(name.relname ?? "")
  ) {
    throw errorAt(
      "42P01",
      `relation "${name.relname}" cannot be the target of a modifying statement`,
      name.location,
    );
  }
  return openTarget(
    findRelation(name, scope),
    name.alias?.aliasname,
    scope,
    command,
  );
}

/**
 * @param relation What is named.
 * @param alias Its alias.
 * @param scope Scope of the statement, or of a view's query.
 * @param command What is done.
 * @returns The target.
 */
export function openTarget(
  relation: Relation,
  alias: string | undefined,
  scope: Scope,
  command: Command,
): ModifyTarget {
  const entry: RangeEntry = {
    id: scope.statement.nextId(),
    alias: alias ?? relation.name,
    columns: relationColumns(relation),
    source: { kind: "table", relation },
  };
  const access = noteAccess(entry, relation, scope, {
    reads: false,
    whole: command === "delete" ? "d" : "",
  });
  const visible: ScopeEntry = {
    entry,
    visible: true,
    ...(alias === undefined ? { schema: relation.schema } : {}),
  };
  if (
    relation.schema === fixedOid.pgCatalog ||
    relation.schema === fixedOid.informationSchema
  ) {
    throw errorAt("42501", `permission denied for table ${relation.name}`);
  }
  if (relation.kind === "v") {
    return viewTarget({ relation, entry, visible, access, scope, command });
  }
  const label = labels[relation.kind];
  if (label !== undefined) {
    throw errorAt("42809", `cannot change ${label} "${relation.name}"`);
  }
  return {
    relation,
    entry,
    named: relation,
    visible,
    scope,
    accesses: [access],
    quals: [],
    barrier: false,
    checks: [],
    defaults: new Map(
      relation.columns.map((column, index) => [index, column]),
    ),
    toBase: (expr) => expr,
    baseColumn: (index) => index,
  };
}

/**
 * @param target A target.
 * @param columns Columns of what is named, by index.
 * @param privilege INSERT or UPDATE.
 * @returns The columns of the table; the rights to write them are noted at every step.
 */
export function writtenColumns(
  target: ModifyTarget,
  columns: readonly number[],
  privilege: "a" | "w",
): number[] {
  const [named, ...below] = target.accesses;
  for (const index of columns) {
    const number = target.named.columns[index]?.number ?? 0;
    named?.written.push({ privilege, column: number });
  }
  if (columns.length === 0 && privilege === "a") {
    for (const each of target.accesses) {
      each.written.push({ privilege, column: 0 });
    }
  }
  const base = columns.map((index) => target.baseColumn(index));
  for (const each of below) {
    if (each.relation !== target.relation) continue;
    for (const index of base) {
      const number = target.relation.columns[index]?.number ?? 0;
      each.written.push({ privilege, column: number });
    }
  }
  return base;
}

/**
 * @param from An entry.
 * @param exprs What its columns are.
 * @returns A map that replaces the entry's columns.
 */
export function replaceColumns(
  from: RangeEntry,
  exprs: (index: number) => Expr,
): (expr: Expr) => Expr {
  const move = (expr: Expr): Expr =>
    expr.kind === "column" && expr.entry === from
      ? exprs(expr.index)
      : mapChildren(expr, move);
  return move;
}
