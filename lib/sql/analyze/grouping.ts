/**
 * `GROUPING(a, b)`: which of the expressions are not grouped by in the row's grouping set.
 *
 * Until the sets are known it is a call of a function that no catalog has.
 *
 * @module
 */

import type { FunctionEntry } from "../functions/registry.ts";
import type { Call, Expr } from "../tree.ts";
import { oid } from "../types/type.ts";

const entry: FunctionEntry = {
  oid: 0,
  name: "grouping",
  schema: 0,
  kind: "function",
  args: [],
  argNames: [],
  defaults: [],
  variadic: true,
  returns: oid.int4,
  columns: [],
  strict: false,
  volatility: "i",
  leakproof: false,
  sqliteName: "pg_grouping",
};

/**
 * @param args Its arguments.
 * @returns The call.
 */
export function groupingCall(args: readonly Expr[]): Call {
  return { kind: "call", function: entry, args, type: oid.int4, typmod: -1 };
}

/**
 * @param expr Expression.
 * @returns Whether it is such a call.
 */
export function isGrouping(expr: Expr): expr is Call {
  return expr.kind === "call" && expr.function === entry;
}
