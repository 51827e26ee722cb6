/**
 * The catalog of a new database.
 *
 * @module
 */

import { builtinTypes } from "../types/builtin.ts";
import type { PgType } from "../types/type.ts";
import { authFunctions } from "./auth_functions.ts";
import {
  type AclItem,
  type DefaultAcl,
  fixedOid,
  type Relation,
  type Schema,
} from "./catalog.ts";
import { type FixedObjects, MemoryCatalog } from "./memory_catalog.ts";
import type { DatabaseSettings } from "./objects.ts";
import { predefinedRole, predefinedRoles } from "./predefined_roles.ts";

const { postgres, anon, authenticated, serviceRole } = fixedOid;

/** Roles of the API, which may use what `postgres` makes in `public`; row policies say how far. */
const apiRoles = [anon, authenticated, serviceRole];

function grants(privileges: string): AclItem[] {
  return apiRoles.map((grantee) => ({
    grantee,
    grantor: postgres,
    privileges,
  }));
}

function readable(oid: number, name: string): Schema {
  return {
    oid,
    name,
    owner: postgres,
    acl: [
      { grantee: postgres, grantor: postgres, privileges: "UC" },
      { grantee: 0, grantor: postgres, privileges: "U" },
    ],
  };
}

const { databaseOwner } = predefinedRole;

const schemas: readonly Schema[] = [
  {
    ...readable(fixedOid.pgCatalog, "pg_catalog"),
    comment: "system catalog schema",
  },
  readable(fixedOid.informationSchema, "information_schema"),
  {
    oid: fixedOid.public,
    name: "public",
    owner: databaseOwner,
    acl: [
      { grantee: databaseOwner, grantor: databaseOwner, privileges: "UC" },
      { grantee: 0, grantor: databaseOwner, privileges: "U" },
    ],
    comment: "standard public schema",
  },
  {
    oid: fixedOid.auth,
    name: "auth",
    owner: postgres,
    acl: [
      { grantee: postgres, grantor: postgres, privileges: "UC" },
      ...grants("U"),
    ],
  },
];

const defaultAcls: readonly DefaultAcl[] = [
  {
    role: postgres,
    schema: fixedOid.public,
    kind: "r",
    acl: grants("arwdDxt"),
  },
  { role: postgres, schema: fixedOid.public, kind: "S", acl: grants("rwU") },
  { role: postgres, schema: fixedOid.public, kind: "f", acl: grants("X") },
];

const database: DatabaseSettings = {
  oid: fixedOid.database,
  owner: postgres,
  acl: null,
  comment: "default administrative connection database",
  settings: {},
  extensions: [{
    oid: 13050,
    name: "plpgsql",
    schema: fixedOid.pgCatalog,
    version: "1.0",
    comment: "PL/pgSQL procedural language",
  }],
  defaultAcls,
};

function byOid<T extends { readonly oid: number }>(
  objects: Iterable<T>,
): Map<number, T> {
  return new Map([...objects].map((each) => [each.oid, each]));
}

/** Built-in things that every catalog has. */
export interface BuiltIn {
  /**
   * Types of `pg_catalog`.
   *
   * @default {builtinTypes}
   */
  readonly types?: Iterable<PgType> | undefined;
  /**
   * Relations of `pg_catalog` and `information_schema`.
   *
   * @default {[]}
   */
  readonly relations?: Iterable<Relation> | undefined;
}

/**
 * @param builtIn Built-in types and relations.
 * @returns A catalog with these and nothing else, not even roles.
 */
export function emptyCatalog(
  builtIn: BuiltIn = {},
): MemoryCatalog {
  const { types, relations = [] } = builtIn;
  const fixed: FixedObjects = {
    types: types === undefined ? builtinTypes : byOid(types),
    relations: byOid(relations),
  };
  return new MemoryCatalog(
    fixed,
    {
      schema: new Map(),
      relation: new Map(),
      type: new Map(),
      function: new Map(),
      role: new Map(),
      database: new Map(),
    },
    fixedOid.firstUser,
  );
}

/**
 * @param builtIn Built-in types and relations.
 * @returns The catalog of a new database.
 */
export function initialCatalog(builtIn: BuiltIn = {}): MemoryCatalog {
  const { fixed } = emptyCatalog(builtIn);
  return new MemoryCatalog(
    fixed,
    {
      schema: byOid(schemas),
      relation: new Map(),
      type: new Map(),
      function: byOid(authFunctions),
      role: byOid(predefinedRoles),
      database: byOid([database]),
    },
    fixedOid.firstUser,
  );
}
