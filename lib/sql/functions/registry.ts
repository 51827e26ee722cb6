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
  /** Whether the printer appends the types of the arguments (`Properties.withTypes`). */
  readonly typed?: boolean | undefined;
  /** Name under which JavaScript is registered with SQLite; unique. */
  readonly sqliteName: string;
  readonly print?:
    | ((args: readonly Printed[], distinct: boolean) => string)
    | undefined;
  readonly call?: Call | undefined;
  readonly rows?: RowsCall | undefined;
  // deno-lint-ignore no-explicit-any
  readonly aggregate?: AggregateCall<any> | undefined;
  /** Where a cast may happen by itself. */
  readonly castContext?: "implicit" | "assignment" | "explicit" | undefined;
  /** Set for a function of a user, which is inlined or run by the engine. */
  readonly user?: UserFunction | undefined;
}

/** A way from one type to another. */
export interface CastPath {
  /** The cast function; nothing when the datum stays the same. */
  readonly entry?: FunctionEntry | undefined;
  /** Where it may happen by itself. */
  readonly context: "implicit" | "assignment" | "explicit";
  /** Whether the datum stays the same. */
  readonly binary: boolean;
}

/** What is built in. */
export interface FunctionRegistry {
  /** @returns Functions, aggregates, window and set-returning functions of any schema. */
  functionsNamed(name: string): readonly FunctionEntry[];
  /** @returns Operators; prefix operators have one argument. */
  operatorsNamed(name: string): readonly FunctionEntry[];
  /** @returns The cast that `pg_cast` would have. */
  castBetween(source: number, target: number): CastPath | undefined;
  byOid(oid: number): FunctionEntry | undefined;
  /** @returns Everything, casts and operators too. */
  all(): Iterable<FunctionEntry>;
}
