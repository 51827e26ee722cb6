/**
 * Keeps the rows of an answer until they may be handed on, in arrays that are used again.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { RowSink } from "../client_session.ts";

/** Arrays kept for the next answer. */
const keptRows = 64;

/** See the top of the file. */
export class RowBuffer {
  #rows: Datum[][] = [];
  #length = 0;

  /** Rows in it. */
  get length(): number {
    return this.#length;
  }

  /**
   * @param width Values of a row.
   * @returns An array to write the next row into.
   */
  next(width: number): Datum[] {
    let row = this.#rows[this.#length];
    if (row === undefined) {
      row = new Array<Datum>(width).fill(null);
      this.#rows.push(row);
    } else if (row.length !== width) row.length = width;
    this.#length++;
    return row;
  }

  /** Forgets the rows. */
  clear(): void {
    this.#length = 0;
    if (this.#rows.length > keptRows) this.#rows.length = keptRows;
  }

  /**
   * Hands on the rows and forgets them.
   *
   * @param sink Takes them.
   */
  flush(sink: RowSink): void {
    const length = this.#length;
    try {
      for (let i = 0; i < length; i++) sink.row(this.#rows[i] as Datum[]);
    } finally {
      this.clear();
    }
  }

  /** @returns The rows, which are no longer kept here. */
  take(): Datum[][] {
    const rows = this.#rows.slice(0, this.#length);
    this.#rows = [];
    this.#length = 0;
    return rows;
  }
}
