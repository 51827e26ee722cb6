/**
 * Functions and operators of enumerations (manual, 9.10).
 *
 * The engine's service `enum_labels` gives a type's labels in order as a JSON array.
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { parseArray, printArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { typesOf } from "./argument_types.ts";
import { baseType } from "./datum_text.ts";
import { type Definition, fn } from "./define.ts";
import { comparisons } from "./text_compare.ts";

function labels(args: readonly Datum[], context: EvalContext): string[] {
  const type = baseType(typesOf(args)[0]?.oid ?? 0, context);
  const text = context.services.call("enum_labels", [type.oid]);
  return parseArray(text as string) as string[];
}

/** The one at an end; PostgreSQL refuses an enumeration without labels. */
function end(
  args: readonly Datum[],
  at: 0 | -1,
  context: EvalContext,
): string {
  const label = labels(args, context).at(at);
  if (label !== undefined) return label;
  throw new SqlError("55000", "enum contains no values");
}

function range(args: readonly Datum[], context: EvalContext): string {
  const all = labels(args, context);
  const from = args[0] === null ? 0 : all.indexOf(args[0] as string);
  const to = args[1] === null ? all.length : all.indexOf(args[1] as string) + 1;
  return printArray(all.slice(from, Math.max(from, to)), oid.text);
}

const loose = { withTypes: true, strict: false, volatility: "s" } as const;

/** See the top of the file. */
export const enumFunctions: readonly Definition[] = [
  // The printer puts the places of labels in the order's stead where they differ.
  ...comparisons("anyenum", "anyenum"),
  fn("enum_first(anyenum) anyenum", {
    ...loose,
    call: (args, context) => end(args, 0, context),
  }),
  fn("enum_last(anyenum) anyenum", {
    ...loose,
    call: (args, context) => end(args, -1, context),
  }),
  fn("enum_range(anyenum) anyarray", {
    ...loose,
    call: (args, context) => printArray(labels(args, context), oid.text),
  }),
  fn("enum_range(anyenum, anyenum) anyarray", { ...loose, call: range }),
];
