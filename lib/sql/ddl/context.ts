/**
 * What a statement of DDL is given, and what comes of it.
 *
 * A statement is run in a savepoint of its own: when it throws, the engine rolls back what it did to
 * SQLite and keeps the catalog it had.
 *
 * @module
 */

import type { RangeVar } from "@pgsql/types";
import type { DdlTarget } from "../catalog/persistence.ts";
import type { MemoryCatalog } from "../catalog/memory_catalog.ts";
import type { Datum } from "../datum.ts";
import type { Environment } from "../environment.ts";
import type { SqlErrorFields } from "../error.ts";
import type { SessionValue } from "../tree.ts";

export type { DdlTarget };

/** A notice or warning. */
export interface DdlNotice extends SqlErrorFields {
  readonly severity: "WARNING" | "NOTICE" | "INFO";
  readonly sqlState: string;
  readonly message: string;
}

/** See the top of the file. */
export interface DdlContext {
  readonly env: Environment;
  /** Text of the statement. */
  readonly text: string;
  readonly target: DdlTarget;
  /** Sends a notice to the client. */
  notice(notice: DdlNotice): void;
  /** Values of `$1`, `$2`, … for `CREATE TABLE … AS`. */
  readonly params?: readonly Datum[] | undefined;
  /** Role that signed in. */
  readonly sessionUser: number;
  /** Name of the session's schema of temporary tables, `pg_temp_<n>`; made when first needed. */
  readonly temporarySchema: string;
  /** Gives what a slot of the session is bound to. */
  sessionValue(value: SessionValue["value"]): Datum;
  /**
   * Whether the program itself asks, which may change schema `auth` and system relations.
   *
   * @default {false}
   */
  readonly system?: boolean | undefined;
}

/** What comes of a statement of DDL. */
export interface DdlResult {
  readonly catalog: MemoryCatalog;
  /** Command tag, for example `CREATE TABLE`. */
  readonly tag: string;
}

/**
 * @param name Name in the parse tree.
 * @returns It as error messages show it.
 */
export function rangeLabel(name: RangeVar): string {
  return name.schemaname === undefined
    ? name.relname ?? ""
    : `${name.schemaname}.${name.relname}`;
}
