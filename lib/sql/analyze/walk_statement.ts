/**
 * Goes through whole statements, modifications among them.
 *
 * @module
 */

import type {
  Assignment,
  Expr,
  Modification,
  Query,
  RowCheck,
} from "../tree.ts";
import {
  type ExprMap,
  mapList,
  mapQuery,
  mapTargets,
  maybe,
  visitExpr,
  withChanges,
} from "./walk.ts";
import { mapCtes, mapEntry, mapFrom, mapFromItem } from "./walk_from.ts";

function mapChecks(
  checks: readonly RowCheck[],
  map: ExprMap,
): readonly RowCheck[] {
  return mapList(
    checks,
    (check) => withChanges(check, { expr: map(check.expr) }),
  );
}

function mapSet(
  set: readonly Assignment[],
  map: ExprMap,
): readonly Assignment[] {
  return mapList(set, (one) => withChanges(one, { value: map(one.value) }));
}

/**
 * @param statement A query or modification.
 * @param map What becomes of each expression.
 * @returns The statement.
 */
export function mapStatement<T extends Query | Modification>(
  statement: T,
  map: ExprMap,
): T {
  const node: Query | Modification = statement;
  switch (node.kind) {
    case "select":
    case "set":
      return mapQuery(node, map) as T;
    case "insert": {
      mapCtes(node.ctes, map);
      const { conflict } = node;
      return withChanges(node, {
        source: mapQuery(node.source, map),
        checks: mapChecks(node.checks, map),
        returning: mapTargets(node.returning, map),
        ...(conflict === undefined ? {} : {
          conflict: withChanges(conflict, {
            ...(conflict.index === undefined ? {} : {
              index: withChanges(conflict.index, {
                keys: mapList(conflict.index.keys, map),
                where: maybe(conflict.index.where, map),
              }),
            }),
            ...(conflict.update === undefined ? {} : {
              update: withChanges(conflict.update, {
                set: mapSet(conflict.update.set, map),
                where: maybe(conflict.update.where, map),
                existing: mapChecks(conflict.update.existing, map),
                checks: mapChecks(conflict.update.checks, map),
              }),
            }),
          }),
        }),
      }) as T;
    }
    case "update":
      mapCtes(node.ctes, map);
      mapEntry(node.target, map);
      return withChanges(node, {
        from: mapFrom(node.from, map),
        where: maybe(node.where, map),
        set: mapSet(node.set, map),
        checks: mapChecks(node.checks, map),
        returning: mapTargets(node.returning, map),
      }) as T;
    case "delete":
      mapCtes(node.ctes, map);
      mapEntry(node.target, map);
      return withChanges(node, {
        using: mapFrom(node.using, map),
        where: maybe(node.where, map),
        returning: mapTargets(node.returning, map),
      }) as T;
    case "merge":
      mapCtes(node.ctes, map);
      mapEntry(node.target, map);
      return withChanges(node, {
        source: mapFromItem(node.source, map),
        on: map(node.on),
        returning: mapTargets(node.returning, map),
        whens: mapList(node.whens, (when) =>
          withChanges(when, {
            condition: maybe(when.condition, map),
            ...(when.existing === undefined
              ? {}
              : { existing: mapChecks(when.existing, map) }),
            action: mapAction(when.action, map),
          })),
      }) as T;
  }
}

type MergeAction = Extract<Modification, { kind: "merge" }>["whens"][number][
  "action"
];

function mapAction(action: MergeAction, map: ExprMap): MergeAction {
  switch (action.kind) {
    case "nothing":
    case "delete":
      return action;
    case "update":
      return withChanges(action, {
        set: mapSet(action.set, map),
        checks: mapChecks(action.checks, map),
      });
    case "insert":
      return withChanges(action, {
        values: mapList(action.values, map),
        checks: mapChecks(action.checks, map),
      });
  }
}

/**
 * Sees every expression of a statement.
 *
 * @param statement Where to begin.
 * @param visit As for {@linkcode visitExpr}.
 */
export function visitStatement(
  statement: Query | Modification,
  visit: (expr: Expr) => boolean | void,
): void {
  mapStatement(statement, (expr) => {
    visitExpr(expr, visit);
    return expr;
  });
}
