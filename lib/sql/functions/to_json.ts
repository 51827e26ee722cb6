/**
 * Values of SQL as JSON: what `to_json`, `row_to_json`, `json_build_object`, `json_agg` and their
 * jsonb twins share.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { canonicalNumber } from "../json/decimal.ts";
import { parseJson } from "../json/parse.ts";
import { valueText } from "../json/scan.ts";
import {
  type Json,
  JsonNumber,
  quoteJson,
  sortedObject,
} from "../json/value.ts";
import {
  type ArrayItem,
  elementDatum,
  parseArray,
} from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import type { ArgumentType, Field } from "./argument_types.ts";
import { baseType, datumText, fieldDatum } from "./datum_text.ts";

/** How values of a type become JSON. */
export type Category =
  | "bool"
  | "number"
  | "datetime"
  | "json"
  | "jsonb"
  | "array"
  | "record"
  | "text";

/** A type ready to be converted. */
export interface JsonShape {
  readonly category: Category;
  readonly type: ArgumentType;
  /** Fields of a row. */
  readonly fields?: readonly Field[];
  /** Elements of an array. */
  readonly element?: ArgumentType;
}

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * @param type A type.
 * @param context Session.
 * @returns What becomes of its values.
 */
export function shapeOf(type: ArgumentType, context: EvalContext): JsonShape {
  if (type.fields !== undefined) {
    return type.oid === oid.recordArray
      ? {
        category: "array",
        type,
        element: { oid: oid.record, fields: type.fields },
      }
      : { category: "record", type, fields: type.fields };
  }
  const base = baseType(type.oid, context);
  switch (base.oid) {
    case oid.bool:
      return { category: "bool", type };
    case oid.int2:
    case oid.int4:
    case oid.int8:
    case oid.float4:
    case oid.float8:
    case oid.numeric:
      return { category: "number", type };
    case oid.date:
    case oid.timestamp:
    case oid.timestamptz:
      return { category: "datetime", type };
    case oid.json:
      return { category: "json", type };
    case oid.jsonb:
      return { category: "jsonb", type };
  }
  if (base.category === "A" && base.element !== 0 && base.oid !== oid.record) {
    return { category: "array", type, element: { oid: base.element } };
  }
  if (base.kind === "c" || base.oid === oid.record) {
    return { category: "record", type, fields: rowFields(base.oid, context) };
  }
  return { category: "text", type };
}

/**
 * @param type Oid of a row type.
 * @param context Session.
 * @returns Its fields, as the service `row_type_columns` knows them.
 */
export function rowFields(type: number, context: EvalContext): Field[] {
  if (type === oid.record) return [];
  const text = context.services.call("row_type_columns", [type]);
  if (typeof text !== "string") return [];
  const columns = JSON.parse(text) as [string, number, number][];
  return columns.map(([name, number]) => ({ name, type: { oid: number } }));
}

/** Dates and times are written as XML Schema has them, whatever DateStyle says. */
function datetimeText(
  value: NonNullable<Datum>,
  type: ArgumentType,
  context: EvalContext,
): string {
  const iso = context.dateStyle.startsWith("ISO")
    ? context
    : withIsoDates(context);
  const text = datumText(value, type, iso);
  // Dates have nothing to put right.
  if (text.length <= 10) return text;
  return text
    .replace(/^(\d+-\d+-\d+) (\d)/, "$1T$2")
    .replace(/(:[\d.]+[+-]\d\d)(?=$| )/, "$1:00");
}

function withIsoDates(context: EvalContext): EvalContext {
  const { transactionTime, statementTime, timeZone } = context;
  return {
    transactionTime,
    statementTime,
    timeZone,
    dateStyle: "ISO, MDY",
    intervalStyle: context.intervalStyle,
    extraFloatDigits: context.extraFloatDigits,
    byteaOutput: context.byteaOutput,
    services: context.services,
    clock: () => context.clock(),
    type: (number) => context.type(number),
    setting: (name) => context.setting(name),
    setSetting: (name, text, local) => context.setSetting(name, text, local),
  };
}

/** Text of a value that is written between quotes, or as a number. */
function scalarText(
  value: NonNullable<Datum>,
  shape: JsonShape,
  context: EvalContext,
): string {
  return shape.category === "datetime"
    ? datetimeText(value, shape.type, context)
    : datumText(value, shape.type, context);
}

/** How `json` is laid out. */
export interface Layout {
  /** Line feeds between fields and elements (`pretty_bool`). */
  readonly lines?: boolean;
}

/**
 * @param value A value.
 * @param shape Its type.
 * @param context Session.
 * @param layout Line feeds at the outermost level.
 * @returns JSON text, as type `json` has it.
 */
export function jsonText(
  value: Datum,
  shape: JsonShape,
  context: EvalContext,
  layout: Layout = {},
): string {
  if (value === null) return "null";
  switch (shape.category) {
    case "bool":
      return value ? "true" : "false";
    case "number": {
      const text = scalarText(value, shape, context);
      return number.test(text) ? text : quoteJson(text);
    }
    case "json":
    case "jsonb":
      return value as string;
    case "array":
      return arrayText(
        parseArray(value as string),
        shapeOf(shape.element as ArgumentType, context),
        context,
        layout.lines ? ",\n " : ",",
      );
    case "record": {
      const items = parseArray(value as string);
      const fields = (shape.fields ?? []).map(({ name, type }, i) =>
        `${quoteJson(name)}:${
          jsonText(
            fieldDatum(items[i] ?? null, type.oid),
            shapeOf(type, context),
            context,
          )
        }`
      );
      return `{${fields.join(layout.lines ? ",\n " : ",")}}`;
    }
    default:
      return quoteJson(scalarText(value, shape, context));
  }
}

function arrayText(
  items: readonly ArrayItem[],
  element: JsonShape,
  context: EvalContext,
  separator: string,
): string {
  const texts = items.map((item) =>
    isNested(item, element)
      ? arrayText(item as ArrayItem[], element, context, ",")
      : jsonText(itemDatum(item, element), element, context)
  );
  return `[${texts.join(separator)}]`;
}

/** An item that is itself a list is a further dimension. */
function isNested(item: ArrayItem, element: JsonShape): boolean {
  return Array.isArray(item) && element.category !== "record";
}

function itemDatum(item: ArrayItem, element: JsonShape): Datum {
  return element.category === "record"
    ? fieldDatum(item, oid.record)
    : elementDatum(item as Datum, element.type.oid);
}

/**
 * @param value A value.
 * @param shape Its type.
 * @param context Session.
 * @returns Tree, as type `jsonb` has it.
 */
export function jsonTree(
  value: Datum,
  shape: JsonShape,
  context: EvalContext,
): Json {
  if (value === null) return null;
  switch (shape.category) {
    case "bool":
      return Boolean(value);
    case "number": {
      const text = scalarText(value, shape, context);
      return number.test(text) ? new JsonNumber(canonicalNumber(text)) : text;
    }
    case "json":
    case "jsonb":
      return parseJson(value as string);
    case "array":
      return arrayTree(
        parseArray(value as string),
        shapeOf(shape.element as ArgumentType, context),
        context,
      );
    case "record": {
      const items = parseArray(value as string);
      return sortedObject((shape.fields ?? []).map(({ name, type }, i) => [
        name,
        jsonTree(
          fieldDatum(items[i] ?? null, type.oid),
          shapeOf(type, context),
          context,
        ),
      ]));
    }
    default:
      return scalarText(value, shape, context);
  }
}

function arrayTree(
  items: readonly ArrayItem[],
  element: JsonShape,
  context: EvalContext,
): Json {
  return items.map((item) =>
    isNested(item, element)
      ? arrayTree(item as ArrayItem[], element, context)
      : jsonTree(itemDatum(item, element), element, context)
  );
}

/**
 * @param value Key of an object, not NULL.
 * @param shape Its type.
 * @param context Session.
 * @returns The key.
 * @throws {SqlError} 22023 for what is no scalar.
 */
export function keyText(
  value: NonNullable<Datum>,
  shape: JsonShape,
  context: EvalContext,
): string {
  switch (shape.category) {
    case "array":
    case "record":
    case "json":
    case "jsonb":
      throw new SqlError(
        "22023",
        "key value must be scalar, not array, composite, or json",
      );
    case "bool":
      return value ? "true" : "false";
    default:
      return scalarText(value, shape, context);
  }
}

/**
 * @param value Text of a part of a document.
 * @param whole The document, for the context of an error.
 * @returns Text of the part as `->>` gives it.
 * @throws {SqlError} 22P05, 22P02 for a string that no text can hold.
 */
export function asText(
  value: string | undefined,
  whole: string,
): string | null {
  if (value === undefined) return null;
  try {
    return valueText(value);
  } catch (error) {
    parseJson(whole);
    throw error;
  }
}
