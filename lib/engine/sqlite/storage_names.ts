/**
 * Finds relations by the names that SQLite knows them by.
 *
 * @module
 */

import type { Catalog, Relation } from "../../sql/catalog/catalog.ts";

const known = new WeakMap<Catalog, ReadonlyMap<string, Relation>>();

/**
 * @param catalog What there is.
 * @param storage Name of a SQLite table.
 * @returns The relation that keeps its rows there.
 */
export function relationStored(
  catalog: Catalog,
  storage: string,
): Relation | undefined {
  let map = known.get(catalog);
  if (map === undefined) {
    const made = new Map<string, Relation>();
    for (const relation of catalog.relations()) {
      if (relation.kind === "r" || relation.kind === "m") {
        made.set(relation.storage, relation);
      }
    }
    known.set(catalog, made);
    map = made;
  }
  return map.get(storage);
}
