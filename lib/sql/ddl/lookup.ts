/**
 * Finds what statements of DDL name, and checks that the role may touch it.
 *
 * @module
 */

import type { RangeVar } from "@pgsql/types";
import {
  fixedOid,
  type Relation,
  type Role,
  type Schema,
} from "../catalog/catalog.ts";
import {
  hasPrivilege,
  isOwner,
  permissionDenied,
  relationWord,
} from "../catalog/privileges.ts";
import { SqlError } from "../error.ts";
import { rangeLabel } from "./context.ts";
import type { Work } from "./work.ts";

/** Schemas that only the program itself may change. */
const closed: ReadonlySet<number> = new Set([
  fixedOid.pgCatalog,
  fixedOid.informationSchema,
  fixedOid.auth,
]);

/**
 * @param work Statement.
 * @param name Name of a schema.
 * @returns The schema; `pg_temp` is the session's own.
 * @throws {SqlError} 3F000 when there is none.
 */
export function findSchema(work: Work, name: string): Schema {
  const found = work.catalog.schemaNamed(
    name === "pg_temp" ? work.context.temporarySchema : name,
  );
  if (found !== undefined) return found;
  throw new SqlError("3F000", `schema "${name}" does not exist`);
}

/**
 * Finds the session's schema of temporary tables, or makes it.
 *
 * @param work Statement.
 * @returns The schema.
 */
export function temporarySchema(work: Work): Schema {
  const name = work.context.temporarySchema;
  const found = work.catalog.schemaNamed(name);
  if (found !== undefined) return found;
  const schema: Schema = {
    oid: work.newOid(),
    name,
    owner: fixedOid.postgres,
    acl: null,
  };
  work.put("schema", schema);
  return schema;
}

/**
 * @param schema Schema.
 * @returns Whether it is some session's schema of temporary tables.
 */
export function isTemporary(schema: Pick<Schema, "name">): boolean {
  return schema.name.startsWith("pg_temp_");
}

/**
 * Finds the schema that something is made in.
 *
 * @param work Statement.
 * @param schemaName Schema that was named, if one was.
 * @param name Name of what is made, for the error text.
 * @returns The schema.
 * @throws {SqlError} 3F000, 42501.
 */
export function creationSchema(
  work: Work,
  schemaName: string | undefined,
  name: string,
): Schema {
  const schema = schemaName === undefined
    ? defaultSchema(work)
    : findSchema(work, schemaName);
  checkMayCreate(work, schema, name);
  return schema;
}

function defaultSchema(work: Work): Schema {
  for (const oid of work.context.env.searchPath) {
    if (closed.has(oid) && !(work.system && oid === fixedOid.auth)) continue;
    const schema = work.catalog.schema(oid);
    if (schema !== undefined && !isTemporary(schema)) return schema;
  }
  throw new SqlError("3F000", "no schema has been selected to create in");
}

/**
 * @param work Statement.
 * @param schema Schema.
 * @param name Name of what is made or moved there.
 * @throws {SqlError} 42501 when the role may not make things in it.
 */
export function checkMayCreate(work: Work, schema: Schema, name: string): void {
  if (work.system) return;
  if (schema.oid === fixedOid.pgCatalog) {
    throw new SqlError(
      "42501",
      `permission denied to create "pg_catalog.${name}"`,
      { detail: "System catalog modifications are currently disallowed." },
    );
  }
  const mayCreate = !closed.has(schema.oid) &&
    (isTemporary(schema) ||
      hasPrivilege(work.catalog, work.role, {
        kind: "schema",
        owner: schema.owner,
        acl: schema.acl,
      }, "C"));
  if (!mayCreate) throw permissionDenied(`schema ${schema.name}`);
}

/**
 * @param work Statement.
 * @param schema Schema that was named in a statement.
 * @throws {SqlError} 42501 when the role may not look into it.
 */
export function checkMayUse(work: Work, schema: Schema): void {
  if (isTemporary(schema) || work.system) return;
  const mayUse = hasPrivilege(work.catalog, work.role, {
    kind: "schema",
    owner: schema.owner,
    acl: schema.acl,
  }, "U");
  if (!mayUse) throw permissionDenied(`schema ${schema.name}`);
}

/** Schemas to look in for an unqualified name. */
function pathOf(work: Work): readonly number[] {
  const { searchPath } = work.context.env;
  const temporary = work.catalog.schemaNamed(work.context.temporarySchema);
  const first = [
    ...(temporary !== undefined && !searchPath.includes(temporary.oid)
      ? [temporary.oid]
      : []),
    ...(searchPath.includes(fixedOid.pgCatalog) ? [] : [fixedOid.pgCatalog]),
  ];
  return [...first, ...searchPath];
}

/**
 * Goes through the schemas that a name may be in.
 *
 * @param work Statement.
 * @param schemaName Schema that was named, if one was.
 * @param find Looks into one.
 * @returns What was found first.
 * @throws {SqlError} 3F000 when the schema that was named is not there.
 */
export function inSchemas<T>(
  work: Work,
  schemaName: string | undefined,
  find: (schema: number) => T | undefined,
): T | undefined {
  if (schemaName !== undefined) {
    const schema = findSchema(work, schemaName);
    checkMayUse(work, schema);
    return find(schema.oid);
  }
  for (const schema of pathOf(work)) {
    const found = find(schema);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * @param work Statement.
 * @param name Name in the parse tree.
 * @returns The relation, `undefined` when neither it nor its schema is there.
 */
export function lookUpRelation(
  work: Work,
  name: RangeVar,
): Relation | undefined {
  if (
    name.schemaname !== undefined && name.schemaname !== "pg_temp" &&
    work.catalog.schemaNamed(name.schemaname) === undefined
  ) return undefined;
  return inSchemas(
    work,
    name.schemaname,
    (schema) => work.catalog.relationNamed(schema, name.relname ?? ""),
  );
}

/**
 * @param work Statement.
 * @param name Name in the parse tree.
 * @returns The relation.
 * @throws {SqlError} 42P01 when there is none.
 */
export function findRelation(work: Work, name: RangeVar): Relation {
  const found = lookUpRelation(work, name);
  if (found !== undefined) return found;
  const index = lookUpIndex(work, name.schemaname, name.relname ?? "");
  if (index !== undefined) {
    throw new SqlError("42809", `"${name.relname}" is not a table`);
  }
  throw new SqlError("42P01", `relation "${rangeLabel(name)}" does not exist`);
}

/**
 * @param work Statement.
 * @param schemaName Schema that was named, if one was.
 * @param name Name of an index.
 * @returns The index and its table.
 */
export function lookUpIndex(
  work: Work,
  schemaName: string | undefined,
  name: string,
): ReturnType<Work["catalog"]["indexNamed"]> {
  if (
    schemaName !== undefined && schemaName !== "pg_temp" &&
    work.catalog.schemaNamed(schemaName) === undefined
  ) return undefined;
  return inSchemas(
    work,
    schemaName,
    (schema) => work.catalog.indexNamed(schema, name),
  );
}

/**
 * @param work Statement.
 * @param name Name of a role.
 * @returns The role.
 * @throws {SqlError} 42704 when there is none.
 */
export function findRole(work: Work, name: string): Role {
  const found = work.catalog.roleNamed(name);
  if (found !== undefined) return found;
  throw new SqlError("42704", `role "${name}" does not exist`);
}

/**
 * @param work Statement.
 * @param owner Owner of the object.
 * @param what Kind and name, for example `function f`.
 * @throws {SqlError} 42501 when the role is not its owner.
 */
export function requireOwner(work: Work, owner: number, what: string): void {
  if (work.system || isOwner(work.catalog, work.role, owner)) return;
  throw new SqlError("42501", `must be owner of ${what}`);
}

/**
 * @param work Statement.
 * @param relation Relation that is to change.
 * @throws {SqlError} 42501 when the role is not its owner, or only the program may change it.
 */
export function requireRelationOwner(work: Work, relation: Relation): void {
  if (work.system) return;
  if (
    relation.schema === fixedOid.pgCatalog ||
    relation.schema === fixedOid.informationSchema
  ) {
    throw new SqlError(
      "42501",
      `permission denied: "${relation.name}" is a system catalog`,
    );
  }
  const what = `${relationWord(relation)} ${relation.name}`;
  if (relation.system || relation.schema === fixedOid.auth) {
    throw new SqlError("42501", `must be owner of ${what}`);
  }
  requireOwner(work, relation.owner, what);
}

/**
 * @param work Statement.
 * @param schema Oid of the schema of an object that is to change.
 * @param what Kind and name.
 * @throws {SqlError} 42501 when only the program may change things in it.
 */
export function requireOpenSchema(
  work: Work,
  schema: number,
  what: string,
): void {
  if (work.system || !closed.has(schema)) return;
  throw new SqlError("42501", `must be owner of ${what}`);
}

/**
 * @param work Statement.
 * @param schema Schema.
 * @returns Whether only the program itself may change it.
 */
export function isClosed(work: Work, schema: number): boolean {
  return !work.system && closed.has(schema);
}
