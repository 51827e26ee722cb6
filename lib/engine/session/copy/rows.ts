/**
 * Rows that COPY FROM has read and not yet inserted.
 *
 * @module
 */

import type { Column } from "../../../sql/catalog/catalog.ts";
import type { Datum } from "../../../sql/datum.ts";
import type { EvalContext } from "../../../sql/eval_context.ts";
import type { PgType } from "../../../sql/types/type.ts";
import type { CopyFormat } from "./options.ts";

/** Where a row came from, for the context of errors. */
export interface RowPlace {
  /** Number of its last line from 1; of the row itself in the binary format. */
  readonly line: number;
  /** The row as it was sent, where it is text. */
  readonly text?: string | undefined;
}

/** See the top of the file. */
export interface Rows {
  /** Values, one row after the other. */
  readonly values: Datum[];
  /** One for each row. */
  readonly places: RowPlace[];
}

/** What is needed to read rows of a table. */
export interface RowReaderOptions {
  /** Name of the table. */
  readonly table: string;
  readonly columns: readonly Column[];
  /** Type of each column. */
  readonly types: readonly PgType[];
  readonly format: CopyFormat;
  /** For the forms of values. */
  readonly context: () => EvalContext;
}

/** Reads one format. */
export interface RowReader {
  /**
   * @param bytes More data; nothing at the end.
   * @param into Takes the rows that are complete now.
   * @throws {SqlError} 22P04 and what the types say, with its context.
   */
  read(bytes: Uint8Array | undefined, into: Rows): void;
}
