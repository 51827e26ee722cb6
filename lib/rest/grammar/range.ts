/**
 * The header `Range`, in items.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { Level } from "../request.ts";
import { wholeNumber } from "./whole_number.ts";

/** Rows that are wanted. */
export interface RowRange {
  /** Rows to leave out. */
  readonly offset: number;
  /** Rows at most; all if not there. */
  readonly limit?: number | undefined;
}

const form = /^(?:items=)?(\d+)-(\d*)$/;

function notSatisfiable(details: string): RestError {
  return new RestError("PGRST103", "Requested range not satisfiable", {
    details,
  });
}

/**
 * Reads `Range`. Another unit or form says nothing (RFC 9110, 14.2).
 *
 * @param header Its value, for example `0-24`; `null` if there was none.
 * @returns The range; `undefined` if there is none.
 * @throws {RestError} PGRST103 if it ends before it begins.
 */
export function parseRange(header: string | null): RowRange | undefined {
  const [, first, last] = form.exec(header?.trim() ?? "") ?? [];
  if (first === undefined) return undefined;
  const offset = wholeNumber(first) ?? 0;
  const end = wholeNumber(last ?? "");
  if (end === undefined) return { offset };
  if (end < offset) {
    // The text is PostgREST's.
    throw notSatisfiable(
      "The lower boundary must be lower than or equal to the upper boundary in the Range header.",
    );
  }
  return {
    offset,
    limit: Math.min(end - offset + 1, Number.MAX_SAFE_INTEGER),
  };
}

/** Row after the last one. */
function endOf(offset: number, limit: number | undefined): number {
  return limit === undefined ? Infinity : offset + limit;
}

/**
 * Narrows `limit` and `offset` to what the header wants too.
 *
 * @param level The request's own level.
 * @param range What the header wants.
 * @returns Rows that both want.
 * @throws {RestError} PGRST103 if there are none, though `limit` is not 0.
 */
export function intersectRange(
  { limit, offset = 0 }: Pick<Level, "limit" | "offset">,
  range: RowRange | undefined,
): RowRange {
  if (range === undefined) return { offset, limit };
  if (limit === 0) return { offset, limit };
  const from = Math.max(offset, range.offset);
  const end = Math.min(
    endOf(offset, limit),
    endOf(range.offset, range.limit),
  );
  if (end <= from) {
    throw notSatisfiable(
      "The Range header and the parameters limit and offset have no row in common.",
    );
  }
  return end === Infinity
    ? { offset: from }
    : { offset: from, limit: end - from };
}
