/**
 * Every function, operator, cast and aggregate that can be called, by name.
 *
 * @module
 */

import type { UserFunction } from "../catalog/catalog.ts";
import type { AggregateCall, Call, Printed, RowsCall } from "./define.ts";

/** A callable thing. */
export interface FunctionEntry {
  /** `pg_proc.oid`. */
  readonly oid: number;
  /** Name in its schema; operators have their symbol. */
  readonly name: string;
  /** Oid of its schema. */
  readonly schema: number;
  readonly kind:
    | "function"
    | "operator"
    | "cast"
    | "aggregate"
    | "window"
    | "rows";
  /** Types of arguments; the last one is the element type's array when `variadic`. */
  readonly args: readonly number[];
  readonly argNames: readonly string[];
  /** Default values of the last arguments, as PostgreSQL text. */
  readonly defaults: readonly string[];
  readonly variadic: boolean;
  /** May be polymorphic (`anyelement`); a call has the actual one. */
  readonly returns: number;
  /** Columns of a `rows` function. */
  readonly columns: readonly { readonly name: string; readonly type: number }[];
  readonly strict: boolean;
  readonly volatility: "i" | "s" | "v";
  readonly leakproof: boolean;
  /** Name under which JavaScript is registered with SQLite; unique. */
  readonly sqliteName: string;
  readonly print?:
    | ((args: readonly Printed[], distinct: boolean) => string)
    | undefined;
  readonly call?: Call | undefined;
  readonly rows?: RowsCall | undefined;
  // deno-lint-ignore no-explicit-any
  readonly aggregate?: AggregateCall<any> | undefined;
  /** Set for a function of a user, which is inlined or run by the engine. */
  readonly user?: UserFunction | undefined;
}
