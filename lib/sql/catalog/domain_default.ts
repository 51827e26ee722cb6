/**
 * Defaults that columns have from their domain.
 *
 * @module
 */

import type { Catalog, StoredExpression } from "./catalog.ts";

/**
 * @param catalog Catalog.
 * @param type Type of a column that has no default of its own.
 * @returns Default of the domain; it took over that of the domain below when it was made.
 */
export function domainDefault(
  catalog: Catalog,
  type: number,
): StoredExpression | undefined {
  return catalog.domain(type)?.default;
}
