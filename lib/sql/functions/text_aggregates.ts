/**
 * Aggregates of strings and arrays (manual, 9.21).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { type ArrayItem, dimensionsOf, parseArray, printArray } from "../types/array_datum.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { elementType } from "./datum_text.ts";
import { aggregate, type Definition } from "./define.ts";

/** Texts so far, each with the separator before it. */
interface Joined {
  text: string | null;
}

interface JoinedBytes {
  parts: Uint8Array[] | null;
}

interface Gathered {
  items: ArrayItem[];
  size: number;
  element: number;
  /** Lengths of the first array, for arrays of arrays. */
  shape: string | undefined;
}

function gather(state: Gathered, item: ArrayItem, size: number): Gathered {
  state.items.push(item);
  state.size += size;
  if (state.size > longestText) throw tooLong();
  return state;
}

const sizeOf = (value: Datum) =>
  typeof value === "string" || value instanceof Uint8Array ? value.length : 8;

const start = (): Gathered => ({
  items: [],
  size: 0,
  element: 0,
  shape: undefined,
});

/** See the top of the file. */
export const textAggregates: readonly Definition[] = [
  aggregate<Joined>("string_agg(text, text) text", {
    call: {
      init: () => ({ text: null }),
      step(state, [value, separator]) {
        if (value === null || value === undefined) return state;
        // The separator of the first value is not used.
        state.text = state.text === null
          ? value as string
          : state.text + ((separator ?? "") as string) + (value as string);
        if (state.text.length > longestText) throw tooLong();
        return state;
      },
      final: ({ text }) => text,
    },
  }),
  aggregate<JoinedBytes>("string_agg(bytea, bytea) bytea", {
    call: {
      init: () => ({ parts: null }),
      step(state, [value, separator]) {
        if (value === null || value === undefined) return state;
        if (state.parts === null) state.parts = [];
        else if (separator instanceof Uint8Array) state.parts.push(separator);
        state.parts.push(value as Uint8Array);
        return state;
      },
      final({ parts }) {
        if (parts === null) return null;
        const size = parts.reduce((all, part) => all + part.length, 0);
        if (size > longestText) throw tooLong();
        const bytes = new Uint8Array(size);
        let at = 0;
        for (const part of parts) {
          bytes.set(part, at);
          at += part.length;
        }
        return bytes;
      },
    },
  }),
  aggregate<Gathered>("array_agg(anynonarray) anyarray", {
    withTypes: true,
    call: {
      init: start,
      step(state, args) {
        const value = args[0] as Datum;
        if (state.items.length === 0) {
          state.element = typesOf(args)[0]?.oid ?? 0;
        }
        return gather(
          state,
          value instanceof Uint8Array ? `\\x${value.toHex()}` : value,
          sizeOf(value),
        );
      },
      final: ({ items, element }) =>
        items.length === 0 ? null : printArray(items, element),
    },
  }),
  aggregate<Gathered>("array_agg(anyarray) anyarray", {
    withTypes: true,
    call: {
      init: start,
      step(state, args, context) {
        const value = args[0] as Datum;
        if (value === null) {
          throw new SqlError("22004", "cannot accumulate null arrays");
        }
        const items = parseArray(value as string);
        if (items.length === 0) {
          throw new SqlError("2202E", "cannot accumulate empty arrays");
        }
        const shape = dimensionsOf(items).join();
        if (state.shape === undefined) {
          state.shape = shape;
          state.element = elementType(typesOf(args)[0]?.oid ?? 0, context);
        } else if (state.shape !== shape) {
          throw new SqlError(
            "2202E",
            "cannot accumulate arrays of different dimensionality",
          );
        }
        return gather(state, items, sizeOf(value));
      },
      final: ({ items, element }) =>
        items.length === 0 ? null : printArray(items, element),
    },
  }),
  ...["text", "bpchar", "bytea", "anyarray", "anyenum"].flatMap((type) =>
    ["min", "max"].map((name) =>
      aggregate(`${name}(${type}) ${type}`, {
        sql: ([a]) => `${name}(${a})`,
      })
    )
  ),
];
