/**
 * JSON as rows (manual, table 9.47).
 *
 * Those that return `record` are given the columns by the resolver, as one more argument. Those that
 * return a row type ask the service `row_type_columns` for them: a JSON array of `[name, type, typmod]`.
 *
 * @module
 */

import { recordDatum } from "../catalog/record_text.ts";
import type { Datum } from "../datum.ts";
import { SqlError } from "../error.ts";
import type { EvalContext } from "../eval_context.ts";
import {
  elements,
  firstCharacter,
  isScalar,
  members,
  type Range,
  valueText,
} from "../json/scan.ts";
import { type ArgumentType, typesOf } from "./argument_types.ts";
import { type Definition, fn, rows } from "./define.ts";
import {
  baseItems,
  columnsOfFields,
  populate,
  type PopulatedColumn,
  readColumns,
} from "./json_populate.ts";

type Kind = "json" | "jsonb";

function arrayElements(
  text: string,
  kind: Kind,
  name: string,
): Iterable<Range> {
  const first = firstCharacter(text);
  if (first === "[") return elements(text);
  throw new SqlError(
    "22023",
    kind === "json"
      ? `cannot call ${name} on a ${first === "{" ? "non-array" : "scalar"}`
      : `cannot extract elements from ${
        first === "{" ? "an object" : "a scalar"
      }`,
  );
}

function objectMembers(text: string, kind: Kind, name: string) {
  const first = firstCharacter(text);
  if (first === "{") return members(text);
  throw new SqlError(
    "22023",
    kind === "jsonb"
      ? `cannot call ${name} on a non-object`
      : first === "["
      ? "cannot deconstruct an array as an object"
      : "cannot deconstruct a scalar",
  );
}

function* keys(text: string, name: string): Generator<[string]> {
  if (firstCharacter(text) !== "{") {
    throw new SqlError(
      "22023",
      `cannot call ${name} on ${isScalar(text) ? "a scalar" : "an array"}`,
    );
  }
  for (const { key } of members(text)) yield [key];
}

function columnsOf(
  type: ArgumentType | undefined,
  context: EvalContext,
): readonly PopulatedColumn[] {
  if (type?.fields !== undefined) return columnsOfFields(type.fields);
  return readColumns(
    context.services.call("row_type_columns", [type?.oid ?? 0]),
  );
}

/** Objects of an array, one row for each. */
function* recordset(
  text: string,
  kind: Kind,
  name: string,
  row: (text: string) => Datum[],
): Generator<Datum[]> {
  const first = firstCharacter(text);
  if (first !== "[") {
    throw new SqlError(
      "22023",
      kind === "jsonb"
        ? `cannot call ${name} on a non-array`
        : `cannot call ${name} on ${first === "{" ? "an object" : "a scalar"}`,
    );
  }
  for (const range of elements(text)) {
    const item = text.slice(...range);
    if (firstCharacter(item) !== "{") {
      throw new SqlError(
        "22023",
        `argument of ${name} must be an array of objects`,
      );
    }
    yield row(item);
  }
}

function rowFunctions(kind: Kind): Definition[] {
  const named = (name: string) => `${kind}_${name}`;
  return [
    rows(`${kind}_array_elements(${kind}) (value ${kind})`, {
      *rows([value]) {
        const text = value as string;
        for (
          const range of arrayElements(text, kind, named("array_elements"))
        ) yield [text.slice(...range)];
      },
    }),
    rows(`${kind}_array_elements_text(${kind}) (value text)`, {
      *rows([value]) {
        const text = value as string;
        for (
          const range of arrayElements(text, kind, named("array_elements_text"))
        ) yield [valueText(text.slice(...range))];
      },
    }),
    rows(`${kind}_each(${kind}) (key text, value ${kind})`, {
      *rows([value]) {
        const text = value as string;
        for (const member of objectMembers(text, kind, named("each"))) {
          yield [member.key, text.slice(...member.value)];
        }
      },
    }),
    rows(`${kind}_each_text(${kind}) (key text, value text)`, {
      *rows([value]) {
        const text = value as string;
        for (const member of objectMembers(text, kind, named("each_text"))) {
          yield [member.key, valueText(text.slice(...member.value))];
        }
      },
    }),
    rows(`${kind}_object_keys(${kind}) text`, {
      rows: ([value]) => keys(value as string, named("object_keys")),
    }),
    rows(`${kind}_to_record(${kind}) record`, {
      rows: ([value, columns], context) => [
        populate(value as string, readColumns(columns), undefined, context),
      ],
    }),
    rows(`${kind}_to_recordset(${kind}) record`, {
      rows: ([value, columns], context) => {
        const described = readColumns(columns);
        return recordset(
          value as string,
          kind,
          named("to_recordset"),
          (text) => populate(text, described, undefined, context),
        );
      },
    }),
    fn(`${kind}_populate_record(anyelement, ${kind}) anyelement`, {
      withTypes: true,
      strict: false,
      volatility: "s",
      call(args, context) {
        const [base, value] = args;
        if (value === null) return base as Datum;
        const columns = columnsOf(typesOf(args)[0], context);
        return recordDatum(
          populate(value as string, columns, baseItems(base), context),
        );
      },
    }),
    rows(`${kind}_populate_recordset(anyelement, ${kind}) anyelement`, {
      withTypes: true,
      strict: false,
      volatility: "s",
      rows(args, context) {
        const [base, value] = args;
        if (value === null) return [];
        const columns = columnsOf(typesOf(args)[0], context);
        const items = baseItems(base);
        return recordset(
          value as string,
          kind,
          named("populate_recordset"),
          (text) => populate(text, columns, items, context),
        );
      },
    }),
  ];
}

/** See the top of the file. */
export const jsonRows: readonly Definition[] = [
  ...rowFunctions("json"),
  ...rowFunctions("jsonb"),
];
