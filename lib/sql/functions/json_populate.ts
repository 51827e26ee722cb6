/**
 * JSON as values of SQL: what `json_populate_record`, `jsonb_to_recordset` and their like share.
 *
 * @module
 */

import { readRecord, recordDatum } from "../catalog/record_text.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { parseJson } from "../json/parse.ts";
import { elements, firstCharacter, members, valueText } from "../json/scan.ts";
import { printJson } from "../json/value.ts";
import { type ArrayItem, printArray } from "../types/array_datum.ts";
import { oid, type PgType } from "../types/type.ts";
import type { Field } from "./argument_types.ts";
import { baseType, fieldDatum } from "./datum_text.ts";
import { parseArray } from "../types/array_datum.ts";

/** A column to fill. */
export interface PopulatedColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  /** Fields of a row, or of the rows of an array, where its type does not tell them. */
  readonly fields?: readonly Field[] | undefined;
}

/**
 * @param fields Fields of a row.
 * @returns The same as columns.
 */
export function columnsOfFields(fields: readonly Field[]): PopulatedColumn[] {
  return fields.map(({ name, type: { oid: type, fields } }) => ({
    name,
    type,
    typmod: -1,
    fields,
  }));
}

/**
 * @param text JSON array of `[name, type, typmod]`, as the resolver and the catalog write it.
 * @returns The columns.
 */
export function readColumns(
  text: Datum | undefined,
): readonly PopulatedColumn[] {
  if (typeof text !== "string") return [];
  let columns = described.get(text);
  if (columns === undefined) {
    columns = (JSON.parse(text) as [string, number, number][])
      .map(([name, type, typmod]) => ({ name, type, typmod }));
    if (described.size >= mostDescribed) described.clear();
    if (text.length <= longestDescribed) described.set(text, columns);
  }
  return columns;
}

/** Lists of columns by their text: a statement brings the same one each time. */
const described = new Map<string, readonly PopulatedColumn[]>();
const mostDescribed = 100;
const longestDescribed = 4096;

/**
 * @param text Object.
 * @param columns What to take out of it.
 * @param base Values of columns that it does not have.
 * @param context Session.
 * @returns Datums of the columns.
 * @throws {SqlError} 22023 if it is no object, and what the types' input throws.
 */
export function populate(
  text: string,
  columns: readonly PopulatedColumn[],
  base: readonly ArrayItem[] | undefined,
  context: EvalContext,
): Datum[] {
  if (firstCharacter(text) !== "{") {
    throw new SqlError(
      "22023",
      `cannot call populate_composite on ${
        firstCharacter(text) === "[" ? "an array" : "a scalar"
      }`,
    );
  }
  const values = new Map<string, string>();
  for (const { key, value } of members(text)) {
    values.set(key, text.slice(...value));
  }
  return columns.map((column, i) => {
    const value = values.get(column.name);
    if (value === undefined) {
      return base === undefined
        ? checked(null, column.type, context)
        : fieldDatum(base[i] ?? null, column.type);
    }
    return convert(value, column, context, column.name);
  });
}

/** What a column is filled with, or an element of an array. */
type Target = Pick<PopulatedColumn, "type" | "typmod" | "fields">;

/** A value, if it is one of its type's: checks of a domain are the engine's to run. */
function checked(value: Datum, type: number, context: EvalContext): Datum {
  return context.type(type)?.kind === "d"
    ? context.services.call("domain_value", [type, value])
    : value;
}

function convert(
  text: string,
  target: Target,
  context: EvalContext,
  key: string,
): Datum {
  return checked(read(text, target, context, key), target.type, context);
}

function read(
  text: string,
  { type, typmod, fields }: Target,
  context: EvalContext,
  key: string,
): Datum {
  const isNull = text === "null";
  const target = baseType(type, context);
  const domain = context.type(type)?.kind === "d";
  if (target.oid === oid.json && !domain) return isNull ? null : text;
  if (target.oid === oid.jsonb && !domain) {
    return isNull ? null : printJson(parseJson(text));
  }
  if (isNull) return null;
  const first = firstCharacter(text);
  if (target.category === "A" && target.element !== 0 && target.kind === "b") {
    if (first === "[") {
      const element = { type: target.element, typmod, fields };
      return printArray(
        convertList(text, element, context, key),
        target.element,
      );
    }
    if (first !== '"') {
      throw new SqlError("22P02", "expected JSON array", {
        hint: `See the value of key "${key}".`,
      });
    }
  }
  const columns = columnsOf(target, fields, context);
  if (columns !== undefined) {
    return first === "{"
      ? recordDatum(populate(text, columns, undefined, context))
      : readRecord(valueText(text) as string, columns, context);
  }
  return (context.type(type) ?? target).input(
    valueText(text) as string,
    typmod,
    context,
  );
}

/** Columns of a row type; nothing for any other type. */
function columnsOf(
  type: PgType,
  fields: readonly Field[] | undefined,
  context: EvalContext,
): readonly PopulatedColumn[] | undefined {
  if (type.oid === oid.record && fields !== undefined) {
    return columnsOfFields(fields);
  }
  return type.kind === "c"
    ? readColumns(context.services.call("row_type_columns", [type.oid]))
    : undefined;
}

function convertList(
  text: string,
  element: Target,
  context: EvalContext,
  key: string,
): ArrayItem[] {
  const parts = [...elements(text)].map((range) => text.slice(...range));
  const target = baseType(element.type, context);
  // The first element tells the number of dimensions, unless the elements are JSON themselves.
  const nested = parts.length > 0 &&
    firstCharacter(parts[0] as string) === "[" &&
    target.oid !== oid.json && target.oid !== oid.jsonb;
  const items = parts.map((part): ArrayItem => {
    if (!nested) {
      const value = convert(part, element, context, key);
      return value instanceof Uint8Array ? `\\x${value.toHex()}` : value;
    }
    if (firstCharacter(part) !== "[") {
      throw new SqlError("22P02", "expected JSON array", {
        hint: `See the value of key "${key}".`,
      });
    }
    return convertList(part, element, context, key);
  });
  if (nested) {
    const length = (items[0] as ArrayItem[]).length;
    if (items.some((item) => (item as ArrayItem[]).length !== length)) {
      throw new SqlError("22P02", "malformed JSON array", {
        detail:
          "Multidimensional arrays must have sub-arrays with matching dimensions.",
      });
    }
  }
  return items;
}

/**
 * @param base Row whose values stand in for missing ones.
 * @returns Its fields; nothing for NULL.
 */
export function baseItems(
  base: Datum | undefined,
): readonly ArrayItem[] | undefined {
  return typeof base === "string" ? parseArray(base) : undefined;
}
