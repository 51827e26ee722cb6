/**
 * Rows that are fetched bit by bit, forwards and, as far as they are kept, backwards.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { SqlError } from "../../sql/error.ts";
import { RowBudget } from "../row_budget.ts";
import type { RowSink } from "../client_session.ts";
import type { Cursor } from "../sqlite/plan_runner.ts";

/** Which rows are kept after they were given: none, while there are few, all. */
export type History = "none" | "few" | "all";

const few = 10_000;
const chunk = 1000;

/** See the top of the file. Rows count from 1; position 0 is before the first. */
export class CursorRows {
  #cursor: Cursor | undefined;
  #history: History;
  /** Rows `#base + 1`, `#base + 2`, …. */
  #rows: Datum[][] = [];
  readonly #budget = new RowBudget();
  #base = 0;
  #position = 0;

  /**
   * @param cursor Where they come from.
   * @param history Which are kept.
   */
  constructor(cursor: Cursor | undefined, history: History) {
    this.#cursor = cursor;
    this.#history = history;
  }

  /** @param row A row that is there already, for results that are complete. */
  push(row: readonly Datum[]): void {
    this.#budget.keep(row);
    this.#rows.push([...row]);
  }

  /** Whether rows still come from the connection. */
  get open(): boolean {
    return this.#cursor !== undefined;
  }

  /** Whether the last row was given. */
  get atEnd(): boolean {
    return this.#cursor === undefined && this.#position >= this.#loaded;
  }

  get #loaded(): number {
    return this.#base + this.#rows.length;
  }

  /**
   * Gives the next rows.
   *
   * @param count How many; `Infinity` for all.
   * @param sink Takes them; nothing to skip them.
   * @returns How many there were.
   */
  async forward(count: number, sink: RowSink | undefined): Promise<number> {
    let given = 0;
    while (given < count) {
      const want = Math.min(count - given, chunk);
      if (this.#position < this.#base) this.#position = this.#base;
      await this.#load(this.#position + want);
      const until = Math.min(this.#position + want, this.#loaded);
      if (this.#position >= until) {
        this.#position = this.#loaded + 1;
        break;
      }
      for (; this.#position < until; this.#position++) {
        sink?.row(this.#rows[this.#position - this.#base] as Datum[]);
        given++;
      }
      this.#trim();
      const full = sink?.full();
      if (full !== undefined) await full;
    }
    return given;
  }

  /** Gives the rows before, the nearest first. */
  async backward(count: number, sink: RowSink | undefined): Promise<number> {
    this.#checkScroll();
    let given = 0;
    while (given < count && this.#position > 0) {
      this.#position--;
      if (this.#position === 0) break;
      sink?.row(this.#row(this.#position));
      given++;
      if (given % chunk === 0) await sink?.full();
    }
    return given;
  }

  /**
   * Goes to a row and gives it.
   *
   * @param at From 1; from the end when negative; 0 is before the first.
   */
  async absolute(at: number, sink: RowSink | undefined): Promise<number> {
    if (at < 0) {
      await this.#load(Infinity);
      at = Math.max(this.#loaded + 1 + at, 0);
    }
    if (at <= this.#position) this.#checkScroll(at === this.#position);
    await this.#load(at);
    if (at > this.#loaded) {
      this.#position = this.#loaded + 1;
      return 0;
    }
    this.#position = at;
    if (at === 0) return 0;
    sink?.row(this.#row(at));
    this.#trim();
    return 1;
  }

  /** Goes by a number of rows and gives the one it comes to. */
  async relative(by: number, sink: RowSink | undefined): Promise<number> {
    if (by !== 0) {
      return await this.absolute(Math.max(this.#position + by, 0), sink);
    }
    if (this.#position === 0 || this.#position > this.#loaded) return 0;
    sink?.row(this.#row(this.#position));
    return 1;
  }

  /** Reads what is left, so that the connection is free. */
  async drain(): Promise<void> {
    if (this.#cursor !== undefined) await this.#load(Infinity);
  }

  /** Frees the connection. */
  close(): void {
    this.#cursor?.close();
    this.#cursor = undefined;
    this.#rows = [];
  }

  #row(at: number): Datum[] {
    const row = this.#rows[at - this.#base - 1];
    if (row === undefined) throw forwardOnly();
    return row;
  }

  async #load(until: number): Promise<void> {
    while (this.#cursor !== undefined && this.#loaded < until) {
      const want = Math.min(until - this.#loaded, chunk);
      const rows = this.#rows;
      const result = await this.#cursor.fetch(want, {
        row: (values) => {
          this.#budget.keep(values);
          rows.push([...values]);
        },
        full: () => undefined,
      });
      if (result.done) {
        this.#cursor.close();
        this.#cursor = undefined;
      }
    }
  }

  #trim(): void {
    if (this.#history === "all") return;
    // The row it stands on is kept for FETCH RELATIVE 0.
    const gone = Math.min(this.#position - 1, this.#loaded) - this.#base;
    if (gone <= 0) return;
    if (this.#history === "few") {
      if (this.#loaded <= few) return;
      this.#history = "none";
    }
    for (const row of this.#rows.splice(0, gone)) this.#budget.drop(row);
    this.#base += gone;
  }

  #checkScroll(same = false): void {
    if (this.#history === "none" && !same) throw forwardOnly();
  }
}

function forwardOnly(): SqlError {
  return new SqlError("55000", "cursor can only scan forward", {
    hint: "Declare it with SCROLL option to enable backward scan.",
  });
}
