/**
 * Finds the relationship that an embed means: `target` or `target!hint` of `select`. Wording as PostgREST's.
 *
 * A target is a table or view, the name of a foreign key, its only column, or a computed relationship. A hint is
 * a foreign key, its only column on either side, or the table between. Among relations of a table with itself
 * its name means the rows that point to it, the column the row that it points to.
 *
 * @module
 */

import { RestError } from "../error.ts";
import type { Relation, Relationship, SchemaPicture } from "./picture.ts";
import { mostSimilar } from "./similar.ts";

/** PostgREST's least similarity of a suggested relation. */
const leastSimilar = 0.33;

/** Relationships by what may name them without a hint, and by the relation they lead to. */
interface ByTarget {
  readonly plain: ReadonlyMap<string, readonly Relationship[]>;
  readonly hinted: ReadonlyMap<string, readonly Relationship[]>;
}

/** Made when a relation's relationships are first asked for; goes with the picture. */
const indexes = new WeakMap<readonly Relationship[], ByTarget>();

/**
 * @param picture Picture.
 * @param schema Name of the schema that the request is about.
 * @param from Relation that embeds.
 * @param target What the embed names.
 * @param hint What follows `!`.
 * @returns The relationship.
 * @throws {RestError} PGRST200, PGRST201.
 */
export function findRelationship(
  picture: SchemaPicture,
  schema: string,
  from: Relation,
  target: string,
  hint?: string,
): Relationship {
  const relationships = picture.schemas.get(schema)?.relationships;
  const all = relationships?.get(from.name);
  const { plain, hinted } = all === undefined ? nothing : indexOf(all);
  const candidates = hint === undefined
    ? plain.get(target) ?? []
    : hinted.get(target)?.filter((each) => matchesHint(each, hint)) ?? [];
  const [found] = candidates;
  if (found === undefined) {
    throw notFound(from.name, target, { schema, hint, relationships });
  }
  if (candidates.length > 1) throw ambiguous(from.name, target, candidates);
  return found;
}

const nothing: ByTarget = { plain: new Map(), hinted: new Map() };

function indexOf(all: readonly Relationship[]): ByTarget {
  let index = indexes.get(all);
  if (index === undefined) {
    const plain = new Map<string, Relationship[]>();
    const hinted = new Map<string, Relationship[]>();
    for (const each of all) {
      for (const name of plainNames(each)) add(plain, name, each);
      add(hinted, each.computed?.name ?? each.to.name, each);
    }
    indexes.set(all, index = { plain, hinted });
  }
  return index;
}

function add(
  map: Map<string, Relationship[]>,
  name: string,
  each: Relationship,
): void {
  const list = map.get(name);
  if (list === undefined) map.set(name, [each]);
  else list.push(each);
}

function plainNames(each: Relationship): Set<string> {
  const { from, to, computed, junction, holdsKey, columns } = each;
  if (computed !== undefined) return new Set([computed.name]);
  const column = holdsKey && columns.length === 1 ? columns[0]?.[0] : undefined;
  if (from === to) {
    const name = holdsKey ? column : to.name;
    return new Set(
      junction !== undefined || name === undefined ? [] : [name],
    );
  }
  const names = new Set([to.name]);
  if (to.kind === "table" && junction === undefined) {
    names.add(each.constraint);
    if (column !== undefined) names.add(column);
  }
  return names;
}

function matchesHint(each: Relationship, hint: string): boolean {
  const { from, to, computed, junction, holdsKey, columns } = each;
  if (computed !== undefined) return true;
  if (junction !== undefined) {
    return from !== to && junction.relation.name === hint;
  }
  const [pair] = columns;
  const keyColumn = columns.length === 1 && pair !== undefined
    ? pair[holdsKey ? 0 : 1]
    : undefined;
  if (from === to) return !holdsKey && keyColumn === hint;
  return each.constraint === hint || keyColumn === hint;
}

function notFound(
  from: string,
  target: string,
  { schema, hint, relationships }: {
    readonly schema: string;
    readonly hint: string | undefined;
    readonly relationships:
      | ReadonlyMap<string, readonly Relationship[]>
      | undefined;
  },
): RestError {
  const own = relationships?.get(from);
  const similar = own === undefined
    ? mostSimilar(from, relationships?.keys() ?? [], leastSimilar)
    : mostSimilar(target, own.map(({ to }) => to.name), leastSimilar);
  const using = hint === undefined ? "" : ` using the hint '${hint}'`;
  return new RestError(
    "PGRST200",
    `Could not find a relationship between '${from}' and '${target}' in the schema cache`,
    {
      details:
        `Searched for a foreign key relationship between '${from}' and '${target}'${using} in the schema '${schema}', but no matches were found.`,
      hint: similar === undefined
        ? undefined
        : `Perhaps you meant '${similar}' instead of '${
          own === undefined ? from : target
        }'.`,
    },
  );
}

function ambiguous(
  from: string,
  target: string,
  candidates: readonly Relationship[],
): RestError {
  const hints = candidates.map((each) => `'${each.to.name}!${hintOf(each)}'`);
  return new RestError(
    "PGRST201",
    `Could not embed because more than one relationship was found for '${from}' and '${target}'`,
    {
      details: candidates.map(described),
      hint: `Try changing '${target}' to one of the following: ${
        hints.join(", ")
      }. Find the desired relationship in the 'details' key.`,
    },
  );
}

/** What would tell it from the others. */
function hintOf({ from, to, constraint, columns, junction }: Relationship) {
  if (junction !== undefined) return junction.relation.name;
  // Only a column tells apart the keys with which a table refers to itself.
  return from === to ? columns[0]?.[1] : constraint;
}

function described(each: Relationship): {
  readonly cardinality: string;
  readonly embedding: string;
  readonly relationship: string;
} {
  const { from, to, cardinality, constraint, columns, junction } = each;
  const list = (names: readonly string[]) => `(${names.join(", ")})`;
  const relationship = junction === undefined
    ? `${constraint} using ${from.name}${
      list(columns.map(([name]) => name))
    } and ${to.name}${list(columns.map(([, name]) => name))}`
    : `${junction.relation.name} using ${junction.fromConstraint}${
      list(junction.fromColumns.map(([name]) => name))
    } and ${junction.toConstraint}${
      list(junction.toColumns.map(([name]) => name))
    }`;
  return {
    cardinality,
    embedding: `${from.name} with ${to.name}`,
    relationship,
  };
}
