/**
 * Arrays as rows and texts as arrays (manual, 9.19 and 9.4).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { type EvalContext, pauseOf } from "../eval_context.ts";
import {
  checkCount,
  dimensionsOf,
  elementDatum,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { typesOf } from "./argument_types.ts";
import { elementType, flatten } from "./datum_text.ts";
import { type Definition, fn, rows } from "./define.ts";
import { piecesOf } from "./find_text.ts";

/** The pieces of a text; no separator means one piece for each character. */
function pieces(
  text: Datum,
  separator: Datum,
  ifNull: Datum,
  context: EvalContext,
): (string | null)[] {
  if (text === null || text === "") return [];
  const source = text as string;
  const parts: (string | null)[] = [];
  const each = separator === null
    ? source
    : separator === ""
    ? [source]
    : piecesOf(source, separator as string, pauseOf(context));
  for (const part of each) {
    parts.push(part === ifNull ? null : part);
    if (parts.length % piecesPerLook !== 0) continue;
    checkCount(parts.length);
    context.pause?.();
  }
  return parts;
}

/** Pieces between two looks at how many they are. */
const piecesPerLook = 10_000;

/** See the top of the file. */
export const arrayRows: readonly Definition[] = [
  rows("unnest(anyarray) anyelement", {
    withTypes: true,
    *rows(args, context) {
      const type = typesOf(args)[0];
      const values = parseArray(args[0] as string);
      const element = type?.oid === oid.recordArray
        ? oid.record
        : elementType(type?.oid ?? 0, context);
      for (const value of flatten(values)) {
        yield [value === null ? null : elementDatum(value, element)];
      }
    },
  }),
  rows("generate_subscripts(anyarray, int4) int4", {
    *rows([array, dimension]) {
      const lengths = dimensionsOf(parseArray(array as string));
      const length = lengths[Number(dimension) - 1] ?? 0;
      for (let i = 1; i <= length; i++) yield [i];
    },
  }),
  rows("generate_subscripts(anyarray, int4, bool) int4", {
    *rows([array, dimension, reverse]) {
      const lengths = dimensionsOf(parseArray(array as string));
      const length = lengths[Number(dimension) - 1] ?? 0;
      for (let i = 1; i <= length; i++) yield [reverse ? length - i + 1 : i];
    },
  }),
  ...["string_to_array(text, text)", "string_to_array(text, text, text)"].map(
    (signature) =>
      fn(`${signature} text[]`, {
        strict: false,
        call: ([text, separator, ifNull], context) =>
          text === null ? null : printArray(
            pieces(text as Datum, separator as Datum, ifNull ?? null, context),
            oid.text,
          ),
      }),
  ),
  ...["string_to_table(text, text)", "string_to_table(text, text, text)"].map(
    (signature) =>
      rows(`${signature} text`, {
        strict: false,
        rows: ([text, separator, ifNull], context) =>
          pieces(text as Datum, separator as Datum, ifNull ?? null, context)
            .map((piece) => [piece]),
      }),
  ),
];
