/**
 * Functions that make JSON of values (manual, table 9.45).
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
import {
  dimensionsOf,
  elementDatum,
  parseArray,
} from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { type ArgumentType, typesOf } from "./argument_types.ts";
import { elementType, flatten } from "./datum_text.ts";
import { type Definition, fn } from "./define.ts";
import {
  type JsonShape,
  jsonText,
  jsonTree,
  keyText,
  shapeOf,
} from "./to_json.ts";

type Args = readonly Datum[];
const text: ArgumentType = { oid: oid.text };

function shape(args: Args, i: number, context: EvalContext): JsonShape {
  return shapeOf(typesOf(args)[i] ?? text, context);
}

/** Variadic arguments with their types; nothing for a NULL array. */
function values(
  args: Args,
  context: EvalContext,
): { datum: Datum; shape: JsonShape }[] | undefined {
  const types = typesOf(args);
  const [first] = types;
  if (first?.variadic && args.length === 2) {
    if (args[0] === null) return undefined;
    const element = elementType(first.oid, context);
    const elements = shapeOf({ oid: element }, context);
    return flatten(parseArray(args[0] as string)).map((item) => ({
      datum: elementDatum(item, element),
      shape: elements,
    }));
  }
  return args.slice(0, -1).map((datum, i) => ({
    datum,
    shape: shapeOf(types[i] ?? text, context),
  }));
}

function checkPairs(count: number, name: string): void {
  if (count % 2 === 0) return;
  throw new SqlError(
    "22023",
    "argument list must have even number of elements",
    {
      hint:
        `The arguments of ${name}() must consist of alternating keys and values.`,
    },
  );
}

function buildObject(args: Args, context: EvalContext): string | null {
  const all = values(args, context);
  if (all === undefined) return null;
  checkPairs(all.length, "json_build_object");
  const parts: string[] = [];
  for (let i = 0; i < all.length; i += 2) {
    const [key, value] = [all[i] as typeof all[0], all[i + 1] as typeof all[0]];
    if (key.datum === null) {
      throw new SqlError("22023", `argument ${i + 1} cannot be null`, {
        hint: "Object keys should be text.",
      });
    }
    const name = quoteJson(keyText(key.datum, key.shape, context));
    parts.push(`${name} : ${jsonText(value.datum, value.shape, context)}`);
  }
  return `{${parts.join(", ")}}`;
}

function buildObjectTree(args: Args, context: EvalContext): string | null {
  const all = values(args, context);
  if (all === undefined) return null;
  checkPairs(all.length, "jsonb_build_object");
  const entries: [string, Json][] = [];
  for (let i = 0; i < all.length; i += 2) {
    const [key, value] = [all[i] as typeof all[0], all[i + 1] as typeof all[0]];
    if (key.datum === null) {
      throw new SqlError("22023", `argument ${i + 1}: key must not be null`);
    }
    entries.push([
      keyText(key.datum, key.shape, context),
      jsonTree(value.datum, value.shape, context),
    ]);
  }
  return printJson(sortedObject(entries));
}

function buildArray(args: Args, context: EvalContext): string | null {
  const all = values(args, context);
  if (all === undefined) return null;
  return `[${
    all.map(({ datum, shape }) => jsonText(datum, shape, context)).join(", ")
  }]`;
}

function buildArrayTree(args: Args, context: EvalContext): string | null {
  const all = values(args, context);
  if (all === undefined) return null;
  return printJson(
    all.map(({ datum, shape }) => jsonTree(datum, shape, context)),
  );
}

/** Pairs of `json_object`, from one array of keys and values, or from one of each. */
function objectPairs(args: Args): [string, string | null][] {
  const first = parseArray(args[0] as string);
  const lengths = dimensionsOf(first);
  const pairs: [string | null, string | null][] = [];
  const flat = flatten(first) as (string | null)[];
  if (args.length > 1) {
    const second = parseArray(args[1] as string);
    if (lengths.length > 1 || dimensionsOf(second).length > 1) {
      throw new SqlError("2202E", "wrong number of array subscripts");
    }
    if (first.length !== second.length) {
      throw new SqlError("2202E", "mismatched array dimensions");
    }
    flat.forEach((key, i) => pairs.push([key, second[i] as string | null]));
  } else {
    if (lengths.length > 2) {
      throw new SqlError("2202E", "wrong number of array subscripts");
    }
    if (lengths.length === 2 && lengths[1] !== 2) {
      throw new SqlError("2202E", "array must have two columns");
    }
    if (flat.length % 2 !== 0) {
      throw new SqlError("2202E", "array must have even number of elements");
    }
    for (let i = 0; i < flat.length; i += 2) {
      pairs.push([flat[i] as string | null, flat[i + 1] as string | null]);
    }
  }
  if (pairs.some(([key]) => key === null)) {
    throw new SqlError("22004", "null value not allowed for object key");
  }
  return pairs as [string, string | null][];
}

function object(args: Args): string {
  const parts = objectPairs(args).map(([key, value]) =>
    `${quoteJson(key)} : ${value === null ? "null" : quoteJson(value)}`
  );
  return `{${parts.join(", ")}}`;
}

const loose = { withTypes: true, strict: false, volatility: "s" } as const;
const strict = { withTypes: true, volatility: "s" } as const;

/** See the top of the file. */
export const jsonBuild: readonly Definition[] = [
  fn("to_json(anyelement) json", {
    ...strict,
    call: (args, context) =>
      jsonText(args[0] as Datum, shape(args, 0, context), context),
  }),
  fn("to_jsonb(anyelement) jsonb", {
    ...strict,
    call: (args, context) =>
      printJson(jsonTree(args[0] as Datum, shape(args, 0, context), context)),
  }),
  ...["row_to_json(record)", "array_to_json(anyarray)"].map((signature) =>
    fn(`${signature} json`, {
      ...strict,
      call: (args, context) =>
        jsonText(args[0] as Datum, shape(args, 0, context), context),
    })
  ),
  ...["row_to_json(record, bool)", "array_to_json(anyarray, bool)"].map(
    (signature) =>
      fn(`${signature} json`, {
        ...strict,
        call: (args, context) =>
          jsonText(args[0] as Datum, shape(args, 0, context), context, {
            lines: Boolean(args[1]),
          }),
      }),
  ),
  ...["json_build_object()", "json_build_object(VARIADIC any)"].map(
    (signature) => fn(`${signature} json`, { ...loose, call: buildObject }),
  ),
  ...["jsonb_build_object()", "jsonb_build_object(VARIADIC any)"].map(
    (signature) =>
      fn(`${signature} jsonb`, { ...loose, call: buildObjectTree }),
  ),
  ...["json_build_array()", "json_build_array(VARIADIC any)"].map(
    (signature) => fn(`${signature} json`, { ...loose, call: buildArray }),
  ),
  ...["jsonb_build_array()", "jsonb_build_array(VARIADIC any)"].map(
    (signature) => fn(`${signature} jsonb`, { ...loose, call: buildArrayTree }),
  ),
  ...["json_object(text[])", "json_object(text[], text[])"].map((signature) =>
    fn(`${signature} json`, { call: object })
  ),
  ...["jsonb_object(text[])", "jsonb_object(text[], text[])"].map(
    (signature) =>
      fn(`${signature} jsonb`, {
        call: (args) => printJson(sortedObject(objectPairs(args))),
      }),
  ),
];
