/**
 * Relationships that follow from foreign keys, of tables and of the views that show their columns.
 *
 * A key gives many-to-one and its inverse, or one-to-one where its columns are a primary key or unique. Two keys
 * within the primary key of one relation give many-to-many. Both ends are in one schema, because a request is
 * about one.
 *
 * @module
 */

import type { Relation, Relationship } from "./picture.ts";
import type { Constraints, ForeignKey, ShownRelation } from "./relations.ts";

type Pairs = Relationship["columns"];

/**
 * @param shown Relations.
 * @param constraints Keys of all tables.
 * @returns Their relationships.
 */
export function deriveRelationships(
  shown: readonly ShownRelation[],
  constraints: Constraints,
): Relationship[] {
  const showing = new Map<number, ShownRelation[]>();
  for (const each of shown) {
    for (
      const table of new Set(each.columns.map(({ base }) => base.relation))
    ) {
      const list = showing.get(table) ?? [];
      if (list.length === 0) showing.set(table, list);
      list.push(each);
    }
  }
  const direct = constraints.foreign.flatMap((key) =>
    ofKey(key, showing, constraints)
  );
  return [...direct, ...throughJunctions(direct)];
}

function ofKey(
  key: ForeignKey,
  showing: ReadonlyMap<number, readonly ShownRelation[]>,
  { unique }: Constraints,
): Relationship[] {
  const single =
    unique.get(key.relation)?.some(({ columns }) =>
      sameSet(columns, key.columns)
    ) === true;
  const found: Relationship[] = [];
  for (const holder of showing.get(key.relation) ?? []) {
    const held = shownAs(holder, key.relation, key.columns);
    if (held.length === 0) continue;
    for (const target of showing.get(key.references) ?? []) {
      if (target.relation.schema !== holder.relation.schema) continue;
      for (const there of shownAs(target, key.references, key.referenced)) {
        for (const here of held) {
          found.push(...bothWays(key.name, single, {
            from: holder.relation,
            to: target.relation,
            columns: here.map((name, at) => [name, there[at] as string]),
          }));
        }
      }
    }
  }
  return found;
}

function bothWays(
  constraint: string,
  single: boolean,
  { from, to, columns }: Pick<Relationship, "from" | "to" | "columns">,
): Relationship[] {
  return [
    {
      from,
      to,
      columns,
      constraint,
      cardinality: single ? "one-to-one" : "many-to-one",
      holdsKey: true,
    },
    {
      from: to,
      to: from,
      columns: swapped(columns),
      constraint,
      cardinality: single ? "one-to-one" : "one-to-many",
      holdsKey: false,
    },
  ];
}

function swapped(columns: Pairs): Pairs {
  return columns.map(([one, other]) => [other, one] as const);
}

function sameSet(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length &&
    some.every((each) => others.includes(each));
}

/** Names by which a relation shows columns of a table, all the ways there are; none if one is missing. */
function shownAs(
  { columns }: ShownRelation,
  table: number,
  wanted: readonly number[],
): string[][] {
  return wanted.reduce<string[][]>(
    (ways, number) => {
      const names = columns.filter(({ base }) =>
        base.relation === table && base.column === number
      ).map(({ name }) => name);
      return ways.flatMap((way) => names.map((name) => [...way, name]));
    },
    [[]],
  );
}

function throughJunctions(direct: readonly Relationship[]): Relationship[] {
  const held = new Map<Relation, Relationship[]>();
  for (const each of direct) {
    if (
      each.cardinality !== "many-to-one" ||
      !each.columns.every(([name]) => each.from.primaryKey.includes(name))
    ) continue;
    const list = held.get(each.from) ?? [];
    if (list.length === 0) held.set(each.from, list);
    list.push(each);
  }
  const found: Relationship[] = [];
  for (const [relation, keys] of held) {
    for (const one of keys) {
      for (const other of keys) {
        if (one.constraint === other.constraint) continue;
        found.push({
          from: one.to,
          to: other.to,
          cardinality: "many-to-many",
          constraint: `${one.constraint} and ${other.constraint}`,
          columns: [],
          holdsKey: false,
          junction: {
            relation,
            fromConstraint: one.constraint,
            toConstraint: other.constraint,
            fromColumns: one.columns,
            toColumns: other.columns,
          },
        });
      }
    }
  }
  return found;
}
