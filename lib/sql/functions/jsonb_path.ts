/**
 * Functions and operators of the SQL/JSON path language (manual, 9.16.2 and table 9.47).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { parseJson } from "../json/parse.ts";
import { PathDatetime } from "../json/path_datetime.ts";
import { parsePath } from "../json/path_parse.ts";
import { PathError, type PathItem } from "../json/path_item.ts";
import { runPath } from "../json/path_run.ts";
import { isObject, type Json, printJson } from "../json/value.ts";
import { type Definition, fn, op, rows } from "./define.ts";

type Args = readonly Datum[];

interface Query {
  readonly timeZone: boolean;
  readonly context: EvalContext;
}

function items(args: Args, { timeZone, context }: Query): Generator<PathItem> {
  const variables = args[2] === undefined
    ? new Map<string, Json>()
    : parseJson(args[2] as string);
  if (!isObject(variables)) {
    throw new SqlError("22023", '"vars" argument is not an object', {
      detail:
        'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
    });
  }
  return runPath(parsePath(args[1] as string), parseJson(args[0] as string), {
    variables,
    timeZone,
    context,
  });
}

const asJson = (item: PathItem): Json =>
  item instanceof PathDatetime ? item.text : item;

/** All items; when errors are silenced, those found before the first one. */
function all(args: Args, query: Query): Json[] {
  const found: Json[] = [];
  try {
    for (const item of items(args, query)) found.push(asJson(item));
  } catch (error) {
    if (!(error instanceof PathError && args[3])) throw error;
  }
  return found;
}

function exists(args: Args, query: Query): boolean | null {
  try {
    const found = items(args, query);
    const first = found.next();
    if (parsePath(args[1] as string).strict) {
      // In strict mode an error further on counts.
      while (!found.next().done);
    }
    return !first.done;
  } catch (error) {
    if (error instanceof PathError && args[3]) return null;
    throw error;
  }
}

function match(args: Args, query: Query): boolean | null {
  const found = all(args, query);
  const [only] = found;
  if (found.length === 1) {
    if (typeof only === "boolean") return only;
    if (only === null) return null;
  }
  if (args[3]) return null;
  throw new PathError("22038", "single boolean result is expected");
}

const properties = {
  argNames: ["target", "path", "vars", "silent"],
  defaults: ["'{}'", "false"],
};

function functions(suffix: "" | "_tz"): Definition[] {
  const types = "(jsonb, jsonpath, jsonb, bool)";
  const timeZone = suffix === "_tz";
  const how = {
    ...properties,
    volatility: timeZone ? "s" as const : "i" as const,
  };
  return [
    rows(`jsonb_path_query${suffix}${types} jsonb`, {
      ...how,
      rows: (args, context) =>
        all(args, { timeZone, context }).map((item) => [printJson(item)]),
    }),
    fn(`jsonb_path_query_array${suffix}${types} jsonb`, {
      ...how,
      call: (args, context) => printJson(all(args, { timeZone, context })),
    }),
    fn(`jsonb_path_query_first${suffix}${types} jsonb`, {
      ...how,
      call(args, context) {
        const first = all(args, { timeZone, context })[0];
        return first === undefined ? null : printJson(first);
      },
    }),
    fn(`jsonb_path_exists${suffix}${types} bool`, {
      ...how,
      call: (args, context) => exists(args, { timeZone, context }),
    }),
    fn(`jsonb_path_match${suffix}${types} bool`, {
      ...how,
      call: (args, context) => match(args, { timeZone, context }),
    }),
  ];
}

/** See the top of the file. */
export const jsonbPath: readonly Definition[] = [
  ...functions(""),
  ...functions("_tz"),
  op("jsonb @? jsonpath = bool", {
    call: ([value, path], context) =>
      exists([value as Datum, path as Datum, "{}", 1], {
        timeZone: false,
        context,
      }),
  }),
  op("jsonb @@ jsonpath = bool", {
    call: ([value, path], context) =>
      match([value as Datum, path as Datum, "{}", 1], {
        timeZone: false,
        context,
      }),
  }),
];
