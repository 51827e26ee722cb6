/**
 * Tables and views of the exposed schemas.
 *
 * @module
 */

import type { Row } from "../../engine/rows.ts";
import type { CatalogRows } from "./catalog_rows.ts";
import { byName, type NumberedColumn } from "./columns.ts";
import type { Relation, RestColumn } from "./picture.ts";
import type { BaseColumn } from "./view_columns.ts";

/** A constraint, by numbers. */
export interface Key {
  readonly name: string;
  readonly relation: number;
  readonly columns: readonly number[];
}

/** A foreign key, by numbers. */
export interface ForeignKey extends Key {
  readonly references: number;
  /** Columns that `columns` refer to, one by one. */
  readonly referenced: readonly number[];
}

/** Constraints of all tables. */
export interface Constraints {
  /** Columns of the primary key by number of the table. */
  readonly primary: ReadonlyMap<number, Key>;
  /** PRIMARY KEY and UNIQUE constraints by number of the table. */
  readonly unique: ReadonlyMap<number, readonly Key[]>;
  readonly foreign: readonly ForeignKey[];
}

/** A relation and, for each of its columns, the table's column that it shows. */
export interface ShownRelation {
  readonly relation: Relation;
  readonly columns: readonly {
    readonly name: string;
    readonly base: BaseColumn;
  }[];
}

/** Names that no request may reach in whatever schema they are: the auth server's tables. */
const internal = /^_auth_/;

/** Bits of `pg_relation_is_updatable`. */
const events = { update: 4, insert: 8, delete: 16 } as const;

function numbers(text: unknown): number[] {
  return text === null || text === ""
    ? []
    : String(text).split(",").map(Number);
}

/**
 * @param rows Rows of `pg_constraint`.
 * @returns The keys among them.
 */
export function readConstraints(rows: readonly Row[]): Constraints {
  const primary = new Map<number, Key>();
  const unique = new Map<number, Key[]>();
  const foreign: ForeignKey[] = [];
  for (const row of rows) {
    const key = {
      name: String(row["conname"]),
      relation: Number(row["conrelid"]),
      columns: numbers(row["conkey"]),
    };
    if (row["contype"] === "f") {
      foreign.push({
        ...key,
        references: Number(row["confrelid"]),
        referenced: numbers(row["confkey"]),
      });
      continue;
    }
    if (row["contype"] === "p") primary.set(key.relation, key);
    const list = unique.get(key.relation) ?? [];
    if (list.length === 0) unique.set(key.relation, list);
    list.push(key);
  }
  return { primary, unique, foreign };
}

function kindOf(row: Row): Relation["kind"] {
  switch (row["relkind"]) {
    case "v":
      return "view";
    case "m":
      return "materialized view";
    default:
      return "table";
  }
}

/** Collaborators of {@linkcode readRelations}. */
export interface RelationParts {
  readonly schemaName: (oid: number) => string;
  readonly columns: ReadonlyMap<number, readonly NumberedColumn[]>;
  readonly constraints: Constraints;
  /** Of views. */
  readonly bases: ReadonlyMap<number, ReadonlyMap<number, BaseColumn>>;
  readonly comment: (relation: number) => string | undefined;
  /** Computed columns, which are known when the functions are. */
  readonly computed: (relation: number) => ReadonlyMap<string, RestColumn>;
}

/**
 * @param rows Rows of `pg_class`.
 * @param parts What else is known.
 * @returns The relations that requests may reach.
 */
export function readRelations(
  { classes }: Pick<CatalogRows, "classes">,
  { schemaName, columns, constraints, bases, comment, computed }: RelationParts,
): ShownRelation[] {
  return classes.filter((row) => !internal.test(String(row["relname"]))).map(
    (row) => {
      const oid = Number(row["oid"]);
      const own = columns.get(oid) ?? [];
      const base = bases.get(oid);
      const shown = own.flatMap(({ number, column: { name } }) => {
        const from = base === undefined
          ? { relation: oid, column: number }
          : base.get(number);
        return from === undefined ? [] : [{ name, base: from }];
      });
      const updatable = Number(row["updatable"]);
      const relation: Relation = {
        oid,
        schema: schemaName(Number(row["relnamespace"])),
        name: String(row["relname"]),
        kind: kindOf(row),
        columns: byName(own),
        computed: computed(oid),
        primaryKey: primaryKeyOf(shown, constraints),
        insertable: (updatable & events.insert) !== 0,
        updatable: (updatable & events.update) !== 0,
        deletable: (updatable & events.delete) !== 0,
        rowSecurity: row["relrowsecurity"] === true,
        comment: comment(oid),
      };
      return { relation, columns: shown };
    },
  );
}

/** Primary keys of the tables that a relation shows, as far as it shows all of one. */
function primaryKeyOf(
  shown: ShownRelation["columns"],
  { primary }: Constraints,
): string[] {
  const tables = new Set(shown.map(({ base }) => base.relation));
  return [...tables].flatMap((table) => {
    const names = primary.get(table)?.columns.map((wanted) =>
      shown.find(({ base }) =>
        base.relation === table && base.column === wanted
      )?.name
    ) ?? [];
    return names.every((name) =>
        name !== undefined
      )
      ? names
      : [];
  });
}
