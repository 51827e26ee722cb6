/**
 * Another relation beside its parent's row.
 *
 * @module
 */

import type { Relationship } from "../schema/picture.ts";
import { ident, qualified } from "./text.ts";

/** What stands in FROM, and what must hold between the two. */
export interface Joined {
  readonly from: string;
  readonly on: readonly string[];
}

/**
 * @param relationship How they belong together.
 * @param names Alias of the parent, alias of the other, and a source of further ones.
 * @returns The other relation, the table between included.
 */
export function joined(
  { to, columns, junction, computed }: Relationship,
  { parent, row, alias, next }: {
    parent: string;
    /** The parent's row as one value. */
    row: string;
    alias: string;
    next: () => string;
  },
): Joined {
  if (computed !== undefined) {
    const call = `${qualified(computed.schema, computed.name)}(${row})`;
    return { from: `${call} AS ${alias}`, on: [] };
  }
  const table = qualified(to.schema, to.name);
  if (junction === undefined) {
    return {
      from: `${table} AS ${alias}`,
      on: columns.map(([own, others]) =>
        `${alias}.${ident(others)} = ${parent}.${ident(own)}`
      ),
    };
  }
  const between = next();
  const { relation, fromColumns, toColumns } = junction;
  const pairs = toColumns.map(([mine, others]) =>
    `${between}.${ident(mine)} = ${alias}.${ident(others)}`
  );
  return {
    from: `${
      qualified(relation.schema, relation.name)
    } AS ${between} JOIN ${table} AS ${alias} ON ${pairs.join(" AND ")}`,
    on: fromColumns.map(([mine, parents]) =>
      `${between}.${ident(mine)} = ${parent}.${ident(parents)}`
    ),
  };
}
