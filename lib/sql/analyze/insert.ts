/**
 * Resolves INSERT.
 *
 * The source gives every column of the table: what the statement leaves out has its default there.
 *
 * @module
 */

import type { InsertStmt } from "@pgsql/types";
import type { Lenient } from "../mysql/nodes.ts";
import { newRowChecks } from "../policies.ts";
import type { Insert } from "../tree.ts";
import { readsEntry } from "./access.ts";
import { resolveConflict } from "./conflict.ts";
import { bringIn, entryItem } from "./from.ts";
import { resolveSource } from "./insert_source.ts";
import { columnIndex } from "./column_index.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { resolveReturning } from "./modification.ts";
import {
  type ModifyTarget,
  modifyTarget,
  writtenColumns,
} from "./modify_target.ts";
import { withInsertedNames } from "../mysql/source_columns.ts";
import type { Scope } from "./scope.ts";

/**
 * @param stmt The statement.
 * @param scope Its level.
 * @returns The modification.
 */
export function resolveInsert(stmt: InsertStmt, scope: Scope): Insert {
  scope.statement.leniency = (stmt as Lenient<InsertStmt>).leniency;
  const target = modifyTarget(stmt.relation, scope, "insert");
  const named = namedColumns(stmt, target);
  const { source, width } = resolveSource(stmt, target, named, scope);
  // Fewer values than columns are taken for the first ones, if no columns were named.
  const used = named.slice(0, width);
  writtenColumns(target, used, "a");

  bringIn({
    ...entryItem(target.visible.entry),
    entries: [target.visible],
  }, scope);
  const conflict = resolveConflict(
    onConflict(stmt.onConflictClause, target, used),
    target,
    scope,
  );
  const returning = resolveReturning(stmt.returningClause, target, scope);
  const reads = conflict?.reads ||
    readsEntry(returning.map(({ expr }) => expr), target.entry);
  const { entry, relation } = target;
  return {
    kind: "insert",
    ignores: scope.statement.leniency === "ignore",
    ctes: [],
    target: entry,
    relation,
    source,
    columns: relation.columns.map((_, index) => index),
    returning,
    checks: [
      ...newRowChecks(entry, relation, "a", reads, target.scope),
      ...target.checks,
    ],
    ...(conflict === undefined ? {} : { conflict: conflict.resolve(reads) }),
  };
}

/** MySQL's assignments may name what a query gives by the place it goes to. */
function onConflict(
  clause: InsertStmt["onConflictClause"],
  { named, scope }: ModifyTarget,
  used: readonly number[],
): InsertStmt["onConflictClause"] {
  if (scope.env.dialect !== "mysql" || clause?.targetList === undefined) {
    return clause;
  }
  const names = used.map((index) => named.columns[index]?.name ?? "");
  return { ...clause, targetList: withInsertedNames(clause.targetList, names) };
}

/** Columns of what is named, by index. */
function namedColumns(stmt: InsertStmt, target: ModifyTarget): number[] {
  const { columns, name } = target.named;
  if (stmt.cols === undefined) {
    return columns.flatMap(({ number }, index) => number > 0 ? [index] : []);
  }
  const found: number[] = [];
  for (const node of stmt.cols) {
    if (!("ResTarget" in node)) continue;
    const { name: wanted, location, indirection } = node.ResTarget;
    const index = columnIndex(columns, wanted ?? "", target.scope.env);
    if (index < 0) {
      throw errorAt(
        "42703",
        `column "${wanted}" of relation "${name}" does not exist`,
        location,
      );
    }
    if (indirection !== undefined) {
      throw notSupportedAt("assignment to a part of a column", location);
    }
    if (found.includes(index)) {
      throw errorAt(
        "42701",
        `column "${wanted}" specified more than once`,
        location,
      );
    }
    found.push(index);
  }
  return found;
}
