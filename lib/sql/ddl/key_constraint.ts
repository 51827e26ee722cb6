/**
 * PRIMARY KEY and UNIQUE: a constraint and the index that upholds it.
 *
 * @module
 */

import type { Constraint as ConstraintNode } from "@pgsql/types";
import type { Constraint, Index, Relation } from "../catalog/catalog.ts";
import { notSupported, SqlError } from "../error.ts";
import { chooseStorage } from "./choose_name.ts";
import {
  checkConstraintName,
  chooseConstraintName,
  columnNumbers,
} from "./constraint_names.ts";
import { strings } from "./nodes.ts";
import { checkFree } from "./sequence.ts";
import type { Work } from "./work.ts";

/** A table with one more key. */
export interface KeyAdded {
  /** The table; columns of a primary key are NOT NULL. */
  readonly relation: Relation;
  readonly constraint: Constraint;
  readonly index: Index;
}

function missing(name: string): SqlError {
  return new SqlError("42703", `column "${name}" named in key does not exist`);
}

/**
 * @param work Statement.
 * @param relation The table with all its columns.
 * @param node Constraint as it was written.
 * @param column Name of the column it was written behind.
 * @returns The table with the key.
 * @throws {SqlError} 42P16, 42703, 42701, 42P07, 42710, 0A000.
 */
export function addKey(
  work: Work,
  relation: Relation,
  node: ConstraintNode,
  column?: string,
): KeyAdded {
  const primary = node.contype === "CONSTR_PRIMARY";
  if (node.deferrable) {
    throw notSupported(
      primary ? "DEFERRABLE PRIMARY KEY" : "DEFERRABLE UNIQUE",
    );
  }
  if (node.without_overlaps) throw notSupported("WITHOUT OVERLAPS");
  if (primary) checkOnlyPrimary(relation);
  const names = column === undefined ? strings(node.keys) : [column];
  const numbers = columnNumbers(relation, names, missing);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new SqlError(
      "42701",
      `column "${twice}" appears twice in ${
        primary ? "primary key" : "unique"
      } constraint`,
    );
  }
  const include = columnNumbers(relation, strings(node.including), missing);
  if (node.conname !== undefined) {
    checkConstraintName(relation, node.conname);
    checkFree(work, relation.schema, node.conname);
    if (relation.indexes.some(({ name }) => name === node.conname)) {
      throw new SqlError("42P07", `relation "${node.conname}" already exists`);
    }
  }
  const name = node.conname ??
    chooseConstraintName(
      work,
      relation,
      primary ? [] : [...names, ...strings(node.including)],
      primary ? "pkey" : "key",
      true,
    );
  const number = work.newOid();
  const index: Index = {
    oid: number,
    name,
    schema: relation.schema,
    unique: true,
    primary,
    nullsNotDistinct: node.nulls_not_distinct ?? false,
    method: "btree",
    keys: numbers.map((each) => ({
      column: each,
      descending: false,
      nullsFirst: false,
    })),
    include,
    storage: chooseStorage(work.catalog, `${relation.storage}.${name}`, number),
  };
  return withKey(work, relation, index, name);
}

/**
 * Makes a unique index uphold a constraint.
 *
 * @param work Statement.
 * @param relation Its table.
 * @param index The index; a new one is added to the table.
 * @param name Name of the constraint and from now on of the index.
 * @returns The table with the key.
 */
export function withKey(
  work: Work,
  relation: Relation,
  index: Index,
  name: string,
): KeyAdded {
  const columns = index.keys.map(({ column }) => column);
  const constraint: Constraint = {
    oid: work.newOid(),
    name,
    kind: index.primary ? "p" : "u",
    columns,
    deferrable: false,
    initiallyDeferred: false,
    validated: true,
    index: index.oid,
  };
  const renamed: Index = { ...index, name };
  return {
    relation: {
      ...relation,
      columns: index.primary
        ? relation.columns.map((each) =>
          columns.includes(each.number) ? { ...each, notNull: true } : each
        )
        : relation.columns,
      constraints: [...relation.constraints, constraint],
      indexes: [
        ...relation.indexes.filter((each) => each.oid !== index.oid),
        renamed,
      ],
    },
    constraint,
    index: renamed,
  };
}

/**
 * @param relation Table.
 * @throws {SqlError} 42P16 when it has a primary key.
 */
export function checkOnlyPrimary(relation: Relation): void {
  if (relation.constraints.some(({ kind }) => kind === "p")) {
    throw new SqlError(
      "42P16",
      `multiple primary keys for table "${relation.name}" are not allowed`,
    );
  }
}
