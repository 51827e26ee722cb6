/**
 * Prints what MySQL's IGNORE passes over: rows whose key is there already, and rows that refer to none. Each
 * is noted, with why.
 *
 * @module
 */

import type { Catalog, Column, Relation } from "../catalog/catalog.ts";
import { noteName } from "../functions/notes.ts";
import { quoteName, textLiteral } from "../sqlite_words.ts";
import type { Insert } from "../tree.ts";
import { tableName } from "./from.ts";
import { aliasOf } from "./step_printer.ts";

/** Prints a column of the row that is to come. */
type NewColumn = (column: Column) => string;

function columnsOf(
  { columns }: Relation,
  numbers: readonly number[],
): Column[] {
  return numbers.flatMap((number) =>
    columns.find((each) => each.number === number) ?? []
  );
}

/** The column that counts by itself. */
export function numberColumn({ columns }: Relation): string | undefined {
  const found = columns.find(({ identity }) => identity !== "");
  return found === undefined ? undefined : quoteName(found.storage);
}

/** Unique keys of plain columns. */
function uniqueKeys(
  relation: Relation,
): { readonly name: string; readonly columns: Column[] }[] {
  return relation.indexes.flatMap(({ unique, predicate, keys, name }) => {
    if (!unique || predicate !== undefined) return [];
    const columns = columnsOf(relation, keys.map(({ column }) => column));
    return columns.length < keys.length ? [] : [{ name, columns }];
  });
}

/** A call that notes a row whose key is there, and gives 0. */
function noteKey(
  { name: table }: Relation,
  key: { readonly name: string; readonly columns: readonly Column[] },
  value: NewColumn,
  number: string,
): string {
  const values = key.columns.map((column) =>
    `, ${column.type}, ${value(column)}`
  );
  return `${noteName.ignored}(${number}, ${textLiteral(table)}, ${
    textLiteral(key.name)
  }${values.join("")})`;
}

const nowhere = { name: "", columns: [] };

/**
 * @param insert INSERT IGNORE.
 * @returns Its ON CONFLICT, which leaves the row that is there as it is.
 */
export function printIgnored({ relation, target }: Insert): string {
  const alias = aliasOf(target);
  const own = numberColumn(relation);
  const number = own === undefined ? "NULL" : `excluded.${own}`;
  const value: NewColumn = ({ storage }) => `excluded.${quoteName(storage)}`;
  const whens = uniqueKeys(relation).map((key) => {
    const equal = key.columns.map((column) =>
      `${alias}.${quoteName(column.storage)} = ${value(column)}`
    );
    return `WHEN ${equal.join(" AND ")} THEN ${
      noteKey(relation, key, value, number)
    }`;
  });
  const otherwise = noteKey(relation, nowhere, value, "NULL");
  const decided = whens.length === 0
    ? otherwise
    : `CASE ${whens.join(" ")} ELSE ${otherwise} END`;
  const first = relation.columns.find(({ generated, number }) =>
    generated === "" && number > 0
  );
  const name = quoteName(first?.storage ?? "");
  return ` ON CONFLICT DO UPDATE SET ${name} = ${alias}.${name} WHERE ${decided}`;
}

/**
 * @param relation Table.
 * @param value New values of a row that SQLite passed over.
 * @param row The row's own `_rowid_`.
 * @returns What notes the key that was there already.
 */
export function printClash(
  relation: Relation,
  value: NewColumn,
  row: string,
): string {
  const whens = uniqueKeys(relation).map((key) => {
    const equal = key.columns.map((column) =>
      `x.${quoteName(column.storage)} = ${value(column)}`
    );
    return `WHEN EXISTS (SELECT 1 FROM ${
      tableName(relation.storage)
    } AS x WHERE ${equal.join(" AND ")} AND x._rowid_ <> ${row}) THEN ${
      noteKey(relation, key, value, "NULL")
    }`;
  });
  const otherwise = noteKey(relation, nowhere, value, "NULL");
  return whens.length === 0
    ? otherwise
    : `CASE ${whens.join(" ")} ELSE ${otherwise} END`;
}

/**
 * @param relation Table.
 * @param catalog Where the tables are that it refers to.
 * @param value New values.
 * @param changed Columns that may refer to something else now; all if not given.
 * @returns 1 for a row whose references are there; one that refers to none is noted, and gives 0. Nothing
 *   when the table refers to no other.
 */
export function printReferences(
  relation: Relation,
  catalog: Catalog,
  value: NewColumn,
  changed?: ReadonlySet<number>,
): string | undefined {
  const whens = relation.constraints.flatMap((constraint) => {
    const { foreign, columns: numbers, name, initiallyDeferred } = constraint;
    if (
      foreign === undefined || initiallyDeferred ||
      (changed !== undefined && !numbers.some((each) => changed.has(each)))
    ) return [];
    const parent = catalog.relation(foreign.table);
    if (parent === undefined) return [];
    const own = columnsOf(relation, numbers);
    const keys = columnsOf(parent, foreign.columns);
    const isNull = own.map((column) => `${value(column)} IS NULL`);
    const equal = keys.map((key, at) =>
      `x.${quoteName(key.storage)} = ${value(own[at]!)}`
    );
    const itself = parent === relation
      ? ` OR (${
        keys.map((key, at) => `${value(key)} = ${value(own[at]!)}`)
          .join(" AND ")
      })`
      : "";
    return [
      `WHEN NOT coalesce(${
        isNull.join(" OR ")
      }${itself} OR EXISTS (SELECT 1 FROM ${
        tableName(parent.storage)
      } AS x WHERE ${equal.join(" AND ")}), 0) THEN ${noteName.orphan}(${
        textLiteral(name)
      })`,
    ];
  });
  return whens.length === 0 ? undefined : `CASE ${whens.join(" ")} ELSE 1 END`;
}

/**
 * @param relation Table.
 * @param catalog Where the tables are that refer to it.
 * @param alias What it is called.
 * @returns 1 for a row that nothing refers to; another is noted, and gives 0. Nothing when no table does.
 */
export function printReferring(
  relation: Relation,
  catalog: Catalog,
  alias: string,
): string | undefined {
  const whens = [...catalog.relations()].flatMap((child) =>
    child.constraints.flatMap(({ foreign, columns, name }) => {
      if (
        foreign?.table !== relation.oid ||
        (foreign.onDelete !== "a" && foreign.onDelete !== "r")
      ) return [];
      const keys = columnsOf(relation, foreign.columns);
      const equal = columnsOf(child, columns).map((column, at) =>
        `x.${quoteName(column.storage)} = ${alias}.${
          quoteName(keys[at]?.storage ?? "")
        }`
      );
      return [
        `WHEN EXISTS (SELECT 1 FROM ${tableName(child.storage)} AS x WHERE ${
          equal.join(" AND ")
        }) THEN ${noteName.referred}(${textLiteral(name)})`,
      ];
    })
  );
  return whens.length === 0 ? undefined : `CASE ${whens.join(" ")} ELSE 1 END`;
}
