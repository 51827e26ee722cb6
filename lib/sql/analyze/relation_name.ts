/**
 * Finds relations by the names that statements give them.
 *
 * @module
 */

import type { RangeVar } from "@pgsql/types";
import type { Relation } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { comesTooLate } from "./find_cte.ts";
import { errorAt } from "./located.ts";
import type { Scope } from "./scope.ts";

/** There is one database. */
const databaseName = "postgres";

/**
 * @param name Name in the parse tree.
 * @returns It as error messages show it.
 */
export function relationLabel(name: RangeVar): string {
  return name.schemaname === undefined
    ? name.relname ?? ""
    : `${name.schemaname}.${name.relname}`;
}

/**
 * @param name Name in the parse tree.
 * @param env Where to look.
 * @returns The relation, `undefined` if there is none.
 */
export function lookUpRelation(
  name: RangeVar,
  env: Environment,
): Relation | undefined {
  const { catalog } = env;
  const relname = name.relname ?? "";
  if (name.schemaname !== undefined) {
    const schema = catalog.schemaNamed(name.schemaname);
    return schema === undefined
      ? undefined
      : catalog.relationNamed(schema.oid, relname);
  }
  for (const schema of env.searchPath) {
    const found = catalog.relationNamed(schema, relname);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Finds a relation that must be there.
 *
 * @param name Name in the parse tree.
 * @param scope Where it stands; the right to look into a schema that is named is noted.
 * @returns The relation.
 * @throws {SqlError} 42P01, 42809 for an index.
 */
export function findRelation(name: RangeVar, scope: Scope): Relation {
  const { env, statement } = scope;
  if (name.catalogname !== undefined && name.catalogname !== databaseName) {
    throw errorAt(
      "0A000",
      `cross-database references are not implemented: "${name.catalogname}.${
        relationLabel(name)
      }"`,
      name.location,
    );
  }
  const found = lookUpRelation(name, env);
  if (name.schemaname !== undefined) {
    const schema = env.catalog.schemaNamed(name.schemaname);
    if (schema !== undefined) {
      statement.needed.push({
        kind: "schema",
        oid: schema.oid,
        privilege: "U",
        role: env.role,
      });
    }
  }
  if (found !== undefined) {
    if (found.kind === "c") {
      throw errorAt(
        "42809",
        `cannot open relation "${found.name}"`,
        name.location,
        { detail: "This operation is not supported for composite types." },
      );
    }
    return found;
  }
  const relname = name.relname ?? "";
  const schemas = name.schemaname === undefined
    ? env.searchPath
    : [env.catalog.schemaNamed(name.schemaname)?.oid ?? 0];
  for (const schema of schemas) {
    if (env.catalog.indexNamed(schema, relname) !== undefined) {
      throw errorAt(
        "42809",
        `cannot open relation "${relname}"`,
        name.location,
        { detail: "This operation is not supported for indexes." },
      );
    }
  }
  const late = name.schemaname === undefined && comesTooLate(relname, scope);
  throw errorAt(
    "42P01",
    `relation "${relationLabel(name)}" does not exist`,
    name.location ?? 0,
    late
      ? {
        detail:
          `There is a WITH item named "${relname}", but it cannot be referenced from this part of the query.`,
        hint:
          "Use WITH RECURSIVE, or re-order the WITH items to remove forward references.",
      }
      : {},
  );
}
