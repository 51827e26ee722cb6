/**
 * Goes through a resolved tree.
 *
 * `mapChildren` rebuilds a node from what a function makes of its children, and returns the node itself
 * when none changed. Range entries keep their identity, because columns point at them: what they hold
 * is replaced in place.
 *
 * @module
 */

import type {
  Expr,
  FrameBound,
  Query,
  SortKey,
  Target,
  Window,
} from "../tree.ts";
import { mapCtes, mapFrom } from "./walk_from.ts";

/** Makes one expression of another. */
export type ExprMap = (expr: Expr) => Expr;

/**
 * @param list Anything.
 * @param map What becomes of each.
 * @returns The same list when nothing changed.
 */
export function mapList<T>(
  list: readonly T[],
  map: (item: T) => T,
): readonly T[] {
  let changed: T[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const before = list[i] as T;
    const after = map(before);
    if (after !== before && changed === undefined) changed = list.slice(0, i);
    changed?.push(after);
  }
  return changed ?? list;
}

/**
 * @param expr An expression, or none.
 * @param map What becomes of it.
 * @returns The same of what there is.
 */
export function maybe(expr: Expr | undefined, map: ExprMap): Expr | undefined {
  return expr === undefined ? undefined : map(expr);
}

/**
 * @param node A node.
 * @param changes Properties that may have changed.
 * @returns A copy with them; the node itself when nothing changed.
 */
export function withChanges<T extends object>(node: T, changes: Partial<T>): T {
  for (const key of Object.keys(changes) as (keyof T)[]) {
    if (changes[key] !== node[key]) return { ...node, ...changes };
  }
  return node;
}

/**
 * @param keys Keys of an ORDER BY.
 * @param map What becomes of each expression.
 * @returns The keys.
 */
export function mapSort(
  keys: readonly SortKey[],
  map: ExprMap,
): readonly SortKey[] {
  return mapList(keys, (key) => withChanges(key, { expr: map(key.expr) }));
}

function mapBound(bound: FrameBound, map: ExprMap): FrameBound {
  return "offset" in bound
    ? withChanges(bound, { offset: map(bound.offset) })
    : bound;
}

/**
 * @param window A window.
 * @param map What becomes of each expression.
 * @returns The window.
 */
export function mapWindow(window: Window, map: ExprMap): Window {
  const { frame } = window;
  return withChanges(window, {
    partition: mapList(window.partition, map),
    order: mapSort(window.order, map),
    ...(frame === undefined ? {} : {
      frame: withChanges(frame, {
        start: mapBound(frame.start, map),
        end: mapBound(frame.end, map),
      }),
    }),
  });
}

/**
 * @param expr An expression.
 * @param map What becomes of each expression right below it, those of sub-queries included.
 * @returns The expression.
 */
export function mapChildren(expr: Expr, map: ExprMap): Expr {
  switch (expr.kind) {
    case "constant":
    case "param":
    case "session":
    case "column":
    case "outer":
      return expr;
    case "call":
    case "logic":
    case "coalesce":
    case "extreme":
      return withChanges(expr, { args: mapList(expr.args, map) });
    case "aggregate":
      return withChanges(expr, {
        args: mapList(expr.args, map),
        order: mapSort(expr.order, map),
        ...(expr.filter === undefined ? {} : { filter: map(expr.filter) }),
        ...(expr.direct === undefined
          ? {}
          : { direct: mapList(expr.direct, map) }),
      });
    case "window":
      return withChanges(expr, {
        args: mapList(expr.args, map),
        window: mapWindow(expr.window, map),
        ...(expr.filter === undefined ? {} : { filter: map(expr.filter) }),
      });
    case "cast":
    case "isNull":
    case "isBoolean":
    case "field":
      return withChanges(expr, { arg: map(expr.arg) });
    case "isDistinct":
      return withChanges(expr, {
        left: map(expr.left),
        right: map(expr.right),
      });
    case "arrayCompare":
      return withChanges(expr, {
        left: map(expr.left),
        right: map(expr.right),
      });
    case "case":
      return withChanges(expr, {
        whens: mapList(
          expr.whens,
          (arm) =>
            withChanges(arm, { when: map(arm.when), then: map(arm.then) }),
        ),
        ...(expr.otherwise === undefined
          ? {}
          : { otherwise: map(expr.otherwise) }),
      });
    case "array":
      return withChanges(expr, { elements: mapList(expr.elements, map) });
    case "row":
      return withChanges(expr, { fields: mapList(expr.fields, map) });
    case "rowCompare":
      return withChanges(expr, {
        left: mapList(expr.left, map),
        right: mapList(expr.right, map),
      });
    case "in":
      return withChanges(expr, {
        arg: map(expr.arg),
        list: mapList(expr.list, map),
      });
    case "subQuery":
      return withChanges(expr, {
        query: mapQuery(expr.query, map),
        ...(expr.left === undefined ? {} : { left: mapList(expr.left, map) }),
      });
    case "subscript":
      return withChanges(expr, {
        array: map(expr.array),
        indexes: mapList(expr.indexes, (index) =>
          withChanges(index, {
            ...(index.lower === undefined ? {} : { lower: map(index.lower) }),
            ...(index.upper === undefined ? {} : { upper: map(index.upper) }),
          })),
      });
  }
}

/**
 * @param targets Columns of an answer.
 * @param map What becomes of each expression.
 * @returns The columns.
 */
export function mapTargets(
  targets: readonly Target[],
  map: ExprMap,
): readonly Target[] {
  return mapList(
    targets,
    (target) => withChanges(target, { expr: map(target.expr) }),
  );
}

/**
 * @param query A query.
 * @param map What becomes of each expression at its level; sub-queries are reached through it.
 * @returns The query.
 */
export function mapQuery(query: Query, map: ExprMap): Query {
  mapCtes(query.ctes, map);
  if (query.kind === "set") {
    return withChanges(query, {
      left: mapQuery(query.left, map),
      right: mapQuery(query.right, map),
      targets: mapTargets(query.targets, map),
      orderBy: mapSort(query.orderBy, map),
      ...limits(query, map),
    });
  }
  return withChanges(query, {
    targets: mapTargets(query.targets, map),
    from: mapFrom(query.from, map),
    groupBy: mapList(query.groupBy, map),
    orderBy: mapSort(query.orderBy, map),
    ...(query.where === undefined ? {} : { where: map(query.where) }),
    ...(query.having === undefined ? {} : { having: map(query.having) }),
    ...(typeof query.distinct === "string" ? {} : {
      distinct: withChanges(query.distinct, {
        on: mapList(query.distinct.on, map),
      }),
    }),
    ...limits(query, map),
  });
}

function limits(
  query: Query,
  map: ExprMap,
): { limit?: Expr; offset?: Expr } {
  return {
    ...(query.limit === undefined ? {} : { limit: map(query.limit) }),
    ...(query.offset === undefined ? {} : { offset: map(query.offset) }),
  };
}

/**
 * Sees every expression of a tree, sub-queries included, from the top down.
 *
 * @param expr Where to begin.
 * @param visit Sees each; the answer `false` keeps it from what is below.
 */
export function visitExpr(
  expr: Expr,
  visit: (expr: Expr) => boolean | void,
): void {
  const go: ExprMap = (each) => {
    if (visit(each) !== false) mapChildren(each, go);
    return each;
  };
  go(expr);
}

/**
 * @param expr An expression.
 * @param test What is looked for.
 * @returns Whether it or anything below it is.
 */
export function contains(expr: Expr, test: (expr: Expr) => boolean): boolean {
  let found = false;
  visitExpr(expr, (each) => {
    if (!found && test(each)) found = true;
    return !found;
  });
  return found;
}
