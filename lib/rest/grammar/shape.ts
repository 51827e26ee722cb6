/**
 * The shape of a query string: what is left of it without the values that plain filters compare with.
 *
 * Requests of one shape differ in what is bound and in nothing else, so what was worked out for one of them
 * serves the others. It is read off the text without understanding it; what is not surely a plain filter stays
 * in the shape as it came.
 *
 * @module
 */

import type { OperatorName } from "../request.ts";

/** A shape and the values that were taken out. */
export interface SearchShape {
  /** The text; each value is a NUL, which no query string holds. */
  readonly text: string;
  /** Values in their order, decoded. */
  readonly values: readonly string[];
}

/** Longer query strings are rarely sent twice, and would fill the memory of whoever keeps shapes. */
const longest = 2000;

/** Comparisons whose value is all that follows the point, and is bound as it is. */
export const plainOperators: ReadonlySet<OperatorName> = new Set([
  "eq",
  "neq",
  "gt",
  "gte",
  "lt",
  "lte",
]);

const plainFilter = /^([\w.>-]+)=((?:eq|neq|gte?|lte?)\.)(.*)$/;

/** Keys that are no filters, and last parts of keys that are none. */
const reserved = new Set([
  "select",
  "columns",
  "on_conflict",
  "apikey",
  "order",
  "limit",
  "offset",
  "and",
  "or",
]);

/**
 * @param search Query string, without `?`, as it came.
 * @returns Its shape; `undefined` when it is too long to be worth it.
 */
export function searchShape(search: string): SearchShape | undefined {
  if (search.length > longest || search.includes("\0")) return undefined;
  const values: string[] = [];
  let text = "";
  for (const pair of search.split("&")) {
    const filter = plainFilter.exec(pair);
    if (filter === null || reserved.has(lastPart(filter[1]!))) {
      text += `${pair}&`;
    } else {
      text += `${filter[1]}=${filter[2]}\0&`;
      values.push(decoded(filter[3]!));
    }
  }
  return { text, values };
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

/** As `URLSearchParams` decodes. */
function decoded(value: string): string {
  return /[%+]/.test(value)
    ? new URLSearchParams(`v=${value}`).get("v") ?? ""
    : value;
}
