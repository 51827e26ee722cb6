/**
 * Which names constraints of a table may have.
 *
 * @module
 */

import type { Relation } from "../catalog/catalog.ts";
import { SqlError } from "../error.ts";
import { chooseName, constraintNames, isRelationName } from "./choose_name.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param relation Table.
 * @param columns Names of the columns it is about.
 * @param label `check`, `fkey`, `pkey`, `key`.
 * @param index Whether an index gets the name, too.
 * @returns A name that is free.
 */
export function chooseConstraintName(
  work: Work,
  relation: Relation,
  columns: readonly string[],
  label: string,
  index: boolean,
): string {
  const taken = constraintNames(work.catalog, relation.schema);
  for (const { name } of relation.constraints) taken.add(name);
  return chooseName(
    relation.name,
    columns.join("_"),
    label,
    (name) =>
      taken.has(name) ||
      (index && (isRelationName(work.catalog, relation.schema, name) ||
        relation.indexes.some((each) => each.name === name))),
  );
}

/**
 * @param relation Table.
 * @param name Name that was given.
 * @throws {SqlError} 42710 when a constraint of the table has it.
 */
export function checkConstraintName(relation: Relation, name: string): void {
  if (relation.constraints.some((each) => each.name === name)) {
    throw new SqlError(
      "42710",
      `constraint "${name}" for relation "${relation.name}" already exists`,
    );
  }
}

/**
 * @param relation Table.
 * @param names Names of columns.
 * @param missing Error for a name that it does not have.
 * @returns Their numbers.
 */
export function columnNumbers(
  relation: Relation,
  names: readonly string[],
  missing: (name: string) => SqlError,
): number[] {
  return names.map((name) => {
    const column = relation.columns.find((each) => each.name === name);
    if (column === undefined) throw missing(name);
    return column.number;
  });
}
