/**
 * Names of indexes that were given none.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { chooseName, isRelationName } from "./choose_name.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table.
 * @param columns Names of the keys.
 * @returns A name that is free.
 */
export function chooseIndexName(
  work: Work,
  relation: Relation,
  columns: readonly string[],
): string {
  return chooseName(
    relation.name,
    distinct(columns).join("_"),
    "idx",
    (name) =>
      isRelationName(work.catalog, relation.schema, name) ||
      relation.indexes.some((each) => each.name === name),
  );
}

/** A key that comes again gets a number. */
function distinct(names: readonly string[]): string[] {
  const used: string[] = [];
  for (const name of names) {
    let candidate = name;
    for (let i = 1; used.includes(candidate); i++) candidate = `${name}${i}`;
    used.push(candidate);
  }
  return used;
}
