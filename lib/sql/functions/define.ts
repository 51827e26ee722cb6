/**
 * How built-in functions, operators, casts and aggregates are written down.
 *
 * ```ts
 * export const text: readonly Definition[] = [
 *   fn("upper(text) text", { call: ([s]) => (s as string).toUpperCase() }),
 *   fn("length(text) int4", { sql: ([s]) => `length(${s})` }),
 *   op("text || text = text", { sql: ([a, b]) => `(${a} || ${b})` }),
 *   cast("int4 -> int8", "implicit", { sql: ([a]) => a }),
 *   aggregate("bool_and(bool) bool", { sql: ([a]) => `min(${a})` }),
 * ];
 * ```
 *
 * `sql` prints SQLite's own expression and is preferred: it costs nothing. It may repeat an argument
 * only after asking {@linkcode Printed.simple}. `call` runs JavaScript for each row (about a
 * microsecond).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import type { EvalContext } from "../eval_context.ts";

/** An argument as SQLite text; converts to its text in a template literal. */
export interface Printed {
  /** SQLite expression, in parentheses where it needs them. */
  readonly sql: string;
  /** Whether it is a column, a bound value or a literal, which may be repeated at no cost. */
  readonly simple: boolean;
  /** @returns `sql`. */
  toString(): string;
}

/** Runs in JavaScript; arguments are datums, never `null` if the function is strict. */
export type Call = (
  args: readonly Datum[],
  context: EvalContext,
) => Datum | boolean;

/** Gives rows; each row is an array of datums, one for each output column. */
export type RowsCall = (
  args: readonly Datum[],
  context: EvalContext,
) => Iterable<readonly (Datum | boolean)[]>;

/** How a scalar is evaluated: exactly one of the two. */
export interface Evaluation {
  /** Prints SQLite's own expression; names of helper functions of ours may appear in it. */
  readonly sql?: (args: readonly Printed[]) => string;
  /** Evaluates in JavaScript. */
  readonly call?: Call;
}

/** Further properties; the defaults suit nearly every function. */
export interface Properties {
  /**
   * Immutable, stable, volatile.
   *
   * @default {"i"}
   */
  readonly volatility?: "i" | "s" | "v";
  /**
   * Whether a NULL argument gives NULL without a call.
   *
   * @default {true}
   */
  readonly strict?: boolean;
  /** Whether errors and side effects can tell nothing of its arguments (comparisons mostly). */
  readonly leakproof?: boolean;
  /** `pg_proc.oid` where clients know it; given out from 6000 in order otherwise. */
  readonly oid?: number;
  /** Names of arguments, for `name => value` calls. */
  readonly argNames?: readonly string[];
  /** Default values of the last arguments, as PostgreSQL expressions. */
  readonly defaults?: readonly string[];
  /**
   * Whether the printer appends one last argument: TEXT with the oids of the actual argument types,
   * separated by commas (`25,1184`). A row with known fields is written
   * `record("name" oid,"name" oid,…)`. For functions of `any`, `anyelement` and the like, whose
   * datums alone do not tell their types (`lib/sql/functions/argument_types.ts` reads it).
   */
  readonly withTypes?: boolean;
}

/** An aggregate in JavaScript, usable as a window function too. */
export interface AggregateCall<State> {
  /** @returns An empty state. */
  init(): State;
  /** Takes a row in; returns the new state. */
  step(state: State, args: readonly Datum[], context: EvalContext): State;
  /** Takes a row out again, for moving frames; without it such frames are refused (0A000). */
  inverse?(state: State, args: readonly Datum[], context: EvalContext): State;
  /** @returns The value so far. */
  final(state: State, context: EvalContext): Datum | boolean;
}

/** A function, operator, cast or aggregate of `pg_catalog`. */
export type Definition =
  | (
    & { readonly kind: "function"; readonly signature: string }
    & Evaluation
    & Properties
  )
  | (
    & { readonly kind: "operator"; readonly signature: string }
    & Evaluation
    & Properties
  )
  | (
    & {
      readonly kind: "cast";
      readonly signature: string;
      readonly context: "implicit" | "assignment" | "explicit";
    }
    & Evaluation
    & Properties
  )
  | ({
    readonly kind: "aggregate";
    readonly signature: string;
    readonly sql?: (args: readonly Printed[], distinct: boolean) => string;
    // deno-lint-ignore no-explicit-any
    readonly call?: AggregateCall<any>;
  } & Properties)
  | ({
    readonly kind: "window";
    readonly signature: string;
    readonly sql: (args: readonly Printed[]) => string;
  } & Properties)
  | ({
    readonly kind: "rows";
    readonly signature: string;
    readonly rows: RowsCall;
  } & Properties);

/**
 * @param signature `name(type, …) type`; `VARIADIC type[]` last, `any`, `anyelement`, `anyarray`,
 *   `anycompatible` as in PostgreSQL. Type names are those of `pg_type` (`int4`, `timestamptz`, `text[]`).
 * @param how Evaluation and properties.
 * @returns The definition.
 */
export function fn(
  signature: string,
  how: Evaluation & Properties,
): Definition {
  return { kind: "function", signature, ...how };
}

/**
 * @param signature `left op right = result`, or `op right = result` for a prefix operator.
 * @param how Evaluation and properties.
 * @returns The definition.
 */
export function op(
  signature: string,
  how: Evaluation & Properties,
): Definition {
  return { kind: "operator", signature, ...how };
}

/**
 * @param signature `source -> target`. A cast through text (`::text`, `'…'::type`) needs no line: the
 *   types' own input and output do it.
 * @param context Where it may happen by itself (manual, CREATE CAST).
 * @param how Evaluation and properties.
 * @returns The definition.
 */
export function cast(
  signature: string,
  context: "implicit" | "assignment" | "explicit",
  how: Evaluation & Properties,
): Definition {
  return { kind: "cast", signature, context, ...how };
}

/**
 * @param signature As for {@linkcode fn}; `count(*)` is written `count() int8`.
 * @param how SQLite's own aggregate, or JavaScript.
 * @returns The definition.
 */
export function aggregate<State>(
  signature: string,
  how:
    & (
      | {
        readonly sql: (args: readonly Printed[], distinct: boolean) => string;
      }
      | { readonly call: AggregateCall<State> }
    )
    & Properties,
): Definition {
  return { kind: "aggregate", signature, strict: false, ...how };
}

/**
 * @param signature As for {@linkcode fn}.
 * @param how SQLite's own window function.
 * @returns The definition.
 */
export function windowFn(
  signature: string,
  how: { readonly sql: (args: readonly Printed[]) => string } & Properties,
): Definition {
  return { kind: "window", signature, strict: false, ...how };
}

/**
 * A function that returns a set.
 *
 * @param signature `name(type, …) (column type, …)`, or `name(type, …) type` for one column that is
 *   named after the function.
 * @param how Rows and properties.
 * @returns The definition.
 */
export function rows(
  signature: string,
  how: { readonly rows: RowsCall } & Properties,
): Definition {
  return { kind: "rows", signature, ...how };
}
