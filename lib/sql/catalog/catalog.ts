/**
 * What the database contains, as one immutable picture: statements are resolved against it, DDL makes
 * the next one.
 *
 * The engine loads it from its own tables, hands each session the picture its transaction sees and
 * gives it up when the transaction is rolled back.
 *
 * @module
 */

import type { MysqlDigests } from "../../base/mysql_password.ts";
import type { Node } from "@pgsql/types";
import type { PgType, TypeSource } from "../types/type.ts";

/** Rights of one grantee on one object. */
export interface AclItem {
  /** Role; 0 is PUBLIC. */
  readonly grantee: number;
  /** Role that granted. */
  readonly grantor: number;
  /** Letters of the manual's table 5.1 (`r` SELECT, `a` INSERT, `w` UPDATE, `d` DELETE, `D` TRUNCATE, `x` REFERENCES, `t` TRIGGER, `X` EXECUTE, `U` USAGE, `C` CREATE, `c` CONNECT, `T` TEMPORARY), each followed by `*` when it may be granted on. */
  readonly privileges: string;
}

/** `null`: the owner's rights and the built-in defaults, as in PostgreSQL. */
export type Acl = readonly AclItem[] | null;

/** A schema. */
export interface Schema {
  readonly oid: number;
  readonly name: string;
  readonly owner: number;
  readonly acl: Acl;
  readonly comment?: string | undefined;
}

/** A role. */
export interface Role {
  readonly oid: number;
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly createRole: boolean;
  readonly createDb: boolean;
  readonly login: boolean;
  readonly replication: boolean;
  readonly bypassRls: boolean;
  readonly connectionLimit: number;
  /** Verifier as PostgreSQL keeps it (`SCRAM-SHA-256$…` or `md5…`); never the password. */
  readonly password: string | null;
  /** For MySQL's clients, of a password that was set in the clear; no catalog shows it. */
  readonly mysqlDigests?: MysqlDigests | undefined;
  /** Microseconds since 2000, `null` for ever. */
  readonly validUntil: number | bigint | null;
  /** Roles it is a member of. */
  readonly memberOf: readonly {
    readonly role: number;
    readonly admin: boolean;
  }[];
  /** `ALTER ROLE … SET`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly comment?: string | undefined;
}

/** What a column is to MySQL, besides its type in PostgreSQL. */
export interface MysqlColumn {
  /** Its type as SHOW COLUMNS prints it, for example `int unsigned`. */
  readonly type: string;
  /** Collation, for one that holds characters. */
  readonly collation?: string | undefined;
  /** `ON UPDATE CURRENT_TIMESTAMP`. */
  readonly onUpdate?: boolean | undefined;
}

/** A column of a relation. */
export interface Column {
  /** `attnum`, from 1; numbers of dropped columns are not used again. */
  readonly number: number;
  readonly name: string;
  /** Name of the SQLite column: the same, save where SQLite would take two names for one (`Id`, `id`) or for its own (`rowid`). */
  readonly storage: string;
  readonly type: number;
  readonly typmod: number;
  readonly notNull: boolean;
  /** Default or generation expression: PostgreSQL's text (as `pg_get_expr` shows it) and its parse tree. */
  readonly default?: StoredExpression | undefined;
  /** `s` for a stored generated column. */
  readonly generated: "" | "s";
  /** `a` always, `d` by default. */
  readonly identity: "" | "a" | "d";
  /** What MySQL's clients see of it, for a column that one of them defined. */
  readonly mysql?: MysqlColumn | undefined;
  readonly acl: Acl;
  readonly comment?: string | undefined;
}

/** An expression kept in the catalog. */
export interface StoredExpression {
  /** PostgreSQL text. */
  readonly text: string;
  /** Parse tree, names fully qualified where the search path could matter. */
  readonly node: Node;
}

/** A constraint of a table or domain. */
export interface Constraint {
  readonly oid: number;
  readonly name: string;
  /** Check, primary key, unique, foreign key. NOT NULL is a property of the column, as in PostgreSQL 15. */
  readonly kind: "c" | "p" | "u" | "f";
  /** Column numbers in order. */
  readonly columns: readonly number[];
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  readonly validated: boolean;
  /** Check: the expression. */
  readonly check?: StoredExpression | undefined;
  /** Primary key and unique: the index. */
  readonly index?: number | undefined;
  /** Foreign key. */
  readonly foreign?: {
    readonly table: number;
    readonly columns: readonly number[];
    /** `a` no action, `r` restrict, `c` cascade, `n` set null, `d` set default. */
    readonly onUpdate: "a" | "r" | "c" | "n" | "d";
    readonly onDelete: "a" | "r" | "c" | "n" | "d";
    readonly match: "s" | "f";
  } | undefined;
  readonly comment?: string | undefined;
}

/** An index. */
export interface Index {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly nullsNotDistinct: boolean;
  /** Access method as declared (`btree`, `gin`, …); all are B-trees inside. */
  readonly method: string;
  /** Keys in order: column number, or 0 and an expression. */
  readonly keys: readonly {
    readonly column: number;
    readonly expression?: StoredExpression | undefined;
    /** Column and length of a prefix, for a key that a MySQL client made of one. */
    readonly prefix?:
      | { readonly column: number; readonly length: number }
      | undefined;
    readonly descending: boolean;
    readonly nullsFirst: boolean;
  }[];
  readonly include: readonly number[];
  readonly predicate?: StoredExpression | undefined;
  /** Name of the SQLite index; empty when it exists in the catalog only (a GIN index, say). */
  readonly storage: string;
  readonly comment?: string | undefined;
}

/** A row policy (manual, CREATE POLICY). */
export interface Policy {
  readonly oid: number;
  readonly name: string;
  readonly permissive: boolean;
  /** `*` all, `r` select, `a` insert, `w` update, `d` delete. */
  readonly command: "*" | "r" | "a" | "w" | "d";
  /** Roles; 0 is PUBLIC. */
  readonly roles: readonly number[];
  readonly using?: StoredExpression | undefined;
  readonly withCheck?: StoredExpression | undefined;
  readonly comment?: string | undefined;
}

/** Table, view, materialized view or sequence. */
export interface Relation {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly kind: "r" | "v" | "m" | "S" | "c";
  readonly owner: number;
  /** `p` permanent, `t` temporary (of one session). */
  readonly persistence: "p" | "t";
  readonly columns: readonly Column[];
  /** Columns that were dropped: they keep their place in the SQLite table (column `n` of the catalog is column `n - 1` there) and are NULL in new rows. */
  readonly dropped?:
    | readonly { readonly number: number; readonly storage: string }[]
    | undefined;
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly Index[];
  readonly policies: readonly Policy[];
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** `f` for REPLICA IDENTITY FULL, `n` for NOTHING; the primary key if not given. An index counts as that. */
  readonly replicaIdentity?: "f" | "n" | undefined;
  readonly acl: Acl;
  /** Name of the SQLite table that holds the rows (tables and materialized views); columns are named as here. */
  readonly storage: string;
  /** Oid of its row type. */
  readonly rowType: number;
  /** Views: the query. */
  readonly view?: {
    readonly text: string;
    readonly node: Node;
    readonly securityInvoker: boolean;
    readonly securityBarrier: boolean;
    readonly checkOption: "" | "local" | "cascaded";
    /** The query as a MySQL client wrote it, until something that it names is called something else. */
    readonly mysql?: {
      /** With `*` written out, and other databases than the view's before their tables. */
      readonly text: string;
      /** Whether the names of the columns were given beside it. */
      readonly named: boolean;
    } | undefined;
  } | undefined;
  /** `false` for a materialized view WITH NO DATA, which cannot be read (55000). */
  readonly populated?: boolean | undefined;
  /** Sequences. */
  readonly sequence?: {
    readonly type: number;
    readonly start: bigint;
    readonly increment: bigint;
    readonly min: bigint;
    readonly max: bigint;
    readonly cache: bigint;
    readonly cycle: boolean;
    /** Column that owns it. */
    readonly ownedBy?:
      | { readonly table: number; readonly column: number }
      | undefined;
  } | undefined;
  /** Whether it belongs to the catalog or the auth server and no DDL of users may touch it. */
  readonly system: boolean;
  readonly comment?: string | undefined;
}

/** A function written in SQL. */
export interface UserFunction {
  readonly oid: number;
  readonly name: string;
  readonly schema: number;
  readonly owner: number;
  readonly args: readonly {
    readonly name: string;
    readonly type: number;
    readonly mode: "i" | "o" | "b" | "v" | "t";
    readonly default?: StoredExpression | undefined;
  }[];
  readonly returns: number;
  readonly returnsSet: boolean;
  readonly kind: "f" | "p";
  readonly volatility: "i" | "s" | "v";
  readonly strict: boolean;
  readonly securityDefiner: boolean;
  readonly leakproof: boolean;
  /** `ROWS` of one that returns a set; 1000 if not given. */
  readonly rows?: number | undefined;
  /** `prosrc`. */
  readonly body: string;
  /** Parsed statements of the body. */
  readonly statements: readonly Node[];
  /** `SET` clauses. */
  readonly settings: Readonly<Record<string, string>>;
  readonly acl: Acl;
  readonly comment?: string | undefined;
}

/** Labels of an enum in order. */
export interface EnumType {
  readonly type: number;
  readonly labels: readonly {
    readonly oid: number;
    readonly label: string;
    readonly order: number;
  }[];
}

/** What a domain adds to its base type. */
export interface DomainType {
  readonly type: number;
  readonly notNull: boolean;
  readonly default?: StoredExpression | undefined;
  readonly checks: readonly {
    readonly oid: number;
    readonly name: string;
    readonly check: StoredExpression;
  }[];
}

/** See the top of the file. */
export interface Catalog extends TypeSource {
  /** Grows with each change. Plans are cached under it. */
  readonly version: number;
  schema(oid: number): Schema | undefined;
  schemaNamed(name: string): Schema | undefined;
  schemas(): Iterable<Schema>;
  relation(oid: number): Relation | undefined;
  /** Tables, views and sequences of one schema share a name space; indexes too (see `indexNamed`). */
  relationNamed(schema: number, name: string): Relation | undefined;
  relations(): Iterable<Relation>;
  /** The table that has the index. */
  indexNamed(
    schema: number,
    name: string,
  ): { readonly table: Relation; readonly index: Index } | undefined;
  typeNamed(schema: number, name: string): PgType | undefined;
  types(): Iterable<PgType>;
  enumType(type: number): EnumType | undefined;
  domain(type: number): DomainType | undefined;
  /** Functions of users (built-in ones are in `lib/sql/functions`). */
  functionsNamed(schema: number, name: string): readonly UserFunction[];
  functions(): Iterable<UserFunction>;
  userFunction(oid: number): UserFunction | undefined;
  role(oid: number): Role | undefined;
  roleNamed(name: string): Role | undefined;
  roles(): Iterable<Role>;
  /** Rights that new objects get (`ALTER DEFAULT PRIVILEGES`, and our own defaults of `public`). */
  defaultAcls(): Iterable<DefaultAcl>;
}

/** A line of `pg_default_acl`. */
export interface DefaultAcl {
  readonly role: number;
  /** 0 for every schema. */
  readonly schema: number;
  /** Tables, sequences, functions, types, schemas. */
  readonly kind: "r" | "S" | "f" | "T" | "n";
  readonly acl: readonly AclItem[];
}

/** Oids that never change. */
export const fixedOid = {
  /** Schema `pg_catalog`. */
  pgCatalog: 11,
  /** Schema `public`. */
  public: 2200,
  /** Schema `information_schema`. */
  informationSchema: 13000,
  /** Schema `pg_mysql`: functions that MySQL's semantics need; in no search path and in no catalog. */
  mysql: 13300,
  /** Schema `auth`: `_auth_*`, `auth.uid()` and friends. */
  auth: 13100,
  /** Role `postgres`. */
  postgres: 10,
  /** Role `anon`. */
  anon: 13201,
  /** Role `authenticated`. */
  authenticated: 13202,
  /** Role `service_role`. */
  serviceRole: 13203,
  /** Database. */
  database: 5,
  /** First oid of users' objects. */
  firstUser: 16384,
} as const;
