/**
 * PostgreSQL's types as JSON Schema: what their values look like in a request's or an answer's JSON.
 *
 * @module
 */

import type { RestColumn } from "../rest/schema/picture.ts";
import { type JsonSchema, nullable } from "./json_schema.ts";

/** What is known of a type. */
export type TypeFacts =
  & Pick<RestColumn, "type" | "baseType" | "typeKind">
  & Partial<Pick<RestColumn, "enumValues" | "maxLength">>;

/** By name in `pg_type`; what is missing is a text, as PostgreSQL's `to_json` has it. */
const types: Readonly<Record<string, JsonSchema>> = {
  bool: { type: "boolean" },
  int2: { type: "integer", minimum: -32_768, maximum: 32_767 },
  int4: { type: "integer", format: "int32" },
  int8: { type: "integer", format: "int64" },
  oid: { type: "integer", minimum: 0, maximum: 4_294_967_295 },
  float4: { type: "number", format: "float" },
  float8: { type: "number", format: "double" },
  numeric: { type: "number" },
  // A value of these may be anything that JSON has, `null` too.
  json: {},
  jsonb: {},
  record: { type: "object" },
  uuid: { type: "string", format: "uuid" },
  date: { type: "string", format: "date" },
  // Moments without a zone are none of RFC 3339's, so they have no format.
  timestamptz: { type: "string", format: "date-time" },
};

/**
 * @param facts What is known of the type.
 * @returns Schema of its values, without `null`.
 */
export function typeSchema(facts: TypeFacts): JsonSchema {
  const { baseType, typeKind, enumValues, maxLength } = facts;
  if (enumValues !== undefined && typeKind !== "a") {
    return { type: "string", enum: enumValues };
  }
  // `pg_type` names an array type after its element, with an underscore in front.
  if (typeKind === "a" || (typeKind === "d" && baseType.startsWith("_"))) {
    return { type: "array", items: elementSchema(baseType, enumValues) };
  }
  if (typeKind === "c") return { type: "object" };
  const schema =
    (Object.hasOwn(types, baseType) ? types[baseType] : undefined) ??
      { type: "string" };
  return maxLength === undefined || schema["type"] !== "string"
    ? schema
    : { ...schema, maxLength };
}

function elementSchema(
  baseType: string,
  enumValues: readonly string[] | undefined,
): JsonSchema {
  if (enumValues !== undefined) {
    return nullable({ type: "string", enum: enumValues });
  }
  const element = baseType.replace(/^_/, "");
  return nullable(
    (Object.hasOwn(types, element) ? types[element] : undefined) ??
      { type: "string" },
  );
}

const samples: Readonly<Record<string, unknown>> = {
  bool: true,
  numeric: 9.5,
  float4: 9.5,
  float8: 9.5,
  uuid: "3f1c2a5e-8b7d-4c6f-9a0e-1d2b3c4d5e6f",
  date: "2026-01-31",
  time: "12:30:00",
  timetz: "12:30:00+00",
  timestamp: "2026-01-31T12:30:00",
  timestamptz: "2026-01-31T12:30:00+00:00",
  interval: "1 day",
  json: { key: "value" },
  jsonb: { key: "value" },
  record: {},
  bytea: "\\x0102",
  inet: "192.0.2.1",
  cidr: "192.0.2.0/24",
  macaddr: "08:00:2b:01:02:03",
  money: "$9.50",
  bit: "1",
  varbit: "1",
  xml: "<a/>",
  int4range: "[1,10)",
  int8range: "[1,10)",
  numrange: "[1,10)",
  daterange: "[2026-01-01,2026-02-01)",
  tsrange: "[2026-01-01 12:00,2026-01-01 13:00)",
  tstzrange: "[2026-01-01 12:00+00,2026-01-01 13:00+00)",
};

/**
 * @param facts What is known of the type.
 * @returns A value that it takes, for forms that are filled in beforehand.
 */
export function sampleOf(facts: TypeFacts): unknown {
  const { baseType, typeKind, enumValues, maxLength } = facts;
  const schema = typeSchema(facts);
  if (schema["type"] === "array") {
    const element = baseType.replace(/^_/, "");
    return [
      sampleOf({
        type: element,
        baseType: element,
        typeKind: enumValues === undefined ? "b" : "e",
        enumValues,
      }),
    ];
  }
  if (enumValues !== undefined) return enumValues[0] ?? "";
  if (typeKind === "c") return {};
  if (schema["type"] === "integer") return 1;
  const sample = Object.hasOwn(samples, baseType) ? samples[baseType] : "text";
  return typeof sample === "string" ? sample.slice(0, maxLength) : sample;
}

/** A literal of PostgreSQL, with or without its type: `'draft'::text`, `-1`, `true`. */
const literal =
  /^\(?(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(true|false))\)?(?:::[\w ".\[\](),]+)?$/;

/**
 * Reads a default that is a plain value.
 *
 * @param text Text of the DEFAULT.
 * @param schema Schema of the column.
 * @returns The value in JSON; `undefined` for an expression, or what does not suit the schema.
 */
export function defaultValue(
  text: string,
  schema: JsonSchema,
): string | number | boolean | undefined {
  const [whole, quoted, number, truth] = literal.exec(text) ?? [];
  if (whole === undefined) return undefined;
  switch (schema["type"]) {
    case "boolean":
      return truth === undefined ? undefined : truth === "true";
    case "integer":
    case "number": {
      const value = Number(number ?? quoted);
      return (number ?? quoted) && Number.isFinite(value) ? value : undefined;
    }
    case "string":
      return quoted?.replaceAll("''", "'");
    default:
      return undefined;
  }
}
