/**
 * What the catalog keeps: each object with its kind, as it is stored and as changes are reported.
 *
 * @module
 */

import type {
  Acl,
  DefaultAcl,
  DomainType,
  EnumType,
  Relation,
  Role,
  Schema,
  UserFunction,
} from "./catalog.ts";

/** An enum or a domain; the row types of relations follow from these. */
export interface UserType {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly kind: "e" | "d";
  /** Oid of the type of its arrays. */
  readonly array: number;
  readonly acl: Acl;
  /** Domains: what it is based on. */
  readonly baseType?: number | undefined;
  readonly baseTypmod?: number | undefined;
  readonly enum?: EnumType | undefined;
  readonly domain?: DomainType | undefined;
  readonly comment?: string | undefined;
}

/** The database itself and what belongs to nothing else. */
export interface DatabaseSettings {
  readonly oid: number;
  readonly owner: number;
  readonly acl: Acl;
  readonly comment?: string | undefined;
  /** `ALTER DATABASE … SET`. */
  readonly settings: Readonly<Record<string, string>>;
  /** Extensions that somebody created; all they bring is built in. */
  readonly extensions: readonly {
    readonly oid: number;
    readonly name: string;
    readonly schema: number;
    readonly version: string;
    readonly comment?: string | undefined;
  }[];
  readonly defaultAcls: readonly DefaultAcl[];
}

/** Everything that has a row of its own. */
export interface ObjectKinds {
  readonly schema: Schema;
  readonly relation: Relation;
  readonly type: UserType;
  readonly function: UserFunction;
  readonly role: Role;
  readonly database: DatabaseSettings;
}

/** Name of a kind. */
export type ObjectKind = keyof ObjectKinds;

/** An object and its kind. */
export type CatalogObject = {
  [Kind in ObjectKind]: {
    readonly kind: Kind;
    readonly body: ObjectKinds[Kind];
  };
}[ObjectKind];

/** The kinds, in the order in which one may refer to the ones before it. */
export const objectKinds: readonly ObjectKind[] = [
  "role",
  "database",
  "schema",
  "type",
  "relation",
  "function",
];

/** How an object changed between two catalogs: `before` or `after` is missing when it was made or dropped. */
export interface ObjectChange {
  readonly kind: ObjectKind;
  readonly oid: number;
  readonly before: CatalogObject["body"] | undefined;
  readonly after: CatalogObject["body"] | undefined;
}
