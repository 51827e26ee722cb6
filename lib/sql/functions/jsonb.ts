/**
 * What `jsonb` alone can do: comparison, containment, changes (manual, tables 9.46 and 9.47).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import { parseJson } from "../json/parse.ts";
import {
  compareJson,
  isArray,
  isObject,
  type Json,
  JsonNumber,
  printJson,
  printPretty,
  sortedObject,
} from "../json/value.ts";
import { parseArray } from "../types/array_datum.ts";
import { oid } from "../types/type.ts";
import { cast, type Definition, fn, op } from "./define.ts";
import { type Change, changePath } from "./jsonb_change.ts";
import { comparisons } from "./text_compare.ts";

/** The second operand is mostly the same for every row. */
let lastText = "null";
let lastTree: Json = null;

function tree(args: readonly Datum[], i: number): Json {
  const text = args[i] as string;
  if (i === 0) return parseJson(text);
  if (text !== lastText) {
    lastTree = parseJson(text);
    lastText = text;
  }
  return lastTree;
}

const texts = (datum: Datum | undefined) =>
  parseArray(datum as string).flat() as (string | null)[];
const isContainer = (value: Json) => isArray(value) || isObject(value);

/** Whether `whole` contains `part` (manual, 8.14.3). */
function contains(whole: Json, part: Json, top: boolean): boolean {
  if (isObject(part)) {
    if (!isObject(whole) || whole.size < part.size) return false;
    for (const [key, item] of part) {
      const found = whole.get(key);
      if (found === undefined || !contains(found, item, false)) return false;
    }
    return true;
  }
  if (isArray(part)) {
    if (!isArray(whole)) return false;
    return part.every((item) =>
      whole.some((each) =>
        isContainer(item)
          ? contains(each, item, false)
          : !isContainer(each) && compareJson(each, item) === 0
      )
    );
  }
  // At the top an array contains a scalar that is one of its elements.
  if (isArray(whole)) {
    return top &&
      whole.some((each) => !isContainer(each) && compareJson(each, part) === 0);
  }
  return !isObject(whole) && compareJson(whole, part) === 0;
}

function exists(value: Json, key: string | null): boolean {
  if (key === null) return false;
  if (isObject(value)) return value.has(key);
  return isArray(value) ? value.includes(key) : value === key;
}

function concatenate(a: Json, b: Json): Json {
  if (isObject(a) && isObject(b)) return sortedObject([...a, ...b]);
  return [...(isArray(a) ? a : [a]), ...(isArray(b) ? b : [b])];
}

function withoutKeys(value: Json, keys: readonly (string | null)[]): Json {
  if (isObject(value)) {
    return new Map([...value].filter(([key]) => !keys.includes(key)));
  }
  if (isArray(value)) {
    return value.filter((item) =>
      !(typeof item === "string" && keys.includes(item))
    );
  }
  throw new SqlError("22023", "cannot delete from scalar");
}

function withoutIndex(value: Json, index: number): Json {
  if (isObject(value)) {
    throw new SqlError(
      "22023",
      "cannot delete from object using integer index",
    );
  }
  if (!isArray(value)) {
    throw new SqlError("22023", "cannot delete from scalar");
  }
  const at = index < 0 ? value.length + index : index;
  return value.filter((_, i) => i !== at);
}

function changed(args: readonly Datum[], change: Change, what: string): string {
  const value = tree(args, 0);
  if (!isContainer(value)) {
    throw new SqlError("22023", `cannot ${what} path in scalar`);
  }
  return printJson(changePath(value, texts(args[1]), change));
}

function set(args: readonly Datum[]): string {
  return changed(args, {
    kind: "set",
    value: tree(args, 2),
    create: Boolean(args[3] ?? true),
  }, "set");
}

function setLax(args: readonly Datum[]): Datum {
  const [target, path, value, create = 1, treatment = "use_json_null"] = args;
  if (target === null || path === null || create === null) return null;
  const wrong = new SqlError(
    "22023",
    'null_value_treatment must be "delete_key", "return_target", "use_json_null", or "raise_exception"',
  );
  if (treatment === null) throw wrong;
  if (value !== null) return set([target, path, value, create] as Datum[]);
  switch (treatment) {
    case "raise_exception":
      throw new SqlError("22004", "JSON value must not be null", {
        detail:
          'Exception was raised because null_value_treatment is "raise_exception".',
        hint:
          "To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.",
      });
    case "use_json_null":
      return set([target, path, "null", create] as Datum[]);
    case "delete_key":
      return changed([target, path] as Datum[], { kind: "delete" }, "delete");
    case "return_target":
      return target as Datum;
    default:
      throw wrong;
  }
}

const typeLabels = (value: Json): string =>
  value === null
    ? "null"
    : typeof value === "string"
    ? "string"
    : value instanceof JsonNumber
    ? "numeric"
    : typeof value === "boolean"
    ? "boolean"
    : isArray(value)
    ? "array"
    : "object";

function scalarCast(target: string, label: string): Definition {
  return cast(`jsonb -> ${target}`, "explicit", {
    call(args, context) {
      const value = tree(args, 0);
      if (target === "bool" && typeof value === "boolean") return value;
      if (target !== "bool" && value instanceof JsonNumber) {
        return numberOf(value.text, target, context);
      }
      throw new SqlError(
        "22023",
        `cannot cast jsonb ${typeLabels(value)} to type ${label}`,
      );
    },
  });
}

const limits: Readonly<Record<string, readonly [bigint, string, number]>> = {
  int2: [32767n, "smallint", oid.int2],
  int4: [2147483647n, "integer", oid.int4],
  int8: [9223372036854775807n, "bigint", oid.int8],
};

function numberOf(text: string, target: string, context: EvalContext): Datum {
  if (target === "numeric") return text;
  const limit = limits[target];
  if (limit === undefined) {
    const float = target === "float4" ? oid.float4 : oid.float8;
    return context.type(float)?.input(text, -1, context) ?? null;
  }
  const [most, label] = limit;
  const [whole = "0", fraction = ""] = text.split(".");
  let value = BigInt(whole);
  // Halves go away from zero.
  if (fraction >= "5") value += text.startsWith("-") ? -1n : 1n;
  if (value > most || value < -most - 1n) {
    throw new SqlError("22003", `${label} out of range`);
  }
  const plain = Number(value);
  return Number.isSafeInteger(plain) ? plain : value;
}

/** See the top of the file. */
export const jsonbFunctions: readonly Definition[] = [
  ...comparisons("jsonb", "jsonb"),
  op("jsonb @> jsonb = bool", {
    call: (args) => contains(tree(args, 0), tree(args, 1), true),
  }),
  op("jsonb <@ jsonb = bool", {
    call: (args) => contains(tree(args, 1), tree(args, 0), true),
  }),
  fn("jsonb_contains(jsonb, jsonb) bool", {
    call: (args) => contains(tree(args, 0), tree(args, 1), true),
  }),
  op("jsonb ? text = bool", {
    call: (args) => exists(tree(args, 0), args[1] as string),
  }),
  fn("jsonb_exists(jsonb, text) bool", {
    call: (args) => exists(tree(args, 0), args[1] as string),
  }),
  op("jsonb ?| text[] = bool", {
    call(args) {
      const value = tree(args, 0);
      return texts(args[1]).some((key) => exists(value, key));
    },
  }),
  op("jsonb ?& text[] = bool", {
    call(args) {
      const value = tree(args, 0);
      return texts(args[1]).every((key) => key === null || exists(value, key));
    },
  }),
  op("jsonb || jsonb = jsonb", {
    call: (args) => printJson(concatenate(tree(args, 0), tree(args, 1))),
  }),
  fn("jsonb_concat(jsonb, jsonb) jsonb", {
    call: (args) => printJson(concatenate(tree(args, 0), tree(args, 1))),
  }),
  op("jsonb - text = jsonb", {
    call: (args) => printJson(withoutKeys(tree(args, 0), [args[1] as string])),
  }),
  op("jsonb - text[] = jsonb", {
    call: (args) => printJson(withoutKeys(tree(args, 0), texts(args[1]))),
  }),
  op("jsonb - int4 = jsonb", {
    call: (args) => printJson(withoutIndex(tree(args, 0), Number(args[1]))),
  }),
  op("jsonb #- text[] = jsonb", {
    call: (args) => changed(args, { kind: "delete" }, "delete"),
  }),
  fn("jsonb_delete_path(jsonb, text[]) jsonb", {
    call: (args) => changed(args, { kind: "delete" }, "delete"),
  }),
  fn("jsonb_set(jsonb, text[], jsonb, bool) jsonb", {
    argNames: ["jsonb_in", "path", "replacement", "create_if_missing"],
    defaults: ["true"],
    call: set,
  }),
  fn("jsonb_set_lax(jsonb, text[], jsonb, bool, text) jsonb", {
    argNames: [
      "jsonb_in",
      "path",
      "replacement",
      "create_if_missing",
      "null_value_treatment",
    ],
    defaults: ["true", "'use_json_null'"],
    strict: false,
    call: setLax,
  }),
  fn("jsonb_insert(jsonb, text[], jsonb, bool) jsonb", {
    argNames: ["jsonb_in", "path", "replacement", "insert_after"],
    defaults: ["false"],
    call: (args) =>
      changed(args, {
        kind: "insert",
        value: tree(args, 2),
        after: Boolean(args[3]),
      }, "set"),
  }),
  fn("jsonb_pretty(jsonb) text", {
    call: (args) => printPretty(tree(args, 0)),
  }),
  cast("json -> jsonb", "assignment", {
    call: (args) => printJson(tree(args, 0)),
  }),
  cast("jsonb -> json", "assignment", { sql: ([a]) => `${a}` }),
  scalarCast("bool", "boolean"),
  scalarCast("numeric", "numeric"),
  scalarCast("int2", "smallint"),
  scalarCast("int4", "integer"),
  scalarCast("int8", "bigint"),
  scalarCast("float4", "real"),
  scalarCast("float8", "double precision"),
];
