/**
 * Aggregates of strings and arrays (manual, 9.21).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import {
  type ArrayItem,
  dimensionsOf,
  parseArray,
  printArray,
} from "../types/array_datum.ts";
import { joinBytes } from "../types/binary.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { elementType } from "./datum_text.ts";
import { aggregate, type Definition } from "./define.ts";

/** Values so far, each with the separator before it. */
interface Joined<Value> {
  readonly parts: (readonly [separator: Value | null, value: Value])[];
  size: number;
}

function joined<Value>(): Joined<Value> {
  return { parts: [], size: 0 };
}

function join<Value extends string | Uint8Array>(
  state: Joined<Value>,
  value: Value | null,
  separator: Value | null,
): Joined<Value> {
  if (value === null) return state;
  state.parts.push([separator, value]);
  state.size += value.length + (separator?.length ?? 0);
  if (state.size > longestText) throw tooLong();
  return state;
}

/** The oldest value leaves the frame. */
function leave<Value extends string | Uint8Array>(
  state: Joined<Value>,
  value: Value | null,
): Joined<Value> {
  if (value === null) return state;
  const [separator] = state.parts.shift() ?? [null];
  state.size -= value.length + (separator?.length ?? 0);
  return state;
}

/** The separator of the first value is not used. */
function pieces<Value>({ parts }: Joined<Value>): Value[] {
  return parts.flatMap(([separator, value], i) =>
    i === 0 || separator === null ? [value] : [separator, value]
  );
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

function oldestLeaves(state: Gathered, args: readonly Datum[]): Gathered {
  state.items.shift();
  state.size -= sizeOf(args[0] as Datum);
  return state;
}

const start = (): Gathered => ({
  items: [],
  size: 0,
  element: 0,
  shape: undefined,
});

/** See the top of the file. */
export const textAggregates: readonly Definition[] = [
  aggregate<Joined<string>>("string_agg(text, text) text", {
    call: {
      init: joined,
      step: (state, [value, separator]) =>
        join(state, value as string | null, separator as string | null),
      inverse: (state, [value]) => leave(state, value as string | null),
      final: (state) =>
        state.parts.length === 0 ? null : pieces(state).join(""),
    },
  }),
  aggregate<Joined<Uint8Array>>("string_agg(bytea, bytea) bytea", {
    call: {
      init: joined,
      step: (state, [value, separator]) =>
        join(state, value as Uint8Array | null, separator as Uint8Array | null),
      inverse: (state, [value]) => leave(state, value as Uint8Array | null),
      final: (state) =>
        state.parts.length === 0 ? null : joinBytes(pieces(state)),
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
      inverse: oldestLeaves,
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
      inverse: oldestLeaves,
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
