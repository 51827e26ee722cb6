/**
 * How much of a result may be kept in memory, where its rows cannot be handed on as they come.
 *
 * @module
 */

import type { Datum } from "../sql/datum.ts";
import { SqlError } from "../sql/error.ts";

/** Bytes of kept rows, as they are counted here. */
const longestResult = 128 * 1024 * 1024;
/** What a row takes beside its values, and a value beside its text. */
const perRow = 48;
const perValue = 8;

/** Counts rows that are kept. */
export class RowBudget {
  readonly #most: number;
  #bytes = 0;

  /**
   * @param most Bytes that the rows may take.
   */
  constructor(most: number = longestResult) {
    this.#most = most;
  }

  /**
   * @param values A row that is going to be kept.
   * @throws {SqlError} 53400 when there are too many.
   */
  keep(values: readonly Datum[]): void {
    this.#bytes += sizeOf(values);
    if (this.#bytes <= this.#most) return;
    throw new SqlError("53400", "result is too large to be kept in memory", {
      detail: `The limit is ${this.#most / 1024 / 1024} MiB.`,
    });
  }

  /** @param values A row that is kept no longer. */
  drop(values: readonly Datum[]): void {
    this.#bytes -= sizeOf(values);
  }
}

function sizeOf(values: readonly Datum[]): number {
  let size = perRow;
  for (const value of values) {
    size += typeof value === "string" || value instanceof Uint8Array
      ? perValue + value.length
      : perValue;
  }
  return size;
}
