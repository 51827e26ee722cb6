/**
 * A cursor whose rows were all read when it was opened, because no connection was free for it.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import type { RowSink } from "../client_session.ts";
import type { Cursor, RunResult } from "./plan_runner.ts";

/** See the top of the file. */
export class KeptCursor implements Cursor {
  #rows: readonly (readonly Datum[])[];
  #given = 0;

  /**
   * @param rows All of its rows.
   */
  constructor(rows: readonly (readonly Datum[])[]) {
    this.#rows = rows;
  }

  fetch(maxRows: number, sink: RowSink): RunResult {
    const left = this.#rows.length - this.#given;
    const wanted = maxRows === 0 ? left : Math.min(maxRows, left);
    for (let i = 0; i < wanted; i++) {
      sink.row(this.#rows[this.#given + i] as readonly Datum[]);
    }
    this.#given += wanted;
    return { done: maxRows === 0 || left < maxRows, count: this.#given };
  }

  close(): void {
    this.#rows = [];
    this.#given = 0;
  }
}
