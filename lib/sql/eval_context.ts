/**
 * What a function may know of the session that calls it.
 *
 * @module
 */

import type { Catalog } from "./catalog/catalog.ts";
import type { Datum } from "./datum.ts";
import type { StatementNotes } from "./statement_notes.ts";
import type { TypeSource } from "./types/type.ts";

/** See the top of the file. One for each statement that runs. */
export interface EvalContext extends TypeSource {
  /** What the statement's transaction sees, for the system catalogs; not there in a worker. */
  readonly catalog?: Catalog | undefined;
  /** Schemas in which names are looked for, in order, with the implicit ones; goes with `catalog`. */
  readonly searchPath?: readonly number[] | undefined;
  /** Start of the transaction, microseconds since 2000-01-01 UTC (`now()`). */
  readonly transactionTime: bigint;
  /** Start of the statement. */
  readonly statementTime: bigint;
  /** The clock, for `clock_timestamp()`; milliseconds since 1970 with fractions. */
  readonly clock: () => number;
  /** `TimeZone`, an IANA name or an offset as `SET` takes it. */
  readonly timeZone: string;
  /** `DateStyle`, for example `ISO, MDY`. */
  readonly dateStyle: string;
  /** `IntervalStyle`. */
  readonly intervalStyle: string;
  /** `extra_float_digits`. */
  readonly extraFloatDigits: number;
  /** `bytea_output`. */
  readonly byteaOutput: string;
  /**
   * Functions that take long call it now and then.
   *
   * @throws {Error} When the statement is to stop, or to go on elsewhere.
   */
  pause?(): void;
  /** @returns Value of a setting, claims included; `undefined` if nobody set it. */
  setting(name: string): string | undefined;
  /** Grows with each change of a setting, also one that a rollback brings. */
  readonly settingsVersion?: number | undefined;
  /** `set_config()`. */
  setSetting(name: string, value: string, local: boolean): string;
  /** What the statement says besides its answer; not there for those who are not told. */
  readonly notes?: StatementNotes | undefined;
  /** Whatever functions of the catalog (`pg_get_expr`, `format_type`, `nextval`, …) need. */
  readonly services: EvalServices;
}

/** The engine behind a running statement, for functions that ask it something. */
export interface EvalServices {
  /**
   * Asks one of the named services, for example `nextval`, `has_table_privilege`; the functions that
   * use them and the engine that offers them agree on names and arguments (`lib/sql/functions/session.ts`).
   */
  call(name: string, args: readonly Datum[]): Datum;
}

/**
 * @param context A session.
 * @returns Its {@linkcode EvalContext.pause}, to be handed on.
 */
export function pauseOf(context: EvalContext): (() => void) | undefined {
  return context.pause === undefined ? undefined : () => context.pause?.();
}
