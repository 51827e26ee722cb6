/**
 * Resolves ON CONFLICT: which index is meant, and what happens to the row that is there.
 *
 * @module
 */

import type { InferClause, Node, OnConflictClause } from "@pgsql/types";
import type { Index, StoredExpression } from "../catalog/catalog.ts";
import type { Expr, Insert, RangeEntry } from "../tree.ts";
import { existingRowChecks, newRowChecks } from "../policies.ts";
import { coerceToBoolean } from "./coercion.ts";
import { equalExpr } from "./equal.ts";
import { entryItem } from "./from.ts";
import { errorAt, inOtherText } from "./located.ts";
import {
  type ModifyTarget,
  replaceColumns,
  writtenColumns,
} from "./modify_target.ts";
import { emptyScope } from "./new_scope.ts";
import { columnRef, relationColumns } from "./range.ts";
import { resolver } from "./resolver.ts";
import type { Scope } from "./scope.ts";
import { condition } from "./select.ts";
import { recomputeGenerated, resolveSet } from "./set_list.ts";
import { withUpdateTimes } from "../mysql/resolve/update_times.ts";

type Conflict = NonNullable<Insert["conflict"]>;

/** What is known before the RETURNING list is. */
export interface PendingConflict {
  /** Whether the row that is there is read. */
  readonly reads: boolean;
  /**
   * @param reads Whether rows are read by any part of the statement.
   * @returns The whole.
   */
  resolve(reads: boolean): Conflict;
}

/**
 * @param clause The clause, if there is one.
 * @param target Target.
 * @param scope Scope that sees the target.
 * @returns What it means.
 * @throws {SqlError} 42P10, 42704, 42601.
 */
export function resolveConflict(
  clause: OnConflictClause | undefined,
  target: ModifyTarget,
  scope: Scope,
): PendingConflict | undefined {
  if (clause === undefined || clause.action === undefined) return undefined;
  const index = clause.infer === undefined
    ? undefined
    : arbiter(clause.infer, target, scope);
  const infers = clause.infer !== undefined;
  if (clause.action !== "ONCONFLICT_UPDATE") {
    return {
      reads: infers,
      resolve: () => index === undefined ? {} : { index },
    };
  }
  const mysql = scope.env.dialect === "mysql";
  if (index === undefined && !mysql) {
    throw errorAt(
      "42601",
      "ON CONFLICT DO UPDATE requires inference specification or constraint name",
      clause.location,
      { hint: "For example, ON CONFLICT (column_name)." },
    );
  }
  const { named, relation, entry } = target;
  const stand: RangeEntry = {
    id: scope.statement.nextId(),
    alias: "excluded",
    columns: relationColumns(named),
    source: { kind: "table", relation: named },
  };
  const excluded: RangeEntry = named === relation
    ? stand
    : { ...stand, columns: relationColumns(relation) };
  // Of a view, excluded has the view's columns: those of the table's proposed row.
  const toExcluded = named === relation
    ? (expr: Expr) => expr
    : replaceColumns(stand, (at) =>
      replaceColumns(entry, (other) =>
        columnRef(excluded, other))(
          target.toBase(columnRef(target.visible.entry, at)),
        ));
  const toBase = (expr: Expr) => target.toBase(toExcluded(expr));

  const inner: Scope = {
    ...scope,
    entries: [...scope.entries, ...entryItem(stand).entries],
  };
  const list = resolveSet(
    clause.targetList ?? (mysql ? everyColumn(target, stand.alias) : []),
    target,
    inner,
  );
  writtenColumns(target, list.named, "w");
  const where = clause.whereClause === undefined
    ? undefined
    : toBase(condition(clause.whereClause, inner, "where", "WHERE"));
  const set = list.set.map((each) => ({ ...each, value: toBase(each.value) }));
  return {
    reads: true,
    resolve: (reads) => ({
      ...(index === undefined ? {} : { index }),
      update: {
        set: recomputeGenerated(
          mysql ? withUpdateTimes(set, target, scope) : set,
          target,
        ),
        replaces: clause.targetList === undefined,
        excluded,
        existing: existingRowChecks(entry, relation, "w", reads, target.scope),
        checks: [
          ...newRowChecks(entry, relation, "w", reads, target.scope),
          ...target.checks,
        ],
        ...(where === undefined ? {} : { where }),
      },
    }),
  };
}

/** REPLACE: each column becomes what was to be inserted. */
function everyColumn({ named }: ModifyTarget, alias: string): Node[] {
  return named.columns.flatMap(({ name, number, generated }) =>
    number <= 0 || generated !== "" ? [] : [{
      ResTarget: {
        name,
        val: {
          ColumnRef: {
            fields: [{ String: { sval: alias } }, { String: { sval: name } }],
          },
        },
      },
    }]
  );
}

function arbiter(
  infer: InferClause,
  target: ModifyTarget,
  scope: Scope,
): Conflict["index"] {
  const { relation } = target;
  if (infer.conname !== undefined) {
    const constraint = relation.constraints.find(({ name }) =>
      name === infer.conname
    );
    if (constraint === undefined) {
      throw errorAt(
        "42704",
        `constraint "${infer.conname}" for table "${relation.name}" does not exist`,
      );
    }
    const index = relation.indexes.find(({ oid }) => oid === constraint.index);
    if (index === undefined) {
      throw errorAt(
        "42809",
        "constraint in ON CONFLICT clause has no associated index",
      );
    }
    if (constraint.deferrable) throw deferrable();
    return keysOf(index, target);
  }
  const wanted: Expr[] = [];
  for (const node of infer.indexElems ?? []) {
    if (!("IndexElem" in node)) continue;
    const { name, expr } = node.IndexElem;
    const written = expr ??
      { ColumnRef: { fields: [{ String: { sval: name ?? "" } }] } };
    wanted.push(
      target.toBase(resolver.expression(written, scope, "index")),
    );
  }
  const where = infer.whereClause === undefined ? undefined : target.toBase(
    coerceToBoolean(
      resolver.expression(infer.whereClause, scope, "index"),
      "WHERE",
      scope,
    ),
  );
  let refused = false;
  for (const index of relation.indexes) {
    if (!index.unique || index.storage === "") continue;
    const found = keysOf(index, target);
    if (found === undefined) continue;
    const sameKeys = found.keys.every((key) =>
      wanted.some((each) => equalExpr(each, key))
    ) && wanted.every((each) => found.keys.some((key) => equalExpr(each, key)));
    if (!sameKeys) continue;
    if (
      found.where !== undefined &&
      (where === undefined || !implies(where, found.where))
    ) continue;
    const constraint = relation.constraints.find((each) =>
      each.index === index.oid
    );
    if (constraint?.deferrable) {
      refused = true;
      continue;
    }
    scope.statement.exactText ||= where !== undefined;
    return found;
  }
  if (refused) throw deferrable();
  throw errorAt(
    "42P10",
    "there is no unique or exclusion constraint matching the ON CONFLICT specification",
  );
}

function deferrable() {
  return errorAt(
    "55000",
    "ON CONFLICT does not support deferrable unique constraints/exclusion constraints as arbiters",
  );
}

/** Whether a condition says at least what another does: each part of the other is among its parts. */
function implies(given: Expr, asked: Expr): boolean {
  const parts = (expr: Expr): readonly Expr[] =>
    expr.kind === "logic" && expr.operator === "and"
      ? expr.args.flatMap(parts)
      : [expr];
  const have = parts(given);
  return parts(asked).every((each) => have.some((one) => equalExpr(one, each)));
}

/** The keys of an index over the target's row. */
function keysOf(
  index: Index,
  target: ModifyTarget,
): NonNullable<Conflict["index"]> {
  const { relation, entry, scope } = target;
  const inner: Scope = {
    ...emptyScope(scope.env, scope.statement),
    entries: [{ entry, visible: true }],
  };
  const over = ({ node }: StoredExpression) =>
    inOtherText(
      scope.statement,
      () => resolver.expression(node, inner, "index"),
    );
  const keys = index.keys.map(({ column, expression }): Expr =>
    expression === undefined
      ? columnRef(
        entry,
        relation.columns.findIndex(({ number }) => number === column),
      )
      : over(expression)
  );
  return {
    keys,
    ...(index.predicate === undefined ? {} : { where: over(index.predicate) }),
  };
}
