/**
 * Datums of any type as text, and elements of arrays.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { quoteField } from "../catalog/record_text.ts";
import {
  type ArrayItem,
  elementDatum,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import { oid, type PgType } from "../types/type.ts";
import type { ArgumentType } from "./argument_types.ts";

/**
 * @param number Oid of a type.
 * @param context Where types are found.
 * @returns The type itself, or the one a domain is made of.
 * @throws {SqlError} XX000 if there is none.
 */
export function baseType(number: number, context: EvalContext): PgType {
  let type = context.type(number);
  while (type?.kind === "d" && type.baseType !== undefined) {
    type = context.type(type.baseType);
  }
  if (type === undefined) {
    throw new SqlError("XX000", `cache lookup failed for type ${number}`);
  }
  return type;
}

/**
 * @param value A value.
 * @param type Its type.
 * @param context Session.
 * @returns Its text, as its type's output function writes it.
 */
export function datumText(
  value: NonNullable<Datum>,
  type: ArgumentType,
  context: EvalContext,
): string {
  if (type.fields !== undefined && type.oid === oid.record) {
    const items = parseArray(value as string);
    const fields = type.fields.map((field, i) => {
      const item = fieldDatum(items[i] ?? null, field.type.oid);
      return item === null
        ? ""
        : quoteField(datumText(item, field.type, context));
    });
    return `(${fields.join(",")})`;
  }
  switch (type.oid) {
    case oid.text:
    case oid.varchar:
    case oid.unknown:
      return value as string;
    case oid.int4:
      return String(value);
    default:
      return baseType(type.oid, context).output(value, context);
  }
}

/**
 * @param item Part of a record's datum.
 * @param type Type of the field.
 * @returns Datum of the field.
 */
export function fieldDatum(item: ArrayItem, type: number): Datum {
  return Array.isArray(item)
    ? printArray(item, 0)
    : elementDatum(item as Datum, type);
}

/**
 * @param array Oid of an array type.
 * @param context Where types are found.
 * @returns Oid of its elements' type.
 */
export function elementType(array: number, context: EvalContext): number {
  return baseType(array, context).element;
}

/**
 * @param items Items of an array.
 * @returns Its elements, those of all dimensions one after the other.
 */
export function flatten(items: readonly ArrayItem[]): Datum[] {
  const result: Datum[] = [];
  const walk = (level: readonly ArrayItem[]): void => {
    for (const item of level) {
      if (Array.isArray(item)) walk(item);
      else result.push(item as Datum);
    }
  };
  walk(items);
  return result;
}
