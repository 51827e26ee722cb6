/**
 * Names of types: which are free, and finding them.
 *
 * @module
 */

import type { PgType } from "../types/type.ts";
import { SqlError } from "../error.ts";
import { fixedOid } from "../catalog/catalog.ts";
import { findSchema, inSchemas } from "./lookup.ts";
import type { Work } from "./work.ts";

/**
 * @param work Statement.
 * @param schema Oid of the schema.
 * @param name Name of what is to be made.
 * @param isRelation Whether it is a relation, whose row type needs the name.
 * @throws {SqlError} 42710 when a type has it.
 */
export function checkTypeFree(
  work: Work,
  schema: number,
  name: string,
  isRelation = false,
): void {
  const found = work.catalog.typeNamed(schema, name);
  if (found === undefined || found.category === "A") return;
  throw new SqlError("42710", `type "${name}" already exists`, {
    hint: isRelation
      ? "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type."
      : undefined,
  });
}

/**
 * @param work Statement.
 * @param parts Name, after its schema if that was written out.
 * @returns The type, `undefined` if there is none.
 */
export function lookUpType(
  work: Work,
  parts: readonly string[],
): PgType | undefined {
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (
    schema !== undefined && work.catalog.schemaNamed(schema) === undefined
  ) return undefined;
  return inSchemas(
    work,
    schema,
    (each) => work.catalog.typeNamed(each, name),
  );
}

/**
 * @param work Statement.
 * @param parts Name, after its schema if that was written out.
 * @returns The type.
 * @throws {SqlError} 42704 when there is none, 3F000 when its schema is not there.
 */
export function findNamedType(work: Work, parts: readonly string[]): PgType {
  const schema = parts.at(-2);
  if (schema !== undefined) findSchema(work, schema);
  const found = lookUpType(work, parts);
  if (found !== undefined) return found;
  throw new SqlError("42704", `type "${parts.join(".")}" does not exist`);
}

/**
 * @param type A type.
 * @returns Whether it is built in.
 */
export function isBuiltIn(type: PgType): boolean {
  return type.schema === fixedOid.pgCatalog;
}
