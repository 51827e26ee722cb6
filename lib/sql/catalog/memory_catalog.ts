/**
 * The catalog as maps that are never changed: each change gives a new catalog that shares whatever
 * stayed the same.
 *
 * {@linkcode changesBetween} tells which objects differ, by comparing references; persistence, the
 * tables of `pg_catalog` and the caches of the engine build on that.
 *
 * @module
 */

import type { PgType } from "../types/type.ts";
import type {
  Catalog,
  DefaultAcl,
  DomainType,
  EnumType,
  Index,
  Relation,
  Role,
  Schema,
  UserFunction,
} from "./catalog.ts";
import {
  type DatabaseSettings,
  type ObjectChange,
  type ObjectKind,
  type ObjectKinds,
  objectKinds,
  type UserType,
} from "./objects.ts";
import { arrayType } from "../types/array.ts";
import { rowType, userType } from "./user_types.ts";

type Objects = {
  readonly [Kind in ObjectKind]: ReadonlyMap<number, ObjectKinds[Kind]>;
};

/** Built-in things that are the same in every catalog. */
export interface FixedObjects {
  readonly types: ReadonlyMap<number, PgType>;
  /** Tables and views of `pg_catalog` and `information_schema`. */
  readonly relations: ReadonlyMap<number, Relation>;
}

/** Names are looked up far more often than changed, so they have maps, made when first needed. */
interface Names {
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly relations: ReadonlyMap<string, Relation>;
  readonly indexes: ReadonlyMap<
    string,
    { readonly table: Relation; readonly index: Index }
  >;
  readonly types: ReadonlyMap<string, PgType>;
  readonly typesByOid: ReadonlyMap<number, PgType>;
  readonly functions: ReadonlyMap<string, readonly UserFunction[]>;
  readonly roles: ReadonlyMap<string, Role>;
  readonly storage: ReadonlySet<string>;
}

/** Versions must differ even between a change that was rolled back and the next, for plans are kept under them. */
let lastVersion = 0;

const nameKey = (schema: number, name: string) => `${schema} ${name}`;

/** See the top of the file. */
export class MemoryCatalog implements Catalog {
  readonly version: number;
  /** First oid that is free. */
  readonly nextOid: number;
  readonly fixed: FixedObjects;
  readonly #objects: Objects;
  #names: Names | undefined;

  /**
   * @param fixed Built-in things.
   * @param objects Everything else; not looked at again if changed.
   * @param nextOid First oid that is free.
   */
  constructor(fixed: FixedObjects, objects: Objects, nextOid: number) {
    this.version = ++lastVersion;
    this.fixed = fixed;
    this.#objects = objects;
    this.nextOid = nextOid;
  }

  /** @returns A catalog with this object, instead of the one with its oid if there was one. */
  with<Kind extends ObjectKind>(
    kind: Kind,
    body: ObjectKinds[Kind],
  ): MemoryCatalog {
    const map = new Map(this.#objects[kind] as ReadonlyMap<number, unknown>);
    map.set(body.oid, body);
    return new MemoryCatalog(
      this.fixed,
      { ...this.#objects, [kind]: map },
      Math.max(this.nextOid, body.oid + 1),
    );
  }

  /** @returns A catalog without this object. */
  without(kind: ObjectKind, oid: number): MemoryCatalog {
    const map = new Map(this.#objects[kind] as ReadonlyMap<number, unknown>);
    map.delete(oid);
    return new MemoryCatalog(
      this.fixed,
      { ...this.#objects, [kind]: map } as Objects,
      this.nextOid,
    );
  }

  /** @returns A catalog that gives out oids from `nextOid` on. */
  withNextOid(nextOid: number): MemoryCatalog {
    return new MemoryCatalog(this.fixed, this.#objects, nextOid);
  }

  /** @returns All objects of a kind that are not built in. */
  objects<Kind extends ObjectKind>(
    kind: Kind,
  ): ReadonlyMap<number, ObjectKinds[Kind]> {
    return this.#objects[kind] as ReadonlyMap<number, ObjectKinds[Kind]>;
  }

  /** The database itself. */
  get database(): DatabaseSettings {
    const [first] = this.#objects.database.values();
    if (first === undefined) throw new TypeError("Catalog without a database");
    return first;
  }

  schema(oid: number): Schema | undefined {
    return this.#objects.schema.get(oid);
  }

  schemaNamed(name: string): Schema | undefined {
    return this.#found.schemas.get(name);
  }

  schemas(): Iterable<Schema> {
    return this.#objects.schema.values();
  }

  relation(oid: number): Relation | undefined {
    return this.#objects.relation.get(oid) ?? this.fixed.relations.get(oid);
  }

  relationNamed(schema: number, name: string): Relation | undefined {
    return this.#found.relations.get(nameKey(schema, name));
  }

  *relations(): Iterable<Relation> {
    yield* this.fixed.relations.values();
    yield* this.#objects.relation.values();
  }

  indexNamed(
    schema: number,
    name: string,
  ): { readonly table: Relation; readonly index: Index } | undefined {
    return this.#found.indexes.get(nameKey(schema, name));
  }

  type(oid: number): PgType | undefined {
    return this.fixed.types.get(oid) ?? this.#found.typesByOid.get(oid);
  }

  typeNamed(schema: number, name: string): PgType | undefined {
    return this.#found.types.get(nameKey(schema, name));
  }

  *types(): Iterable<PgType> {
    yield* this.fixed.types.values();
    yield* this.#found.typesByOid.values();
  }

  /** @returns Owner, rights and comment of an enum or domain. */
  userType(oid: number): UserType | undefined {
    return this.#objects.type.get(oid);
  }

  enumType(type: number): EnumType | undefined {
    return this.#objects.type.get(type)?.enum;
  }

  domain(type: number): DomainType | undefined {
    return this.#objects.type.get(type)?.domain;
  }

  functionsNamed(schema: number, name: string): readonly UserFunction[] {
    return this.#found.functions.get(nameKey(schema, name)) ?? [];
  }

  functions(): Iterable<UserFunction> {
    return this.#objects.function.values();
  }

  userFunction(oid: number): UserFunction | undefined {
    return this.#objects.function.get(oid);
  }

  role(oid: number): Role | undefined {
    return this.#objects.role.get(oid);
  }

  roleNamed(name: string): Role | undefined {
    return this.#found.roles.get(name);
  }

  roles(): Iterable<Role> {
    return this.#objects.role.values();
  }

  defaultAcls(): Iterable<DefaultAcl> {
    return this.database.defaultAcls;
  }

  /** @returns Whether SQLite has a table or index of this name, as it compares names. */
  isStorageTaken(name: string): boolean {
    return this.#found.storage.has(name.toLowerCase());
  }

  get #found(): Names {
    return this.#names ??= this.#collect();
  }

  #collect(): Names {
    const relations = new Map<string, Relation>();
    const indexes = new Map<string, { table: Relation; index: Index }>();
    const types = new Map<string, PgType>();
    const typesByOid = new Map<number, PgType>();
    const storage = new Set<string>();
    const find = (type: number) =>
      this.fixed.types.get(type) ?? typesByOid.get(type);
    const addType = (type: PgType) => {
      for (const each of [type, arrayType(type)]) {
        const key = nameKey(each.schema, each.name);
        // An array's name gives way to a type that was called so.
        if (each === type || !types.has(key)) types.set(key, each);
        typesByOid.set(each.oid, each);
      }
    };
    for (const relation of this.relations()) {
      relations.set(nameKey(relation.schema, relation.name), relation);
      if (relation.storage !== "") storage.add(relation.storage.toLowerCase());
      for (const index of relation.indexes) {
        indexes.set(nameKey(index.schema, index.name), {
          table: relation,
          index,
        });
        if (index.storage !== "") storage.add(index.storage.toLowerCase());
      }
      if (relation.rowType !== 0 && !this.fixed.types.has(relation.rowType)) {
        addType(rowType(relation));
      }
    }
    // A domain needs what it is based on, which was made before it.
    for (const type of this.#objects.type.values()) {
      addType(userType(type, find));
    }
    for (const type of this.fixed.types.values()) {
      types.set(nameKey(type.schema, type.name), type);
    }
    const functions = new Map<string, UserFunction[]>();
    for (const each of this.#objects.function.values()) {
      const key = nameKey(each.schema, each.name);
      const same = functions.get(key);
      if (same === undefined) functions.set(key, [each]);
      else same.push(each);
    }
    return {
      schemas: byName(this.#objects.schema),
      roles: byName(this.#objects.role),
      relations,
      indexes,
      types,
      typesByOid,
      functions,
      storage,
    };
  }
}

function byName<T extends { readonly name: string }>(
  objects: ReadonlyMap<number, T>,
): ReadonlyMap<string, T> {
  return new Map([...objects.values()].map((each) => [each.name, each]));
}

/**
 * @param catalog Any catalog of the engine.
 * @returns It, as the only kind there is.
 * @throws {TypeError} When it is of another kind.
 */
export function asMemoryCatalog(catalog: Catalog): MemoryCatalog {
  if (catalog instanceof MemoryCatalog) return catalog;
  throw new TypeError("Cannot change the catalog: not a MemoryCatalog");
}

/**
 * Compares two catalogs, one of which came from the other.
 *
 * @param before Catalog.
 * @param after Catalog.
 * @returns Objects that were made, changed or dropped; built-in ones never are.
 */
export function changesBetween(
  before: MemoryCatalog,
  after: MemoryCatalog,
): ObjectChange[] {
  const changes: ObjectChange[] = [];
  for (const kind of objectKinds) {
    const old = before.objects(kind);
    const now = after.objects(kind);
    if (old === now) continue;
    for (const [oid, body] of now) {
      const was = old.get(oid);
      if (was !== body) changes.push({ kind, oid, before: was, after: body });
    }
    for (const [oid, body] of old) {
      if (!now.has(oid)) {
        changes.push({ kind, oid, before: body, after: undefined });
      }
    }
  }
  return changes;
}
