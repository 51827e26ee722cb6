/**
 * What the resolver asks of types.
 *
 * @module
 */

import { quoteIdentifier } from "../functions/quoting.ts";
import { fixedOid, type Relation } from "../catalog/catalog.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Environment } from "../environment.ts";
import { SqlError } from "../error.ts";
import type { Typed } from "../tree.ts";
import { oid, type PgType, type TypeCategory } from "../types/type.ts";

/**
 * @param env Where to look.
 * @param type Number.
 * @returns The type.
 * @throws {SqlError} XX000 when the catalog has no such type, which it always should.
 */
export function typeOf(env: Environment, type: number): PgType {
  const found = env.catalog.type(type);
  if (found !== undefined) return found;
  throw new SqlError("XX000", `cache lookup failed for type ${type}`);
}

/**
 * @param env Where to look.
 * @param type Number.
 * @param typmod Its modifier.
 * @returns The type below a domain, and its modifier; anything else unchanged.
 */
export function baseTypeOf(
  env: Environment,
  type: number,
  typmod = -1,
): Typed {
  let found = env.catalog.type(type);
  let base = type;
  let modifier = typmod;
  while (found?.kind === "d" && found.baseType !== undefined) {
    base = found.baseType;
    modifier = found.baseTypmod ?? -1;
    found = env.catalog.type(base);
  }
  return { type: base, typmod: modifier };
}

/**
 * @param env Where to look.
 * @param type Number.
 * @returns Its category; of unknown literals `X`.
 */
export function categoryOf(env: Environment, type: number): TypeCategory {
  if (type === oid.unknown) return "X";
  return env.catalog.type(type)?.category ?? "U";
}

/**
 * @param env Where to look.
 * @param type Number.
 * @returns Whether it is preferred within its category.
 */
export function isPreferred(env: Environment, type: number): boolean {
  return env.catalog.type(type)?.preferred ?? false;
}

/**
 * @param env Where to look.
 * @param type Number; a domain over an array counts as one.
 * @returns Type of its elements, 0 if it is no array.
 */
export function elementTypeOf(env: Environment, type: number): number {
  const found = env.catalog.type(baseTypeOf(env, type).type);
  return found?.category === "A" ? found.element : 0;
}

/**
 * @param env Where to look.
 * @param type Number of the element type.
 * @returns Type of arrays of it, 0 if there is none.
 */
export function arrayTypeOf(env: Environment, type: number): number {
  return env.catalog.type(type)?.array ?? 0;
}

/**
 * @param type Number.
 * @returns Whether it stands for another type that each call brings.
 */
export function isPolymorphic(type: number): boolean {
  switch (type) {
    case oid.anyelement:
    case oid.anyarray:
    case oid.anynonarray:
    case oid.anyenum:
    case oid.anycompatible:
    case oid.anycompatiblearray:
    case oid.anycompatiblenonarray:
      return true;
    default:
      return false;
  }
}

const rowTypes = new WeakMap<Catalog, Map<number, Relation>>();

/**
 * @param env Where to look.
 * @param type Number of a row type.
 * @returns The table, view or composite type whose rows have it.
 */
export function relationOfRowType(
  env: Environment,
  type: number,
): Relation | undefined {
  if (env.catalog.type(type)?.kind !== "c") return undefined;
  let known = rowTypes.get(env.catalog);
  if (known === undefined) {
    known = new Map();
    for (const relation of env.catalog.relations()) {
      known.set(relation.rowType, relation);
    }
    rowTypes.set(env.catalog, known);
  }
  return known.get(type);
}

/** Names of built-in types as the standard writes them. */
const standardNames: ReadonlyMap<number, string> = new Map([
  [oid.bool, "boolean"],
  [oid.char, '"char"'],
  [oid.int2, "smallint"],
  [oid.int4, "integer"],
  [oid.int8, "bigint"],
  [oid.float4, "real"],
  [oid.float8, "double precision"],
  [oid.numeric, "numeric"],
  [oid.interval, "interval"],
  [oid.bpchar, "character"],
  [oid.varchar, "character varying"],
  [oid.time, "time without time zone"],
  [oid.timetz, "time with time zone"],
  [oid.timestamp, "timestamp without time zone"],
  [oid.timestamptz, "timestamp with time zone"],
  [oid.any, '"any"'],
]);

/**
 * @param env Where to look.
 * @param type Number.
 * @returns Its name in error messages, as `format_type` gives it.
 */
export function typeLabel(env: Environment, type: number): string {
  const standard = standardNames.get(type);
  if (standard !== undefined) return standard;
  if (type === oid.unknown) return "unknown";
  const found = env.catalog.type(type);
  if (found === undefined) return "???";
  if (found.category === "A" && found.element !== 0 && found.length === -1) {
    return `${typeLabel(env, found.element)}[]`;
  }
  const name = quoteIdentifier(found.name);
  if (
    found.schema === fixedOid.pgCatalog ||
    firstVisible(env, found.name) === type
  ) return name;
  const schema = env.catalog.schema(found.schema)?.name ?? "";
  return `${quoteIdentifier(schema)}.${name}`;
}

function firstVisible(env: Environment, name: string): number | undefined {
  for (const schema of searchPath(env)) {
    const found = env.catalog.typeNamed(schema, name);
    if (found !== undefined) return found.oid;
  }
  return undefined;
}

/**
 * @param env Environment.
 * @returns Schemas to look in, `pg_catalog` among them even if nobody named it.
 */
export function searchPath(env: Environment): readonly number[] {
  return env.searchPath.includes(fixedOid.pgCatalog)
    ? env.searchPath
    : [fixedOid.pgCatalog, ...env.searchPath];
}

/**
 * @param env Environment.
 * @param name Name of a schema that was written out.
 * @returns Its number.
 * @throws {SqlError} 3F000 when there is none.
 */
export function schemaNamed(env: Environment, name: string): number {
  const found = env.catalog.schemaNamed(name);
  if (found !== undefined) return found.oid;
  throw new SqlError("3F000", `schema "${name}" does not exist`);
}
