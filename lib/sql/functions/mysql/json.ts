/**
 * JSON functions of MySQL (manual, 14.17).
 *
 * @module
 */

import type { Datum } from "../../datum.ts";
import { SqlError } from "../../error.ts";
import { parseJson } from "../../json/parse.ts";
import {
  compareJson,
  isArray,
  isObject,
  type Json,
  JsonNumber,
  printJson,
  printPretty,
  sortedObject,
} from "../../json/value.ts";
import { type Definition, fn } from "../define.ts";
import { changeAt, follow, isWide, readPath } from "./json_path.ts";
import { search } from "./json_search.ts";

type Args = readonly Datum[];

const text = (args: Args, at = 0) => args[at] as string;

const json = (args: Args, at = 0) => parseJson(text(args, at));

const list = (args: Args, at: number) =>
  JSON.parse(text(args, at)) as (string | null)[];

function sorted(value: Json): Json {
  if (isArray(value)) return value.map(sorted);
  if (isObject(value)) {
    return sortedObject(
      [...value].map(([key, each]) => [key, sorted(each)] as const),
    );
  }
  return value;
}

/** A document as it is kept. */
export const print = (value: Json): string => printJson(sorted(value));

function extract(document: Json, paths: readonly string[]): Datum {
  const steps = paths.map(readPath);
  const found = steps.flatMap((each) => follow(document, each));
  if (found.length === 0) return null;
  const [only] = found;
  return paths.length === 1 && !isWide(steps[0] ?? [])
    ? print(only as Json)
    : print(found);
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const read = parseJson(value);
    return typeof read === "string" ? read : value;
  } catch {
    return value;
  }
}

function contains(target: Json, candidate: Json): boolean {
  if (isArray(target)) {
    return isArray(candidate)
      ? candidate.every((each) => target.some((one) => contains(one, each)))
      : target.some((one) => contains(one, candidate));
  }
  if (isObject(target) && isObject(candidate)) {
    return [...candidate].every(([key, each]) =>
      target.has(key) && contains(target.get(key) as Json, each)
    );
  }
  return !isArray(candidate) && !isObject(candidate) && !isObject(target) &&
    compareJson(target, candidate) === 0;
}

function overlaps(a: Json, b: Json): boolean {
  if (isObject(a) && isObject(b)) {
    return [...a].some(([key, each]) =>
      b.has(key) && compareJson(each, b.get(key) as Json) === 0
    );
  }
  const left = isArray(a) ? a : [a];
  const right = isArray(b) ? b : [b];
  return left.some((one) =>
    right.some((other) => compareJson(one, other) === 0)
  );
}

type Mode = "set" | "insert" | "replace";

function change(mode: Mode, args: Args): Datum {
  let document: Json = json(args);
  for (let at = 1; at + 1 < args.length; at += 2) {
    if (args[at] === null) return null;
    const value = args[at + 1] === null ? null : json(args, at + 1);
    document = changeAt(document, readPath(text(args, at)), (old) =>
      old === undefined
        ? mode === "replace" ? undefined : value
        : mode === "insert"
        ? old
        : value) ?? null;
  }
  return print(document);
}

function remove(args: Args): Datum {
  let document: Json = json(args);
  for (const path of args.slice(1)) {
    const steps = readPath(path as string);
    if (steps.length === 0) {
      throw new SqlError(
        "22P02",
        "The path expression '$' is not allowed in this context.",
      );
    }
    document = changeAt(document, steps, () => undefined) ?? null;
  }
  return print(document);
}

function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result = new Map(isObject(target) ? target : []);
  for (const [key, each] of patch) {
    if (each === null) result.delete(key);
    else result.set(key, mergePatch(result.get(key) ?? null, each));
  }
  return result;
}

function mergePreserve(a: Json, b: Json): Json {
  if (isObject(a) && isObject(b)) {
    const result = new Map(a);
    for (const [key, each] of b) {
      const old = result.get(key);
      result.set(key, old === undefined ? each : mergePreserve(old, each));
    }
    return result;
  }
  return [...(isArray(a) ? a : [a]), ...(isArray(b) ? b : [b])];
}

function typeOf(value: Json): string {
  if (value === null) return "NULL";
  if (typeof value === "boolean") return "BOOLEAN";
  if (typeof value === "string") return "STRING";
  if (value instanceof JsonNumber) {
    return /[.eE]/.test(value.text) ? "DOUBLE" : "INTEGER";
  }
  return isArray(value) ? "ARRAY" : "OBJECT";
}

function depth(value: Json): number {
  const inner = isArray(value)
    ? value
    : isObject(value)
    ? [...value.values()]
    : [];
  return 1 + Math.max(0, ...inner.map(depth));
}

/** A function of a document and up to four more arguments of the kinds given. */
const many = (
  name: string,
  types: readonly string[],
  returns: string,
  call: (args: Args) => Datum,
): Definition[] =>
  [1, 2, 3, 4].map((times) => {
    const more = Array.from({ length: times }, () => types).flat();
    return fn(`pg_mysql.${name}(${["jsonb", ...more].join(", ")}) ${returns}`, {
      strict: false,
      call: (a) => a[0] === null ? null : call(a),
    });
  });

/** See the top of the file. */
export const mysqlJson: readonly Definition[] = [
  ...many(
    "json_extract",
    ["text"],
    "jsonb",
    (a) => a.includes(null) ? null : extract(json(a), a.slice(1) as string[]),
  ),
  fn("pg_mysql.json_unquote(text) text", { call: (a) => unquote(text(a)) }),
  fn("pg_mysql.json_value(jsonb, text) text", {
    call: (a) => {
      const found = extract(json(a), [text(a, 1)]);
      return found === null ? null : unquote(String(found));
    },
  }),
  fn("pg_mysql.json_quote(text) text", { call: (a) => printJson(text(a)) }),
  fn("pg_mysql.json_valid(text) int4", {
    call: (a) => {
      try {
        parseJson(text(a));
        return 1;
      } catch {
        return 0;
      }
    },
  }),
  fn("pg_mysql.json_object_of(text[]) jsonb", {
    call: (a) => {
      const items = list(a, 0);
      const pairs: [string, Json][] = [];
      for (let at = 0; at < items.length; at += 2) {
        const key = items[at];
        if (key === null || key === undefined) {
          throw new SqlError(
            "22032",
            "JSON documents may not contain NULL member names.",
          );
        }
        pairs.push([
          key,
          items[at + 1] === null ? null : parseJson(items[at + 1] as string),
        ]);
      }
      return printJson(sortedObject(pairs));
    },
  }),
  fn("pg_mysql.json_array_of(text[]) jsonb", {
    call: (a) =>
      printJson(
        list(a, 0).map((each) => each === null ? null : parseJson(each)),
      ),
  }),
  fn("pg_mysql.json_contains(jsonb, jsonb) int4", {
    call: (a) => contains(json(a), json(a, 1)) ? 1 : 0,
  }),
  fn("pg_mysql.json_contains(jsonb, jsonb, text) int4", {
    call: (a) => {
      const [found] = follow(json(a), readPath(text(a, 2)));
      return found === undefined ? null : contains(found, json(a, 1)) ? 1 : 0;
    },
  }),
  ...many("json_contains_path", ["text"], "int4", (a) => {
    if (a.includes(null)) return null;
    const all = text(a, 1).toLowerCase() === "all";
    const found = a.slice(2).map((path) =>
      follow(json(a), readPath(path as string)).length > 0
    );
    return (all ? found.every(Boolean) : found.some(Boolean)) ? 1 : 0;
  }),
  fn("pg_mysql.member_of(jsonb, jsonb) bool", {
    call: (a) => {
      const inside = json(a, 1);
      return (isArray(inside) ? inside : [inside]).some((each) =>
        compareJson(each, json(a)) === 0
      );
    },
  }),
  fn("pg_mysql.json_overlaps(jsonb, jsonb) int4", {
    call: (a) => overlaps(json(a), json(a, 1)) ? 1 : 0,
  }),
  ...many("json_remove", ["text"], "jsonb", remove),
  fn("pg_mysql.json_set_values(jsonb, text, jsonb) jsonb", {
    strict: false,
    call: (a) => a[0] === null ? null : change("set", a),
  }),
  fn("pg_mysql.json_insert_values(jsonb, text, jsonb) jsonb", {
    strict: false,
    call: (a) => a[0] === null ? null : change("insert", a),
  }),
  fn("pg_mysql.json_replace_values(jsonb, text, jsonb) jsonb", {
    strict: false,
    call: (a) => a[0] === null ? null : change("replace", a),
  }),
  fn("pg_mysql.json_append(jsonb, text, jsonb) jsonb", {
    strict: false,
    call: (a) => {
      if (a[0] === null || a[1] === null) return null;
      const value = a[2] === null ? null : json(a, 2);
      return print(
        changeAt(
          json(a),
          readPath(text(a, 1)),
          (old) =>
            old === undefined
              ? undefined
              : isArray(old)
              ? [...old, value]
              : [old, value],
        ) ?? null,
      );
    },
  }),
  fn("pg_mysql.json_keys(jsonb) jsonb", {
    call: (a) => {
      const document = json(a);
      return isObject(document) ? printJson([...document.keys()]) : null;
    },
  }),
  fn("pg_mysql.json_keys(jsonb, text) jsonb", {
    call: (a) => {
      const [found] = follow(json(a), readPath(text(a, 1)));
      return found !== undefined && isObject(found)
        ? printJson([...found.keys()])
        : null;
    },
  }),
  fn("pg_mysql.json_length(jsonb) int4", { call: (a) => lengthOf(json(a)) }),
  fn("pg_mysql.json_length(jsonb, text) int4", {
    call: (a) => {
      const [found] = follow(json(a), readPath(text(a, 1)));
      return found === undefined ? null : lengthOf(found);
    },
  }),
  fn("pg_mysql.json_depth(jsonb) int4", { call: (a) => depth(json(a)) }),
  fn("pg_mysql.json_type(jsonb) text", { call: (a) => typeOf(json(a)) }),
  fn("pg_mysql.json_pretty(jsonb) text", { call: (a) => printPretty(json(a)) }),
  fn("pg_mysql.json_merge_patch(jsonb, jsonb) jsonb", {
    call: (a) => print(mergePatch(json(a), json(a, 1))),
  }),
  fn("pg_mysql.json_merge_preserve(jsonb, jsonb) jsonb", {
    call: (a) => print(mergePreserve(json(a), json(a, 1))),
  }),
  fn("pg_mysql.json_search(jsonb, text, text) text", {
    call: (a) =>
      search(json(a), text(a, 1).toLowerCase() === "all", text(a, 2)),
  }),
];

function lengthOf(value: Json): number {
  return isArray(value) ? value.length : isObject(value) ? value.size : 1;
}
