/**
 * Aggregates that make JSON (manual, 9.21).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  type Json,
  printJson,
  quoteJson,
  sortedObject,
} from "../json/value.ts";
import { oid } from "../types/type.ts";
import { typesOf } from "./argument_types.ts";
import { longestText, tooLong } from "./characters.ts";
import { aggregate, type Definition } from "./define.ts";
import {
  type JsonShape,
  jsonText,
  jsonTree,
  keyText,
  shapeOf,
} from "./to_json.ts";

type Args = readonly Datum[];

/** Values so far; shapes are found once. */
interface State<Item> {
  readonly items: Item[];
  shapes?: readonly JsonShape[];
  size: number;
}

function init<Item>(): State<Item> {
  return { items: [], size: 0 };
}

function shapes<Item>(
  state: State<Item>,
  args: Args,
  context: EvalContext,
): readonly JsonShape[] {
  return state.shapes ??= typesOf(args).map((type) => shapeOf(type, context));
}

const unknown: JsonShape = { category: "text", type: { oid: oid.text } };

function grow<Item>(state: State<Item>, item: Item, by: number): State<Item> {
  state.items.push(item);
  state.size += by + 2;
  if (state.size > longestText) throw tooLong();
  return state;
}

/** The oldest value leaves the frame. */
function leave<Item>(state: State<Item>): State<Item> {
  state.items.shift();
  return state;
}

function key(
  state: State<unknown>,
  args: Args,
  context: EvalContext,
): string {
  const [value] = args;
  if (value === null || value === undefined) {
    throw new SqlError("22023", "field name must not be null");
  }
  const [shape] = shapes(state, args, context);
  return keyText(value, shape ?? unknown, context);
}

/** See the top of the file. */
export const jsonAggregates: readonly Definition[] = [
  aggregate<State<string>>("json_agg(anyelement) json", {
    withTypes: true,
    volatility: "s",
    call: {
      init,
      step(state, args, context) {
        const [shape = unknown] = shapes(state, args, context);
        const value = args[0] as Datum;
        const text = jsonText(value, shape, context);
        // Structured values begin a line, after a blank for the comma.
        const line = value !== null && state.items.length > 0 &&
          (shape.category === "array" || shape.category === "record");
        return grow(state, line ? `\n ${text}` : text, text.length);
      },
      inverse: leave,
      final: ({ items }) =>
        items.length === 0 ? null : `[${items.join(", ").trimStart()}]`,
    },
  }),
  aggregate<State<string>>("jsonb_agg(anyelement) jsonb", {
    withTypes: true,
    volatility: "s",
    call: {
      init,
      step(state, args, context) {
        const [shape = unknown] = shapes(state, args, context);
        const text = printJson(jsonTree(args[0] as Datum, shape, context));
        return grow(state, text, text.length);
      },
      inverse: leave,
      final: ({ items }) => items.length === 0 ? null : `[${items.join(", ")}]`,
    },
  }),
  aggregate<State<string>>("json_object_agg(any, any) json", {
    withTypes: true,
    volatility: "s",
    call: {
      init,
      step(state, args, context) {
        const name = quoteJson(key(state, args, context));
        const shape = shapes(state, args, context)[1] ?? unknown;
        const text = `${name} : ${jsonText(args[1] as Datum, shape, context)}`;
        return grow(state, text, text.length);
      },
      inverse: leave,
      final: ({ items }) =>
        items.length === 0 ? null : `{ ${items.join(", ")} }`,
    },
  }),
  aggregate<State<readonly [string, Json]>>(
    "jsonb_object_agg(any, any) jsonb",
    {
      withTypes: true,
      volatility: "s",
      call: {
        init,
        step(state, args, context) {
          const name = key(state, args, context);
          const shape = shapes(state, args, context)[1] ?? unknown;
          const value = jsonTree(args[1] as Datum, shape, context);
          return grow(state, [name, value], name.length);
        },
        inverse: leave,
        final: ({ items }) =>
          items.length === 0 ? null : printJson(sortedObject(items)),
      },
    },
  ),
];
