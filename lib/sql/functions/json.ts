/**
 * Operators and functions that take `json` apart, and those of `jsonb` that do the same (manual, 9.16).
 *
 * @module
 */

import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import { parseJson } from "../json/parse.ts";
import {
  elements,
  elementText,
  firstCharacter,
  isScalar,
  members,
  memberText,
} from "../json/scan.ts";
import {
  isArray,
  isObject,
  type Json,
  printJson,
  quoteJson,
} from "../json/value.ts";
import { parseArray } from "../types/array_datum.ts";
import { type Definition, fn, op } from "./define.ts";
import { asText } from "./to_json.ts";

type Kind = "json" | "jsonb";

function member(text: Datum, key: Datum): string | undefined {
  return memberText(text as string, key as string);
}

function element(kind: Kind, text: Datum, index: Datum): string | undefined {
  const source = text as string;
  // A scalar of jsonb is kept as an array of one, which shows here.
  if (kind === "jsonb" && isScalar(source)) {
    return Number(index) === 0 || Number(index) === -1 ? source : undefined;
  }
  return elementText(source, Number(index));
}

/** Whole numbers as `strtol` reads them. */
const integer = /^[ \t\n\r\f\v]*[+-]?\d+$/;

function atPath(
  text: string,
  path: readonly (string | null)[],
): string | undefined {
  let value: string | undefined = text;
  for (const step of path) {
    if (step === null || value === undefined) return undefined;
    if (firstCharacter(value) === "{") value = memberText(value, step);
    else if (firstCharacter(value) === "[") {
      if (!integer.test(step) || Math.abs(Number(step)) > 2147483647) {
        return undefined;
      }
      value = elementText(value, Number(step));
    } else return undefined;
  }
  return value;
}

const pathOf = (path: Datum) =>
  parseArray(path as string).flat() as (string | null)[];

/** @returns Length of an array. */
function arrayLength(text: string): number {
  if (isScalar(text)) {
    throw new SqlError("22023", "cannot get array length of a scalar");
  }
  if (firstCharacter(text) !== "[") {
    throw new SqlError("22023", "cannot get array length of a non-array");
  }
  let length = 0;
  for (const _ of elements(text)) length++;
  return length;
}

function typeOf(text: string): string {
  switch (firstCharacter(text)) {
    case "{":
      return "object";
    case "[":
      return "array";
    case '"':
      return "string";
    case "t":
    case "f":
      return "boolean";
    case "n":
      return "null";
    default:
      return "number";
  }
}

/** Members that are null go, those of arrays stay; white space goes too. */
function stripText(text: string): string {
  const first = firstCharacter(text);
  if (first === "[") {
    const items = [...elements(text)].map((range) =>
      stripText(text.slice(...range))
    );
    return `[${items.join(",")}]`;
  }
  if (first !== "{") return text.trim();
  const items: string[] = [];
  for (const { key, value } of members(text)) {
    const item = text.slice(...value);
    if (item !== "null") items.push(`${quoteJson(key)}:${stripText(item)}`);
  }
  return `{${items.join(",")}}`;
}

function stripTree(value: Json): Json {
  if (isArray(value)) return value.map(stripTree);
  if (!isObject(value)) return value;
  return new Map(
    [...value].filter(([, item]) => item !== null)
      .map(([key, item]) => [key, stripTree(item)]),
  );
}

function accessors(kind: Kind): Definition[] {
  return [
    op(`${kind} -> text = ${kind}`, {
      call: ([text, key]) => member(text as Datum, key as Datum) ?? null,
    }),
    op(`${kind} -> int4 = ${kind}`, {
      call: ([text, index]) =>
        element(kind, text as Datum, index as Datum) ?? null,
    }),
    op(`${kind} ->> text = text`, {
      call: ([text, key]) =>
        asText(member(text as Datum, key as Datum), text as string),
    }),
    op(`${kind} ->> int4 = text`, {
      call: ([text, index]) =>
        asText(element(kind, text as Datum, index as Datum), text as string),
    }),
    op(`${kind} #> text[] = ${kind}`, {
      call: ([text, path]) =>
        atPath(text as string, pathOf(path as Datum)) ?? null,
    }),
    op(`${kind} #>> text[] = text`, {
      call: ([text, path]) =>
        asText(
          atPath(text as string, pathOf(path as Datum)),
          text as string,
        ),
    }),
    fn(`${kind}_object_field(${kind}, text) ${kind}`, {
      call: ([text, key]) => member(text as Datum, key as Datum) ?? null,
    }),
    fn(`${kind}_object_field_text(${kind}, text) text`, {
      call: ([text, key]) =>
        asText(member(text as Datum, key as Datum), text as string),
    }),
    fn(`${kind}_array_element(${kind}, int4) ${kind}`, {
      call: ([text, index]) =>
        element(kind, text as Datum, index as Datum) ?? null,
    }),
    fn(`${kind}_array_element_text(${kind}, int4) text`, {
      call: ([text, index]) =>
        asText(element(kind, text as Datum, index as Datum), text as string),
    }),
    fn(`${kind}_extract_path(${kind}, VARIADIC text[]) ${kind}`, {
      call: ([text, path]) =>
        atPath(text as string, pathOf(path as Datum)) ?? null,
    }),
    fn(`${kind}_extract_path_text(${kind}, VARIADIC text[]) text`, {
      call: ([text, path]) =>
        asText(
          atPath(text as string, pathOf(path as Datum)),
          text as string,
        ),
    }),
    fn(`${kind}_array_length(${kind}) int4`, {
      call: ([text]) => arrayLength(text as string),
    }),
    fn(`${kind}_typeof(${kind}) text`, {
      call: ([text]) => typeOf(text as string),
    }),
    fn(`${kind}_strip_nulls(${kind}) ${kind}`, {
      call: ([text]) =>
        kind === "json"
          ? stripText(text as string)
          : printJson(stripTree(parseJson(text as string))),
    }),
  ];
}

/** See the top of the file. */
export const jsonAccess: readonly Definition[] = [
  ...accessors("json"),
  ...accessors("jsonb"),
];
