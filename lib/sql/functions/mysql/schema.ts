/**
 * Rows about tables, columns, keys and constraints, as MySQL's information_schema and SHOW tell them.
 *
 * Who may see what is asked by the queries over them (`lib/sql/mysql/information_schema.ts`), by the oid in the
 * first column.
 *
 * @module
 */

import {
  type Catalog,
  fixedOid,
  type Relation,
} from "../../catalog/catalog.ts";
import type { Datum } from "../../datum.ts";
import type { EvalContext } from "../../eval_context.ts";
import { SqlError } from "../../error.ts";
import { type Definition, fn, rows } from "../define.ts";
import {
  columnCollation,
  columnDefault,
  columnExtra,
  columnKey,
  columnTypeText,
  keyName,
} from "./column_text.ts";
import {
  columnNamed,
  createTableText,
  isRangeCheck,
  tableCollation,
} from "./create_table_text.ts";
import { sizes } from "./type_sizes.ts";

/** @returns The picture of the catalog. */
function catalogOf({ catalog }: EvalContext): Catalog {
  if (catalog === undefined) {
    throw new SqlError("0A000", "system catalogs cannot be read here");
  }
  return catalog;
}

const hidden: ReadonlySet<number> = new Set([
  fixedOid.pgCatalog,
  fixedOid.informationSchema,
]);

/** Name of a schema as a database. */
function databaseName(catalog: Catalog, schema: number): string {
  const name = catalog.schema(schema)?.name ?? "";
  return name === "public" ? "postgres" : name;
}

/** Tables and views that MySQL's clients may see. */
function* shown(catalog: Catalog): Generator<Relation> {
  for (const relation of catalog.relations()) {
    if (hidden.has(relation.schema) || !"rvm".includes(relation.kind)) continue;
    yield relation;
  }
}

/** What is next in a table's AUTO_INCREMENT column. */
function nextNumber(
  catalog: Catalog,
  relation: Relation,
  context: EvalContext,
): number | undefined {
  const column = relation.columns.find((each) =>
    columnExtra(each) === "auto_increment"
  );
  if (column === undefined) return undefined;
  for (const each of catalog.relations()) {
    const owner = each.sequence?.ownedBy;
    if (owner?.table !== relation.oid || owner.column !== column.number) {
      continue;
    }
    try {
      const last = context.services.call("sequence_last_value", [each.oid]);
      return last === null
        ? Number(each.sequence?.start ?? 1)
        : Number(last) + 1;
    } catch (error) {
      // Who may not read the sequence does not learn its number.
      if (error instanceof SqlError) return undefined;
      throw error;
    }
  }
  return undefined;
}

function* tables(
  catalog: Catalog,
  context: EvalContext,
): Generator<readonly Datum[]> {
  for (const relation of shown(catalog)) {
    const view = relation.kind === "v";
    yield [
      relation.oid,
      databaseName(catalog, relation.schema),
      relation.name,
      view ? "VIEW" : "BASE TABLE",
      view ? null : "InnoDB",
      view ? null : nextNumber(catalog, relation, context) ?? null,
      view ? null : tableCollation(relation),
      view ? "VIEW" : relation.comment ?? "",
      relation.view?.text ?? null,
      relation.view?.checkOption === ""
        ? "NONE"
        : relation.view?.checkOption.toUpperCase() ?? null,
      relation.view?.securityInvoker ? "INVOKER" : "DEFINER",
      catalog.role(relation.owner)?.name ?? "",
    ];
  }
}

function* columns(catalog: Catalog): Generator<readonly Datum[]> {
  for (const relation of shown(catalog)) {
    let position = 0;
    for (const column of relation.columns) {
      if (column.number <= 0) continue;
      const type = columnTypeText(catalog, column);
      const collation = columnCollation(catalog, column);
      position++;
      yield [
        relation.oid,
        databaseName(catalog, relation.schema),
        relation.name,
        column.name,
        position,
        columnDefault(column).text,
        column.notNull ? "NO" : "YES",
        /^[a-z]+/.exec(type)?.[0] ?? type,
        ...sizes(type),
        collation === null
          ? null
          : collation === "binary"
          ? "binary"
          : "utf8mb4",
        collation,
        type,
        columnKey(relation, column),
        columnExtra(column),
        column.comment ?? "",
        column.generated === "" ? "" : column.default?.text ?? "",
      ];
    }
  }
}

function* statistics(catalog: Catalog): Generator<readonly Datum[]> {
  for (const relation of shown(catalog)) {
    const ordered = relation.indexes.toSorted((a, b) =>
      Number(b.primary) - Number(a.primary) ||
      Number(b.unique) - Number(a.unique)
    );
    for (const index of ordered) {
      let sequence = 0;
      const parts = index.method === "gin"
        ? relation.columns.filter(({ name }) =>
          index.keys.some((key) => key.expression?.text.includes(name))
        ).map(({ number }) => ({
          column: number,
          descending: false,
          expression: undefined,
          prefix: undefined,
        }))
        : index.keys;
      for (const key of parts) {
        const column = relation.columns.find((each) =>
          each.number === (key.prefix?.column ?? key.column)
        );
        sequence++;
        yield [
          relation.oid,
          databaseName(catalog, relation.schema),
          relation.name,
          index.unique ? 0 : 1,
          keyName(relation, index),
          sequence,
          column?.name ?? null,
          index.method === "gin" ? null : key.descending ? "D" : "A",
          column === undefined || column.notNull ? "" : "YES",
          index.method === "gin" ? "FULLTEXT" : "BTREE",
          index.comment ?? "",
          key.prefix === undefined ? key.expression?.text ?? null : null,
          key.prefix?.length ?? null,
        ];
      }
    }
  }
}

const rules = {
  a: "NO ACTION",
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
} as const;

function* keys(catalog: Catalog): Generator<readonly Datum[]> {
  for (const relation of shown(catalog)) {
    const database = databaseName(catalog, relation.schema);
    for (const index of relation.indexes) {
      if (!index.unique) continue;
      const name = keyName(relation, index);
      for (const [at, key] of index.keys.entries()) {
        yield [
          relation.oid,
          database,
          name,
          relation.name,
          columnNamed(relation, key.column),
          at + 1,
          null,
          null,
          null,
          null,
          index.primary ? "PRIMARY KEY" : "UNIQUE",
          null,
          null,
          null,
          null,
        ];
      }
    }
    for (const constraint of relation.constraints) {
      const { foreign } = constraint;
      if (foreign !== undefined) {
        const other = catalog.relation(foreign.table);
        const unique = other?.indexes.find((index) =>
          index.unique &&
          index.keys.every((key, at) => key.column === foreign.columns[at])
        );
        for (const [at, column] of constraint.columns.entries()) {
          yield [
            relation.oid,
            database,
            constraint.name,
            relation.name,
            columnNamed(relation, column),
            at + 1,
            at + 1,
            other === undefined ? null : databaseName(catalog, other.schema),
            other?.name ?? null,
            other === undefined
              ? null
              : columnNamed(other, foreign.columns[at] ?? 0),
            "FOREIGN KEY",
            unique === undefined || other === undefined
              ? null
              : keyName(other, unique),
            rules[foreign.onUpdate],
            rules[foreign.onDelete],
            null,
          ];
        }
      } else if (constraint.kind === "c" && !isRangeCheck(constraint)) {
        yield [
          relation.oid,
          database,
          constraint.name,
          relation.name,
          null,
          null,
          null,
          null,
          null,
          null,
          "CHECK",
          null,
          null,
          null,
          constraint.check?.text ?? null,
        ];
      }
    }
  }
}

const stable = { volatility: "s" } as const;

/** See the top of the file. */
export const mysqlSchemaRows: readonly Definition[] = [
  rows(
    "pg_mysql.schema_tables() (oid oid, table_schema text, table_name text, table_type text, engine text, auto_increment int8, table_collation text, table_comment text, view_definition text, check_option text, security_type text, owner text)",
    {
      ...stable,
      rows: (_, context) => tables(catalogOf(context), context),
    },
  ),
  rows(
    "pg_mysql.schema_columns() (oid oid, table_schema text, table_name text, column_name text, ordinal_position int8, column_default text, is_nullable text, data_type text, character_maximum_length int8, character_octet_length int8, numeric_precision int8, numeric_scale int8, datetime_precision int8, character_set_name text, collation_name text, column_type text, column_key text, extra text, column_comment text, generation_expression text)",
    {
      ...stable,
      rows: (_, context) => columns(catalogOf(context)),
    },
  ),
  rows(
    "pg_mysql.schema_statistics() (oid oid, table_schema text, table_name text, non_unique int8, index_name text, seq_in_index int8, column_name text, direction text, nullable text, index_type text, index_comment text, expression text, sub_part int8)",
    {
      ...stable,
      rows: (_, context) => statistics(catalogOf(context)),
    },
  ),
  rows(
    "pg_mysql.schema_keys() (oid oid, table_schema text, constraint_name text, table_name text, column_name text, ordinal_position int8, position_in_unique_constraint int8, referenced_table_schema text, referenced_table_name text, referenced_column_name text, constraint_type text, unique_constraint_name text, update_rule text, delete_rule text, check_clause text)",
    {
      ...stable,
      rows: (_, context) => keys(catalogOf(context)),
    },
  ),
  fn("pg_mysql.require_role(text, bool) bool", {
    ...stable,
    call: ([role, isMember]) => {
      if (isMember === 1) return 1;
      throw new SqlError("0P000", `role "${role}" is not granted`);
    },
  }),
  fn("pg_mysql.require_table(text, bool) bool", {
    ...stable,
    call: ([table, isThere]) => {
      if (isThere === 1) return 1;
      throw new SqlError("42P01", `relation "${table}" does not exist`);
    },
  }),
  fn("pg_mysql.create_table_text(oid) text", {
    ...stable,
    call: ([oid], context) => {
      const catalog = catalogOf(context);
      const relation = catalog.relation(Number(oid));
      return relation === undefined ? null : createTableText(
        catalog,
        relation,
        nextNumber(catalog, relation, context),
      );
    },
  }),
];
