/**
 * How MySQL's clients see columns: their types, defaults and the rest of SHOW COLUMNS.
 *
 * @module
 */

import type {
  Catalog,
  Column,
  Index,
  Relation,
} from "../../catalog/catalog.ts";
import { timeDigits } from "../../mysql/time_value.ts";
import { oid, type PgType } from "../../types/type.ts";

/** Base type of a domain. */
function baseOf(
  catalog: Catalog,
  column: Column,
): { type: PgType | undefined; typmod: number } {
  let type = catalog.type(column.type);
  let { typmod } = column;
  while (type?.kind === "d" && type.baseType !== undefined) {
    typmod = type.baseTypmod ?? -1;
    type = catalog.type(type.baseType);
  }
  return { type, typmod };
}

const plain: Readonly<Record<number, string>> = {
  [oid.bool]: "tinyint(1)",
  [oid.int2]: "smallint",
  [oid.int4]: "int",
  [oid.int8]: "bigint",
  [oid.oid]: "int unsigned",
  [oid.float4]: "float",
  [oid.float8]: "double",
  [oid.text]: "longtext",
  [oid.name]: "varchar(64)",
  [oid.bytea]: "longblob",
  [oid.date]: "date",
  [oid.json]: "json",
  [oid.jsonb]: "json",
  [oid.uuid]: "char(36)",
};

const digits = (typmod: number) =>
  typmod < 0 ? "(6)" : typmod === 0 ? "" : `(${typmod})`;

/**
 * @param catalog Catalog.
 * @param column Column.
 * @returns Its type in MySQL's words.
 */
export function columnTypeText(catalog: Catalog, column: Column): string {
  if (column.mysql !== undefined) return column.mysql.type;
  const { type, typmod } = baseOf(catalog, column);
  if (type === undefined) return "longtext";
  const known = plain[type.oid];
  if (known !== undefined) return known;
  switch (type.oid) {
    case oid.varchar:
      return typmod < 4 ? "longtext" : `varchar(${typmod - 4})`;
    case oid.bpchar:
      return `char(${Math.max(typmod - 4, 1)})`;
    case oid.numeric:
      return typmod < 4
        ? "decimal(65,30)"
        : `decimal(${((typmod - 4) >> 16) & 0xffff},${(typmod - 4) & 0x7ff})`;
    case oid.timestamp:
      return `datetime${digits(typmod)}`;
    case oid.timestamptz:
      return `timestamp${digits(typmod)}`;
    case oid.interval:
      return `time${digits(timeDigits(typmod))}`;
    case oid.time:
    case oid.timetz:
      return `time${digits(typmod)}`;
  }
  const labels = catalog.enumType(type.oid)?.labels;
  return labels === undefined
    ? "longtext"
    : `enum(${
      labels.map(({ label }) => `'${label.replaceAll("'", "''")}'`).join(",")
    })`;
}

/** A default as SHOW COLUMNS shows it, and whether it is an expression. */
export interface ShownDefault {
  readonly text: string | null;
  readonly expression: boolean;
}

/** @returns The default of a column. */
export function columnDefault(column: Column): ShownDefault {
  const text = column.default?.text;
  if (
    text === undefined || column.generated !== "" || text.startsWith("nextval(")
  ) {
    return { text: null, expression: false };
  }
  if (
    /pg_mysql\.now\(|CURRENT_TIMESTAMP|^\(?now\(\)|LOCALTIMESTAMP|statement_timestamp/i
      .test(text)
  ) {
    return { text: "CURRENT_TIMESTAMP", expression: true };
  }
  const literal = /^\(?'((?:[^']|'')*)'(?:::[\w ."()]+)?\)?$/.exec(text);
  if (literal !== null) {
    return {
      text: (literal[1] as string).replaceAll("''", "'"),
      expression: false,
    };
  }
  const number = /^\(?(-?\d+(?:\.\d+)?)\)?(?:::[\w ()]+)?$/.exec(text);
  if (number !== null) return { text: number[1] as string, expression: false };
  if (text === "true" || text === "false") {
    return { text: text === "true" ? "1" : "0", expression: false };
  }
  if (/^NULL\b/i.test(text)) return { text: null, expression: false };
  return { text, expression: true };
}

/** @returns `auto_increment`, `on update CURRENT_TIMESTAMP` and the like. */
export function columnExtra(column: Column): string {
  if (column.identity !== "" || column.default?.text.startsWith("nextval(")) {
    return "auto_increment";
  }
  const parts: string[] = [];
  if (column.generated !== "") return "STORED GENERATED";
  if (columnDefault(column).expression) parts.push("DEFAULT_GENERATED");
  if (column.mysql?.onUpdate) parts.push("on update CURRENT_TIMESTAMP");
  return parts.join(" ");
}

/** @returns Primary, unique or plain key that a column begins: `PRI`, `UNI`, `MUL`. */
export function columnKey(relation: Relation, column: Column): string {
  const begins = (index: Index) => index.keys[0]?.column === column.number;
  if (
    relation.indexes.some((index) =>
      index.primary && index.keys.some((key) => key.column === column.number)
    )
  ) {
    return "PRI";
  }
  if (
    relation.indexes.some((index) =>
      index.unique && index.keys.length === 1 && begins(index)
    )
  ) return "UNI";
  return relation.indexes.some(begins) ? "MUL" : "";
}

/** Name of an index in MySQL: the key's own, without the table. */
export function keyName(relation: Relation, index: Index): string {
  if (index.primary) return "PRIMARY";
  const at = index.name.indexOf(".");
  return at > 0 &&
      (index.name.slice(0, at) === relation.name || index.name.includes("."))
    ? index.name.slice(at + 1)
    : index.name;
}

/** @returns Whether a column holds characters. */
export function isTextual(catalog: Catalog, column: Column): boolean {
  if (column.mysql !== undefined) return column.mysql.collation !== undefined;
  const { type } = baseOf(catalog, column);
  return type?.category === "S" || type?.kind === "e";
}

/** Collation of columns that none was given for: PostgreSQL's compare code points. */
export const plainCollation = "utf8mb4_bin";

/** @returns Collation of a column; nothing for one without. */
export const columnCollation = (
  catalog: Catalog,
  column: Column,
): string | null =>
  column.mysql?.collation ??
    (isTextual(catalog, column) ? plainCollation : null);
