/**
 * Describes the columns of an answer (MySQL internals, "Column Definition").
 *
 * @module
 */

import type { Catalog, Column, Relation } from "../sql/catalog/catalog.ts";
import {
  type ColumnCode,
  columnCode,
  columnFlag,
  fieldType,
} from "../sql/mysql/column_codes.ts";
import { databaseOf } from "../sql/mysql/table_name.ts";
import type { OutputColumn } from "../sql/plan.ts";
import type { PacketWriter } from "./packet_writer.ts";
import { charset } from "./protocol.ts";

/** A column as it is sent. */
export interface WireColumn {
  readonly name: string;
  readonly code: ColumnCode;
  readonly schema: string;
  readonly table: string;
  /** Name of the column in its table. */
  readonly origin: string;
}

/** Length of the fixed part of a definition. */
const fixedLength = 0x0c;

/** Types of MySQL that a column was declared with, where PostgreSQL's says less. */
const declared: Readonly<Record<string, Partial<ColumnCode>>> = {
  tinyint: { type: fieldType.tiny },
  smallint: { type: fieldType.short },
  mediumint: { type: fieldType.int24 },
  int: { type: fieldType.long },
  bigint: { type: fieldType.longlong },
  year: { type: fieldType.year, length: 4 },
  datetime: { type: fieldType.datetime },
  timestamp: { type: fieldType.timestamp },
  char: { type: fieldType.string },
  binary: { type: fieldType.string, charset: charset.binary },
  varbinary: { type: fieldType.varString, charset: charset.binary },
  // As MySQL does, a list of words is told by a flag.
  enum: { type: fieldType.string },
  set: { type: fieldType.string },
};

/** Types with so many bytes. */
const textLengths: Readonly<Record<string, number>> = {
  tinytext: 255,
  tinyblob: 255,
  text: 65_535,
  blob: 65_535,
  mediumtext: 16_777_215,
  mediumblob: 16_777_215,
};

/** What the declaration of a column says besides its type in PostgreSQL. */
function declaredCode(
  code: ColumnCode,
  { mysql, notNull }: Column,
): ColumnCode {
  const flags = notNull ? columnFlag.notNull : 0;
  if (mysql === undefined) return { ...code, flags: code.flags | flags };
  const { type } = mysql;
  const word = /^[a-z]+/.exec(type)?.[0] ?? "";
  const width = Number(/\((\d+)/.exec(type)?.[1] ?? NaN);
  const isUnsigned = /^\w+(?:\([\d,]+\))? unsigned/.test(type);
  const known = { ...code, ...declared[word] };
  const length = textLengths[word] ??
    (word === "tinyint" || word === "bit"
      ? width || code.length
      : known.length);
  return {
    ...known,
    length,
    flags: known.flags | flags |
      (isUnsigned ? columnFlag.unsigned : 0) |
      (word === "enum" ? columnFlag.enum : 0) |
      (word === "set" ? columnFlag.set : 0) |
      (word === "timestamp" ? columnFlag.timestamp : 0) |
      (mysql.onUpdate === true ? columnFlag.onUpdateNow : 0),
  };
}

/** What keys say of a column. */
function keyFlags({ indexes }: Relation, number: number): number {
  let flags = 0;
  for (const index of indexes) {
    const at = index.keys.findIndex(({ column }) => column === number);
    if (at < 0) continue;
    if (index.primary) flags |= columnFlag.primaryKey;
    else if (at > 0) continue;
    else if (index.unique && index.keys.length === 1) {
      flags |= columnFlag.uniqueKey;
    } else flags |= columnFlag.multipleKey;
  }
  return flags;
}

/**
 * @param columns Columns of an answer.
 * @param catalog Tells of the tables that they come from.
 * @returns How they are sent.
 */
export function wireColumns(
  columns: readonly OutputColumn[],
  catalog: Catalog | undefined,
): WireColumn[] {
  return columns.map(({ name, type, typmod, table, column }) => {
    const code = columnCode(type, typmod);
    const relation = table === 0 ? undefined : catalog?.relation(table);
    const origin = relation?.columns.find(({ number }) => number === column);
    if (
      catalog === undefined || relation === undefined || origin === undefined
    ) {
      return { name, code, schema: "", table: "", origin: "" };
    }
    const full = declaredCode(code, origin);
    return {
      name,
      code: {
        ...full,
        flags: full.flags | keyFlags(relation, column) |
          (origin.identity === "" ? 0 : columnFlag.autoIncrement),
      },
      schema: databaseOf(catalog.schema(relation.schema)?.name ?? ""),
      table: relation.name,
      origin: origin.name,
    };
  });
}

/**
 * Writes one definition.
 *
 * @param writer Where to.
 * @param column Column.
 * @param fallback Text of its default, for COM_FIELD_LIST.
 */
export function defineColumn(
  writer: PacketWriter,
  { name, code, schema, table, origin }: WireColumn,
  fallback?: string | null,
): void {
  writer.begin();
  writer.countedText("def");
  writer.countedText(schema);
  writer.countedText(table);
  writer.countedText(table);
  writer.countedText(name);
  writer.countedText(origin);
  writer.byte(fixedLength);
  writer.int16(code.charset);
  writer.int32(code.length);
  writer.byte(code.type);
  writer.int16(code.flags);
  writer.byte(code.decimals);
  writer.int16(0);
  if (fallback === null) writer.byte(0xfb);
  else if (fallback !== undefined) writer.countedText(fallback);
  writer.finish();
}
