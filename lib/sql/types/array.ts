/**
 * Array types: text and binary forms of arrays of any element type.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { notSupported, SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  type ArrayItem,
  dimensionsOf,
  elementDatum,
  parseArray,
  printArray,
} from "./array_datum.ts";
import { quoteElement, splitArray, type TextItem } from "./array_text.ts";
import { BinaryReader, int32Bytes, joinBytes, wrongBinary } from "./binary.ts";
import type { PgType } from "./type.ts";

/** What an array type has of its own. */
export interface ArrayTypeOptions {
  /**
   * Number.
   *
   * @default {element.array}
   */
  readonly oid?: number;
  /**
   * Name.
   *
   * @default {`_${element.name}`}
   */
  readonly name?: string;
}

/** Most dimensions. */
const mostDimensions = 6;

/**
 * Makes the type of arrays of a type.
 *
 * @param element Type of the elements.
 * @param options Number and name.
 * @returns The array type.
 */
export function arrayType(
  element: PgType,
  { oid = element.array, name = `_${element.name}` }: ArrayTypeOptions = {},
): PgType {
  const { send, receive, applyTypmod } = element;

  function readItems(
    items: readonly TextItem[],
    typmod: number,
    context: EvalContext,
  ): ArrayItem[] {
    return items.map((item) =>
      item === null
        ? null
        : typeof item === "string"
        ? element.input(item, typmod, context)
        : readItems(item, typmod, context)
    );
  }

  function writeItems(
    items: readonly ArrayItem[],
    context: EvalContext,
  ): string {
    const texts = items.map((item) => {
      if (item === null) return "NULL";
      if (Array.isArray(item)) return writeItems(item, context);
      const datum = elementDatum(item as Datum, element.oid);
      return quoteElement(
        element.output(datum as NonNullable<Datum>, context),
      );
    });
    return `{${texts.join(",")}}`;
  }

  function sendArray(value: NonNullable<Datum>, context: EvalContext) {
    if (send === undefined) throw noBinary(element, "output");
    const items = parseArray(value as string);
    const lengths = dimensionsOf(items);
    const parts: Uint8Array[] = [];
    let nulls = 0;
    const walk = (level: readonly ArrayItem[]) => {
      for (const item of level) {
        if (Array.isArray(item)) walk(item);
        else if (item === null) {
          nulls = 1;
          parts.push(int32Bytes(-1));
        } else {
          const datum = elementDatum(item as Datum, element.oid);
          const bytes = send(datum as NonNullable<Datum>, context);
          parts.push(int32Bytes(bytes.length), bytes);
        }
      }
    };
    walk(items);
    return joinBytes([
      int32Bytes(lengths.length),
      int32Bytes(nulls),
      int32Bytes(element.oid | 0),
      ...lengths.flatMap((length) => [int32Bytes(length), int32Bytes(1)]),
      ...parts,
    ]);
  }

  function receiveArray(
    bytes: Uint8Array,
    typmod: number,
    context: EvalContext,
  ): string {
    if (receive === undefined) throw noBinary(element, "input");
    const reader = new BinaryReader(bytes);
    const count = reader.int32();
    const flags = reader.int32();
    const sent = reader.uint32();
    if (count < 0 || count > mostDimensions || flags < 0 || flags > 1) {
      throw wrongBinary();
    }
    if (sent !== element.oid) {
      throw new SqlError("42804", "wrong element type");
    }
    const lengths: number[] = [];
    for (let i = 0; i < count; i++) {
      lengths.push(reader.int32());
      if (reader.int32() !== 1) {
        throw notSupported("an array with a lower bound other than 1");
      }
    }
    const walk = (depth: number): ArrayItem[] => {
      const items: ArrayItem[] = [];
      const length = lengths[depth] as number;
      // Each element takes four bytes at least, so that no length can ask for more than was sent.
      if (length < 0 || length * 4 > reader.left) throw wrongBinary();
      for (let i = 0; i < length; i++) {
        if (depth < lengths.length - 1) {
          items.push(walk(depth + 1));
          continue;
        }
        const size = reader.int32();
        items.push(
          size < 0 ? null : receive(reader.bytes(size), typmod, context),
        );
      }
      return items;
    };
    const items = count === 0 || lengths.includes(0) ? [] : walk(0);
    reader.end();
    return printArray(items, element.oid);
  }

  return {
    oid,
    name,
    schema: element.schema,
    length: -1,
    kind: "b",
    category: "A",
    preferred: false,
    element: element.oid,
    array: 0,
    collation: element.collation?.startsWith("pg_") === true &&
        element.collation !== "pg_array"
      ? element.collation.replace("pg_", "pg_array_")
      : "pg_array",
    input: (text, typmod, context) =>
      text === "{}" ? "[]" : printArray(
        readItems(splitArray(text), typmod, context),
        element.oid,
      ),
    output: (value, context) =>
      writeItems(parseArray(value as string), context),
    send: sendArray,
    receive: receiveArray,
    applyTypmod: applyTypmod === undefined
      ? undefined
      : (value, typmod, explicit) => {
        const fit = (item: ArrayItem): ArrayItem =>
          item === null
            ? null
            : Array.isArray(item)
            ? item.map(fit)
            : applyTypmod(item as NonNullable<Datum>, typmod, explicit);
        return printArray(
          parseArray(value as string).map(fit),
          element.oid,
        );
      },
    typmodIn: element.typmodIn,
    typmodOut: element.typmodOut,
  };
}

function noBinary(element: PgType, direction: string): SqlError {
  return new SqlError(
    "42883",
    `no binary ${direction} function available for type ${element.name}`,
  );
}
