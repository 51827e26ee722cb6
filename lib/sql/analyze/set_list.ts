/**
 * Resolves the SET list of UPDATE, of ON CONFLICT DO UPDATE and of MERGE.
 *
 * @module
 */

import type { MultiAssignRef, Node, ResTarget } from "@pgsql/types";
import type { Column } from "../catalog/catalog.ts";
import type { Assignment, Expr } from "../tree.ts";
import { assignElement } from "./assign_element.ts";
import { columnIndex } from "./column_index.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { type ModifyTarget, replaceColumns } from "./modify_target.ts";
import { memoOf } from "./new_scope.ts";
import { nodeLocation } from "./node_location.ts";
import { quietly } from "../mysql/resolve/quietly.ts";
import { fitGiven } from "../mysql/resolve/fit.ts";
import { defaultValue, generatedValue } from "./new_row.ts";
import { columnRef } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";

/** What a SET list says. */
export interface SetList {
  /** Columns of the table and their new values, in terms of what the statement names. */
  readonly set: readonly Assignment[];
  /** Columns of what is named, by index. */
  readonly named: readonly number[];
}

/**
 * @param nodes `ResTarget`s.
 * @param target Target.
 * @param scope Scope that sees the target and the other tables.
 * @returns The assignments.
 * @throws {SqlError} 42703, 42601, 428C9.
 */
export function resolveSet(
  nodes: readonly Node[],
  target: ModifyTarget,
  scope: Scope,
): SetList {
  const set: Assignment[] = [];
  const named: number[] = [];
  const partly = new Set<number>();
  const done = new Map<number, Expr>();
  // In MySQL each assignment sees those before it.
  const follow = scope.env.dialect === "mysql"
    ? replaceColumns(
      target.visible.entry,
      (index) => done.get(index) ?? columnRef(target.visible.entry, index),
    )
    : undefined;
  for (const node of nodes) {
    if (!("ResTarget" in node)) continue;
    const { name, location, indirection } = node.ResTarget;
    const index = columnIndex(target.named.columns, name ?? "", scope.env);
    if (index < 0) {
      throw errorAt(
        "42703",
        `column "${name}" of relation "${target.named.name}" does not exist`,
        location,
      );
    }
    const column = target.baseColumn(index);
    if (
      indirection !== undefined && (partly.has(index) || !named.includes(index))
    ) {
      partly.add(index);
      const at = set.findIndex((each) => each.column === column);
      const made = {
        column,
        value: newElement(
          node.ResTarget,
          column,
          set[at]?.value ?? columnRef(target.visible.entry, index),
          target,
          scope,
        ),
      };
      // Parts of one column are assigned one after another.
      if (at < 0) {
        named.push(index);
        set.push(made);
      } else set[at] = made;
      continue;
    }
    if (named.includes(index)) {
      throw errorAt(
        "42601",
        `multiple assignments to same column "${name}"`,
      );
    }
    named.push(index);
    const value = newValue(node.ResTarget, column, target, scope, follow);
    set.push({ column, value });
    if (follow !== undefined) done.set(index, quietly(value));
  }
  return { set, named };
}

function newValue(
  item: ResTarget,
  index: number,
  target: ModifyTarget,
  scope: Scope,
  follow: ((expr: Expr) => Expr) | undefined,
): Expr {
  const column = target.relation.columns[index];
  if (column === undefined || item.val === undefined) {
    throw notSupportedAt("SET", item.location);
  }
  const value = assigned(item.val, scope);
  if (value === "default") return defaultValue(target, index);
  checkWritable(column);
  return fitGiven(follow?.(value) ?? value, column, scope, { list: "set" });
}

/** The column's value with a new part. */
function newElement(
  item: ResTarget,
  index: number,
  before: Expr,
  target: ModifyTarget,
  scope: Scope,
): Expr {
  const column = target.relation.columns[index];
  if (column === undefined || item.val === undefined) {
    throw notSupportedAt("SET", item.location);
  }
  const value = assigned(item.val, scope);
  if (value === "default") {
    throw errorAt(
      "0A000",
      "cannot set an array element to DEFAULT",
      item.location,
    );
  }
  checkWritable(column);
  return assignElement({
    column,
    before,
    path: item.indirection ?? [],
    value,
    location: item.location,
  }, scope);
}

function checkWritable(column: Column): void {
  const detail = column.generated !== ""
    ? `Column "${column.name}" is a generated column.`
    : column.identity === "a"
    ? `Column "${column.name}" is an identity column defined as GENERATED ALWAYS.`
    : undefined;
  if (detail !== undefined) {
    throw errorAt(
      "428C9",
      `column "${column.name}" can only be updated to DEFAULT`,
      undefined,
      { detail },
    );
  }
}

function assigned(node: Node, scope: Scope): Expr | "default" {
  if ("SetToDefault" in node) return "default";
  if ("MultiAssignRef" in node) return oneOfSeveral(node.MultiAssignRef, scope);
  return resolver.expression(node, scope, "update");
}

/** A column of `(a, b) = (1, 2)` or `(a, b) = (SELECT …)`. */
function oneOfSeveral(ref: MultiAssignRef, scope: Scope): Expr | "default" {
  const { source, colno = 1, ncolumns = 1 } = ref;
  const mismatch = () =>
    errorAt(
      "42601",
      "number of columns does not match number of values",
      nodeLocation(source),
    );
  if (source !== undefined && "RowExpr" in source) {
    const values = source.RowExpr.args ?? [];
    const value = values[colno - 1];
    if (values.length !== ncolumns || value === undefined) throw mismatch();
    return assigned(value, scope);
  }
  if (
    source === undefined || !("SubLink" in source) ||
    source.SubLink.subselect === undefined
  ) {
    throw notSupportedAt(
      "source for a multiple-column UPDATE item other than a sub-SELECT or ROW() expression",
    );
  }
  const query = resolver.query(source.SubLink.subselect, scope);
  if (query.targets.length !== ncolumns) throw mismatch();
  const target = query.targets[colno - 1];
  if (target === undefined) throw mismatch();
  const { type, typmod } = target.expr;
  if (query.kind === "select" && query.distinct === "no") {
    return {
      kind: "subQuery",
      form: "scalar",
      query: { ...query, targets: [target] },
      type,
      typmod,
    };
  }
  throw notSupportedAt("this sub-SELECT in a multiple-column UPDATE");
}

/**
 * Adds the generated columns that depend on what is set.
 *
 * @param set Assignments.
 * @param target Target.
 * @returns The assignments and those that follow from them.
 */
export function recomputeGenerated(
  set: readonly Assignment[],
  target: ModifyTarget,
): Assignment[] {
  const { relation, entry } = target;
  const values = new Map(
    set.map(({ column, value }) => [column, quietly(value)]),
  );
  const all = set.filter(({ column }) =>
    relation.columns[column]?.generated === ""
  );
  relation.columns.forEach(({ generated }, index) => {
    if (generated === "") return;
    let depends = values.has(index);
    const value = generatedValue(target, index, (other) => {
      const changed = values.get(other);
      if (changed !== undefined) depends = true;
      return changed ?? columnRef(entry, other);
    });
    if (!depends) return;
    memoOf(target.scope.statement).trusted.set(value, entry);
    all.push({ column: index, value });
  });
  return all;
}
