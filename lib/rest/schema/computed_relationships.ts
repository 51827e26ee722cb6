/**
 * Relationships that somebody wrote as a function: it takes a row of one relation and gives rows of another.
 *
 * It gives one row if it does not return a set, or is said to (`ROWS 1`). It overrides what foreign keys say of
 * a relation with the function's name.
 *
 * @module
 */

import type { ReadFunction } from "./functions.ts";
import type { Relationship } from "./picture.ts";

/**
 * @param functions Functions.
 * @returns Those of them that are relationships.
 */
export function computedRelationships(
  functions: readonly ReadFunction[],
): Relationship[] {
  return functions.flatMap(({ function: called, expectedRows, rowOf }) => {
    const { schema, name, returns } = called;
    if (returns.kind !== "rows" || returns.relation === undefined) return [];
    if (rowOf?.schema !== schema || returns.relation.schema !== schema) {
      return [];
    }
    return [{
      from: rowOf,
      to: returns.relation,
      cardinality: expectedRows === 1 ? "many-to-one" : "one-to-many",
      constraint: name,
      columns: [],
      holdsKey: false,
      computed: { schema, name },
    }];
  });
}

/**
 * @param detected Relationships of foreign keys.
 * @param computed Those of functions.
 * @returns Both, without the detected ones that a function stands for.
 */
export function overridden(
  detected: readonly Relationship[],
  computed: readonly Relationship[],
): Relationship[] {
  const names = new Map<Relationship["from"], Set<string>>();
  for (const { from, constraint } of computed) {
    const set = names.get(from) ?? new Set();
    names.set(from, set.add(constraint));
  }
  return [
    ...computed,
    ...detected.filter(({ from, to }) => !names.get(from)?.has(to.name)),
  ];
}
