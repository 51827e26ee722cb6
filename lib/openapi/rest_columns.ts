/**
 * Columns in the document: as properties of rows, and as filters.
 *
 * @module
 */

import type { RestColumn } from "../rest/schema/picture.ts";
import { type JsonSchema, nullable } from "./json_schema.ts";
import { defaultValue, sampleOf, typeSchema } from "./type_schema.ts";

/** What its relation knows of a column. */
export interface ColumnNotes {
  readonly primaryKey?: boolean;
  /** `table.column` that its values are found in. */
  readonly references?: string | undefined;
}

/**
 * @param column A column.
 * @param notes What its relation knows of it.
 * @returns Schema of its values.
 */
export function columnSchema(
  column: RestColumn,
  { primaryKey = false, references }: ColumnNotes = {},
): JsonSchema {
  const plain = typeSchema(column);
  const value = column.default === undefined
    ? undefined
    : defaultValue(column.default, plain);
  const sentences = [
    column.comment,
    `\`${column.type}\`${primaryKey ? ", primary key" : ""}${
      references === undefined ? "" : `, references \`${references}\``
    }${
      column.default === undefined || value !== undefined
        ? ""
        : `, by default \`${column.default}\``
    }.`,
  ];
  return {
    ...(column.nullable ? nullable(plain) : plain),
    description: sentences.filter((each) => each !== undefined).join("\n\n"),
    ...(value === undefined ? {} : { default: value }),
    ...(column.generated ? { readOnly: true } : {}),
  };
}

/**
 * @param columns Columns of rows.
 * @param notes What is known of each by name.
 * @returns Schema of a row. `select` may leave out any column, so none is required.
 */
export function rowSchema(
  columns: Iterable<RestColumn>,
  notes: (name: string) => ColumnNotes = () => ({}),
): JsonSchema {
  const properties: [string, JsonSchema][] = [];
  for (const column of columns) {
    properties.push([column.name, columnSchema(column, notes(column.name))]);
  }
  return { type: "object", properties: fields(properties) };
}

/** An object with any keys, `__proto__` too. */
function fields(entries: [string, JsonSchema][]): Record<string, JsonSchema> {
  return Object.fromEntries(entries);
}

/**
 * @param columns Columns of a relation.
 * @returns Those that a new row must have.
 */
export function requiredColumns(columns: Iterable<RestColumn>): string[] {
  return [...columns]
    .filter((column) =>
      !column.nullable && !column.generated && column.default === undefined
    )
    .map(({ name }) => name);
}

/**
 * @param columns Columns of a relation.
 * @returns A row for a form that is filled in beforehand: what has a default is left to it.
 */
export function sampleRow(
  columns: Iterable<RestColumn>,
): Record<string, unknown> {
  const given = [...columns].filter(({ generated }) => !generated);
  const own = given.filter((column) => column.default === undefined);
  return Object.fromEntries(
    (own.length > 0 ? own : given).map((
      column,
    ) => [column.name, sampleOf(column)]),
  );
}

const comparing = "eq, neq, gt, gte, lt, lte, in, is, isdistinct";
const searching = "fts, plfts, phfts, wfts";
const containing = `${comparing}, cs, cd`;

function operators({ baseType, typeKind }: RestColumn): string {
  if (typeKind === "r" || /range$/.test(baseType)) {
    return `${containing}, ov, sl, sr, nxr, nxl, adj`;
  }
  if (typeKind === "a" || baseType.startsWith("_")) return `${containing}, ov`;
  switch (baseType) {
    case "text":
    case "varchar":
    case "bpchar":
    case "name":
      return `${comparing}, like, ilike, match, imatch, ${searching}`;
    case "tsvector":
      return `${searching}, is`;
    case "jsonb":
      return containing;
    case "json":
      return "is";
    default:
      return comparing;
  }
}

/** Names that mean something else in a query string, some by their last part (PostgREST's grammar). */
export const reservedName =
  /^(?:select|columns|on_conflict)$|(?:^|\.)(?:order|limit|offset|and|or)$/;

/** What needs no quotes in a query string's key. */
const plainName = /^[\p{L}\p{N}_$](?:[\p{L}\p{N}_$ -]*[\p{L}\p{N}_$])?$/u;

/**
 * @param column A column.
 * @returns The parameter that filters by it; `undefined` if its name means something else.
 */
export function filterParameter(column: RestColumn): JsonSchema | undefined {
  const { name } = column;
  if (reservedName.test(name)) return undefined;
  const key = plainName.test(name) && !name.includes("->")
    ? name
    : `"${name.replace(/["\\]/g, "\\$&")}"`;
  return {
    name: key,
    in: "query",
    description: `\`${column.type}\`: ${operators(column)}; not. before any.`,
    schema: { type: "string" },
  };
}
