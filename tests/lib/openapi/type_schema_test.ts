import { deepEqual, equal } from "node:assert/strict";
import {
  defaultValue,
  sampleOf,
  type TypeFacts,
  typeSchema,
} from "../../../lib/openapi/type_schema.ts";

interface Case extends Partial<TypeFacts> {
  baseType: string;
  schema: Record<string, unknown>;
  sample: unknown;
}

const cases: Case[] = [
  { baseType: "bool", schema: { type: "boolean" }, sample: true },
  {
    baseType: "int2",
    schema: { type: "integer", minimum: -32768, maximum: 32767 },
    sample: 1,
  },
  { baseType: "int8", schema: { type: "integer", format: "int64" }, sample: 1 },
  { baseType: "numeric", schema: { type: "number" }, sample: 9.5 },
  {
    baseType: "float8",
    schema: { type: "number", format: "double" },
    sample: 9.5,
  },
  {
    baseType: "varchar",
    maxLength: 3,
    schema: { type: "string", maxLength: 3 },
    sample: "tex",
  },
  {
    baseType: "date",
    schema: { type: "string", format: "date" },
    sample: "2026-01-31",
  },
  {
    baseType: "timestamp",
    schema: { type: "string" },
    sample: "2026-01-31T12:30:00",
  },
  { baseType: "jsonb", schema: {}, sample: { key: "value" } },
  {
    baseType: "_int4",
    typeKind: "a",
    schema: {
      type: "array",
      items: { type: ["integer", "null"], format: "int32" },
    },
    sample: [1],
  },
  {
    baseType: "mood",
    typeKind: "e",
    enumValues: ["sad", "ok"],
    schema: { type: "string", enum: ["sad", "ok"] },
    sample: "sad",
  },
  {
    baseType: "_mood",
    typeKind: "a",
    enumValues: ["sad", "ok"],
    schema: {
      type: "array",
      items: { type: ["string", "null"], enum: ["sad", "ok", null] },
    },
    sample: ["sad"],
  },
  {
    baseType: "int4",
    typeKind: "d",
    schema: { type: "integer", format: "int32" },
    sample: 1,
  },
  {
    baseType: "_text",
    typeKind: "d",
    schema: { type: "array", items: { type: ["string", "null"] } },
    sample: ["text"],
  },
  {
    baseType: "address",
    typeKind: "c",
    schema: { type: "object" },
    sample: {},
  },
  {
    baseType: "int4range",
    typeKind: "r",
    schema: { type: "string" },
    sample: "[1,10)",
  },
  { baseType: "constructor", schema: { type: "string" }, sample: "text" },
];

for (const { schema, sample, ...given } of cases) {
  const facts: TypeFacts = { type: given.baseType, typeKind: "b", ...given };
  Deno.test(`typeSchema() knows ${facts.typeKind} ${facts.baseType}`, () => {
    deepEqual(typeSchema(facts), schema);
    deepEqual(sampleOf(facts), sample);
  });
}

const defaults: [text: string, type: string, value: unknown][] = [
  ["'draft'::text", "string", "draft"],
  ["'it''s'::character varying(20)", "string", "it's"],
  ["'draft'::public.mood", "string", "draft"],
  ["''::text", "string", ""],
  ["5", "integer", 5],
  ["'-1'::integer", "integer", -1],
  ["(-1)", "integer", -1],
  ["0.5", "number", 0.5],
  ["true", "boolean", true],
  ["now()", "string", undefined],
  ["NULL::text", "string", undefined],
  ["nextval('a_seq'::regclass)", "integer", undefined],
  ["('a'::text || 'b'::text)", "string", undefined],
  ["'{}'::text[]", "array", undefined],
  ["'now'::text", "integer", undefined],
  ["''::text", "integer", undefined],
];

for (const [text, type, value] of defaults) {
  Deno.test(`defaultValue() reads ${text} for ${type}`, () => {
    equal(defaultValue(text, { type }), value);
  });
}
