/**
 * Takers of rows that are not clients.
 *
 * @module
 */

import type { Datum } from "../../sql/datum.ts";
import { RowBudget } from "../row_budget.ts";
import type { RowSink } from "../client_session.ts";

/** Takes rows that nobody wants. */
export const noRows: RowSink = {
  row() {},
  full: () => undefined,
};

/** Keeps rows until they may be told: after the commit. */
export class KeptRows implements RowSink {
  readonly #budget: RowBudget;
  #rows: (readonly Datum[])[] = [];

  /**
   * @param most Bytes that the rows may take, if not the usual number.
   */
  constructor(most?: number) {
    this.#budget = new RowBudget(most);
  }

  row(values: readonly Datum[]): void {
    this.#budget.keep(values);
    this.#rows.push(values.slice());
  }

  full(): undefined {
    return undefined;
  }

  /** @returns The rows, which are no longer kept here. */
  take(): (readonly Datum[])[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  /**
   * Hands them on.
   *
   * @param sink Takes them.
   */
  flush(sink: RowSink): void {
    for (const row of this.#rows) sink.row(row);
    this.#rows = [];
  }
}

/** Rows that are looked at; further ones only count. */
const mostRows = 1000;

/** Hands rows on and makes a short text of them, which differs when a repetition gives others. */
export class RowDigest implements RowSink {
  readonly #sink: RowSink;
  #hash = 0x811c_9dc5;
  #rows = 0;

  /**
   * @param sink Takes the rows.
   */
  constructor(sink: RowSink) {
    this.#sink = sink;
  }

  /** The text. */
  get text(): string {
    return `${this.#rows} ${this.#hash}`;
  }

  row(values: readonly Datum[]): void {
    if (++this.#rows <= mostRows) {
      for (const value of values) {
        this.#add(
          value instanceof Uint8Array
            ? value.join()
            : `${typeof value}${value}`,
        );
      }
    }
    this.#sink.row(values);
  }

  full(): Promise<void> | undefined {
    return this.#sink.full();
  }

  /** FNV-1a over UTF-16 units. */
  #add(text: string): void {
    let hash = this.#hash;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
    }
    this.#hash = hash;
  }
}
