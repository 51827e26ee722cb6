/**
 * Finds what a statement of maintenance names.
 *
 * @module
 */

import type { RangeVar } from "@pgsql/types";
import type { Index, Relation } from "../../../sql/catalog/catalog.ts";
import { isOwner } from "../../../sql/catalog/privileges.ts";
import { SqlError } from "../../../sql/error.ts";
import type { SessionCore } from "../session_core.ts";

/** A relation, or an index and the table that has it. */
export interface Found {
  readonly relation: Relation;
  readonly index?: Index | undefined;
}

/**
 * @param core Session.
 * @param name Name as written.
 * @returns The relation or index.
 * @throws {SqlError} 42P01.
 */
export function findNamed(
  core: SessionCore,
  { schemaname, relname = "" }: RangeVar,
): Found {
  const { catalog } = core;
  const own = schemaname === "pg_temp" ? core.temporarySchema : schemaname;
  const schema = own === undefined ? undefined : catalog.schemaNamed(own);
  const schemas = own === undefined
    ? core.searchPath()
    : schema === undefined
    ? []
    : [schema.oid];
  for (const each of schemas) {
    const relation = catalog.relationNamed(each, relname);
    if (relation !== undefined) return { relation };
    const index = catalog.indexNamed(each, relname);
    if (index !== undefined) {
      return { relation: index.table, index: index.index };
    }
  }
  const shown = schemaname === undefined ? relname : `${schemaname}.${relname}`;
  throw new SqlError("42P01", `relation "${shown}" does not exist`);
}

/**
 * @param core Session.
 * @param name Name as written.
 * @returns The relation.
 * @throws {SqlError} 42P01.
 */
export function findRelation(core: SessionCore, name: RangeVar): Relation {
  const { relation, index } = findNamed(core, name);
  if (index === undefined) return relation;
  const { schemaname, relname = "" } = name;
  const shown = schemaname === undefined ? relname : `${schemaname}.${relname}`;
  throw new SqlError("42P01", `relation "${shown}" does not exist`);
}

/**
 * @param core Session.
 * @param owner Role that owns something.
 * @returns Whether the present role may do what owners may.
 */
export function owns(core: SessionCore, owner: number): boolean {
  return isOwner(core.catalog, core.roles.current, owner);
}
