/**
 * Functions in JavaScript as SQLite's connections know them.
 *
 * @module
 */

import type { SqliteError } from "./error.ts";
import type { InlineGuard } from "./inline_guard.ts";
import type { SqliteValue } from "./value.ts";

/** What all functions share. */
export interface FunctionBase {
  /** Name by which SQLite's text calls it. */
  readonly name: string;
  /** Whether the same arguments always give the same within a statement. */
  readonly deterministic: boolean;
  /** Whether it has a say in what a repetition must give again (random values, sequences). */
  readonly volatile: boolean;
  /** Whether a NULL argument gives NULL without a call. */
  readonly strict: boolean;
  /**
   * When its numbers are REAL, also the whole ones: always, never, when a number among the arguments
   * is, or when the first argument says so.
   */
  readonly real:
    | boolean
    | "like arguments"
    | ((first: SqliteValue | undefined) => boolean);
}

/** A scalar function. */
export interface ScalarFunction extends FunctionBase {
  call(args: readonly SqliteValue[], context: unknown): SqliteValue;
}

/** An aggregate, also used as window function. */
export interface AggregateFunction extends FunctionBase {
  /** @returns An empty state. */
  init(): unknown;
  step(
    state: unknown,
    args: readonly SqliteValue[],
    context: unknown,
  ): unknown;
  inverse(
    state: unknown,
    args: readonly SqliteValue[],
    context: unknown,
  ): unknown;
  final(state: unknown, context: unknown): SqliteValue;
}

/** An order of texts. */
export interface Collation {
  readonly name: string;
  compare(left: string, right: string): number;
}

/** Everything that connections may use. */
export interface FunctionLibrary {
  /** @returns The function of that name. */
  find(name: string): ScalarFunction | AggregateFunction | undefined;
  /** All collations. */
  readonly collations: readonly Collation[];
}

/** The functions of one connection. */
export interface ConnectionFunctions {
  /** Given to every call; set before a statement runs. */
  context: unknown;
  /** Gathers what volatile functions gave. */
  record: SqliteValue[] | undefined;
  /** What volatile functions must give, in order, before they are asked again. */
  replay: SqliteValue[] | undefined;
  /** Who uses the connection; for the functions themselves of no interest. */
  owner: unknown;
  /** Sends what takes long elsewhere, if there is such a place. */
  guard: InlineGuard | undefined;
  /**
   * Called by functions that take long, now and then.
   *
   * @throws {SqliteError} `interrupt` when the statement is to stop, or to go on elsewhere.
   */
  pause(): void;
  /** Whether a function threw since {@linkcode ConnectionFunctions.takeError} was last called. */
  readonly failed: boolean;
  /**
   * @returns What a function threw since this was last asked.
   */
  takeError(): { readonly error: unknown } | undefined;
  /**
   * Registers the function that a statement needed.
   *
   * @param error Why it could not be compiled.
   * @returns Whether to try again.
   */
  supply(error: SqliteError): boolean;
  /** Lets functions be called from another thread, until it is called with `false`. */
  offThread(on: boolean): void;
  /** Takes every function out of the connection, for another thread to use it. */
  unregister(): void;
  /** Forgets the connection, before it is closed. */
  detach(): void;
}
