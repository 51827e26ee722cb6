/**
 * `Range` of a read.
 *
 * @module
 */

import { intersectRange, parseRange } from "../lib/rest/grammar/range.ts";
import type { RestQuery } from "../lib/rest/request.ts";

/**
 * @param query A read.
 * @param header `Range`.
 * @returns The read, within that range too.
 */
export function withRange(query: RestQuery, header: string | null): RestQuery {
  if (header === null) return query;
  const [top, ...others] = query.levels;
  const range = intersectRange(top, parseRange(header));
  return { ...query, levels: [{ ...top, ...range }, ...others] };
}
