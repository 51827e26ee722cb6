/**
 * Resolves windows and calls over them.
 *
 * @module
 */

import type { FuncCall, Node, WindowDef } from "@pgsql/types";
import type { Expr, FrameBound, SortKey, Window } from "../tree.ts";
import { oid } from "../types/type.ts";
import { belongsTo, markWindow, resolveFilter } from "./aggregate.ts";
import { coerceArgument, settleUnknown, tryCoerce } from "./coercion.ts";
import type { FittedFunction } from "./call.ts";
import { errorAt, notSupportedAt } from "./located.ts";
import { locationOf } from "./locations.ts";
import { equalityOf } from "./operators.ts";
import { placeWords } from "./place_words.ts";
import { resolver } from "./resolver.ts";
import type { Place, Scope } from "./scope.ts";
import { resolveSortKeys } from "./sort_key.ts";
import { categoryOf, typeLabel } from "./type_facts.ts";
import { visitExpr } from "./walk.ts";

// Bits of `frameOptions` in the parse tree.
const frame = {
  given: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  startUnboundedPreceding: 0x20,
  startUnboundedFollowing: 0x80,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startOffsetPreceding: 0x800,
  endOffsetPreceding: 0x1000,
  startOffsetFollowing: 0x2000,
  endOffsetFollowing: 0x4000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x1_0000,
  excludeTies: 0x2_0000,
} as const;

/** Windows whose definition has a frame, which may not be copied. */
const framed = new WeakSet<Window>();

/**
 * @param node Call in the parse tree.
 * @param made The function and its arguments.
 * @param scope Where it stands.
 * @param place The same.
 * @returns The call over its window.
 * @throws {SqlError} 42P20, 42704, 0A000.
 */
export function makeWindowCall(
  node: FuncCall,
  made: FittedFunction,
  scope: Scope,
  place: Place,
): Expr {
  const { location } = node;
  if (place !== "select" && place !== "order") {
    throw errorAt(
      "42P20",
      `window functions are not allowed in ${placeWords(place)}`,
      location,
    );
  }
  if (node.agg_distinct) {
    throw errorAt(
      "0A000",
      "DISTINCT is not implemented for window functions",
      location,
    );
  }
  if (node.agg_within_group) {
    throw errorAt(
      "0A000",
      `OVER is not supported for ordered-set aggregate ${made.entry.name}`,
      location,
    );
  }
  if (node.agg_order !== undefined) {
    throw errorAt(
      "0A000",
      "aggregate ORDER BY is not implemented for window functions",
      location,
    );
  }
  for (const arg of made.args) {
    visitExpr(arg, (each) => {
      if (each.kind === "window" && belongsTo(each, scope)) {
        throw errorAt(
          "42P20",
          "window function calls cannot be nested",
          locationOf(each) ?? location,
        );
      }
    });
  }
  const filter = resolveFilter(node, scope);
  const over = node.over as WindowDef;
  const window = over.name === undefined
    ? resolveWindow(over, scope)
    : namedWindow(over.name, scope, over.location);
  scope.found.windows = true;
  const call: Expr = {
    kind: "window",
    function: made.entry,
    args: made.args,
    ...(filter === undefined ? {} : { filter }),
    window,
    type: made.returns,
    typmod: -1,
  };
  markWindow(call, scope);
  return call;
}

function namedWindow(
  name: string,
  scope: Scope,
  location: number | undefined,
): Window {
  const found = scope.windows.get(name);
  if (found !== undefined) return found;
  throw errorAt("42704", `window "${name}" does not exist`, location);
}

/**
 * Resolves a window, after OVER or in the WINDOW clause.
 *
 * @param node Definition in the parse tree.
 * @param scope Where it stands.
 * @returns The window.
 * @throws {SqlError} 42P20, 42704.
 */
export function resolveWindow(node: WindowDef, scope: Scope): Window {
  const { location } = node;
  const base = node.refname === undefined
    ? undefined
    : namedWindow(node.refname, scope, location);
  const own = {
    partition: (node.partitionClause ?? []).map((each) => {
      const expr = settleUnknown(
        resolver.expression(each, scope, "window"),
        scope,
      );
      equalityOf(expr.type, scope, locationOf(expr));
      return expr;
    }),
    order: resolveSortKeys(node.orderClause, scope, "window"),
  };
  if (base !== undefined) {
    if (own.partition.length > 0) {
      throw errorAt(
        "42P20",
        `cannot override PARTITION BY clause of window "${node.refname}"`,
        location,
      );
    }
    if (own.order.length > 0 && base.order.length > 0) {
      throw errorAt(
        "42P20",
        `cannot override ORDER BY clause of window "${node.refname}"`,
        location,
      );
    }
    if (framed.has(base)) {
      throw errorAt(
        "42P20",
        `cannot copy window "${node.refname}" because it has a frame clause`,
        location,
      );
    }
  }
  const order = base === undefined || base.order.length === 0
    ? own.order
    : base.order;
  const options = node.frameOptions ?? 0;
  const partition = base?.partition ?? own.partition;
  if ((options & frame.given) === 0) return { partition, order };
  const made = readFrame(node, options, order, scope);
  const window: Window = {
    partition,
    order: frameOrder(order, made, scope),
    frame: made,
  };
  framed.add(window);
  return window;
}

function readFrame(
  node: WindowDef,
  options: number,
  order: readonly SortKey[],
  scope: Scope,
): NonNullable<Window["frame"]> {
  const has = (bit: number) => (options & bit) !== 0;
  const mode = has(frame.rows)
    ? "ROWS"
    : has(frame.groups)
    ? "GROUPS"
    : "RANGE";
  if (mode === "GROUPS" && order.length === 0) {
    throw errorAt(
      "42P20",
      "GROUPS mode requires an ORDER BY clause",
      node.location,
    );
  }
  const offset = (value: Node | undefined) => {
    const expr = frameOffset(value as Node, mode, order, scope, node.location);
    // SQLite takes nothing there that calls a function or queries.
    if (isFixed(expr)) return expr;
    throw notSupportedAt(`an expression as offset of ${mode}`, node.location);
  };
  const start: FrameBound = has(frame.startOffsetPreceding)
    ? { at: "PRECEDING", offset: offset(node.startOffset) }
    : has(frame.startOffsetFollowing)
    ? { at: "FOLLOWING", offset: offset(node.startOffset) }
    : has(frame.startCurrentRow)
    ? { at: "CURRENT ROW" }
    : { at: "UNBOUNDED PRECEDING" };
  const end: FrameBound = has(frame.endOffsetPreceding)
    ? { at: "PRECEDING", offset: offset(node.endOffset) }
    : has(frame.endOffsetFollowing)
    ? { at: "FOLLOWING", offset: offset(node.endOffset) }
    : has(frame.endUnboundedFollowing)
    ? { at: "UNBOUNDED FOLLOWING" }
    : { at: "CURRENT ROW" };
  return {
    mode,
    start,
    end,
    exclude: has(frame.excludeCurrentRow)
      ? "CURRENT ROW"
      : has(frame.excludeGroup)
      ? "GROUP"
      : has(frame.excludeTies)
      ? "TIES"
      : "",
  };
}

function isFixed(expr: Expr): boolean {
  return expr.kind === "constant" || expr.kind === "param" ||
    (expr.kind === "cast" && isFixed(expr.arg));
}

/** Types that an interval is added to. */
const moments: ReadonlySet<number> = new Set([
  oid.date,
  oid.timestamp,
  oid.timestamptz,
]);

/** An interval as the number of microseconds that SQLite adds to the key and takes from it. */
function momentOffset(expr: Expr, type: number, scope: Scope): Expr {
  const interval = expr.type === oid.unknown || expr.type === oid.interval
    ? tryCoerce(expr, oid.interval, -1, "implicit", scope)
    : undefined;
  if (interval === undefined) {
    throw errorAt(
      "0A000",
      `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${
        typeLabel(scope.env, type)
      } and offset type ${typeLabel(scope.env, expr.type)}`,
      locationOf(expr),
      { hint: "Cast the offset value to an appropriate type." },
    );
  }
  // SQLite takes no function there, so it must be known now.
  if (interval.kind !== "constant" || typeof interval.value !== "string") {
    throw notSupportedAt("this RANGE offset", locationOf(expr));
  }
  scope.statement.exactText = true;
  return {
    kind: "constant",
    type: oid.int8,
    typmod: -1,
    value: lengthOf(interval.value, type === oid.timestamptz),
  };
}

/** Microseconds of an interval that is as long wherever it begins. */
function lengthOf(interval: string, zoned: boolean): bigint {
  const [months = 0n, days = 0n, micros = 0n] = interval.split(" ")
    .map(BigInt);
  // A plan outlives a change of the time zone, in which a day may have 23 hours.
  if (months !== 0n || (zoned && days !== 0n)) {
    throw notSupportedAt("RANGE with an offset of no fixed length");
  }
  const length = days * 86_400_000_000n + micros;
  if (length >= 0n) return length;
  throw errorAt(
    "22013",
    "invalid preceding or following size in window function",
  );
}

/** Dates are sorted as moments, so that an interval can be added to them. */
function frameOrder(
  order: readonly SortKey[],
  frame: NonNullable<Window["frame"]>,
  scope: Scope,
): readonly SortKey[] {
  const [key] = order;
  if (
    frame.mode !== "RANGE" || key?.expr.type !== oid.date ||
    !("offset" in frame.start || "offset" in frame.end)
  ) return order;
  const expr = tryCoerce(key.expr, oid.timestamp, -1, "implicit", scope);
  return expr === undefined ? order : [{ ...key, expr }];
}

function frameOffset(
  node: Node,
  mode: "ROWS" | "RANGE" | "GROUPS",
  order: readonly SortKey[],
  scope: Scope,
  location: number | undefined,
): Expr {
  const expr = resolver.expression(node, scope, "window");
  visitExpr(expr, (each) => {
    if (each.kind === "column") {
      throw errorAt(
        "42P10",
        `argument of ${mode} must not contain variables`,
        locationOf(each) ?? location,
      );
    }
  });
  if (mode !== "RANGE") return coerceArgument(expr, oid.int8, mode, scope);
  const [key, second] = order;
  if (key === undefined || second !== undefined) {
    throw errorAt(
      "42P20",
      "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column",
      location,
    );
  }
  const { type } = key.expr;
  if (moments.has(type)) return momentOffset(expr, type, scope);
  // SQLite adds and subtracts the numbers it keeps; intervals and decimal texts are none.
  if (categoryOf(scope.env, type) !== "N" || type === oid.numeric) {
    throw notSupportedAt(
      "RANGE with offset over this type of column",
      location,
    );
  }
  return coerceArgument(expr, type, mode, scope);
}
