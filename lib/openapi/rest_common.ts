/**
 * What all operations of `/rest/v1` share: parameters, answers, the form of failures.
 *
 * @module
 */

import type { JsonSchema } from "./json_schema.ts";

/** Media type of one row instead of a list. */
export const objectType = "application/vnd.pgrst.object+json";

const text: JsonSchema = { type: "string" };

function parameter(
  name: string,
  place: "query" | "header",
  description: string,
  schema: JsonSchema = text,
): JsonSchema {
  return { name, in: place, description, schema };
}

const whole: JsonSchema = { type: "integer", minimum: 0 };

const parameters = {
  select: parameter(
    "select",
    "query",
    "Columns, `name:column` to rename, `column::type` to cast, `column->key` into JSON, `other(…)` for rows of a table that a foreign key leads to. All columns if not given.",
  ),
  order: parameter(
    "order",
    "query",
    "Columns, each with `.asc` or `.desc`, `.nullsfirst` or `.nullslast`: `price.desc,name`.",
  ),
  limit: parameter("limit", "query", "Rows at most.", whole),
  offset: parameter("offset", "query", "Rows to skip.", whole),
  or: parameter(
    "or",
    "query",
    "Filters of which one must hold: `(price.lt.10,name.like.A*)`. There is `and`, and `not.` before both.",
  ),
  columns: parameter(
    "columns",
    "query",
    "Keys of the body that count; others are passed over.",
  ),
  onConflict: parameter(
    "on_conflict",
    "query",
    "Unique columns by which a row is known to be there already; the primary key if not given.",
  ),
  range: parameter(
    "Range",
    "header",
    "Rows from the first to the last, counted from 0: `0-24`.",
  ),
  preferRead: parameter(
    "Prefer",
    "header",
    "`count=exact`, `planned` or `estimated` for the total in `Content-Range`; `handling=strict`; `timezone=…`.",
  ),
  preferInsert: parameter(
    "Prefer",
    "header",
    "`return=representation` for the rows, `minimal`, `headers-only`; `resolution=merge-duplicates` or `ignore-duplicates` for rows that are there already; `missing=default`; `count=…`; `tx=rollback`; `timezone=…`.",
  ),
  preferUpdate: parameter(
    "Prefer",
    "header",
    "`return=representation` for the rows, `minimal`, `headers-only`; `handling=strict,max-affected=N` to refuse touching more rows than N; `missing=default`; `count=…`; `tx=rollback`; `timezone=…`.",
  ),
  preferCall: parameter(
    "Prefer",
    "header",
    "`count=exact` for the total of rows; `handling=strict,max-affected=N`; `tx=rollback`; `timezone=…`.",
  ),
  profileRead: parameter(
    "Accept-Profile",
    "header",
    "Schema, if it is not the first one.",
  ),
  profileWrite: parameter(
    "Content-Profile",
    "header",
    "Schema, if it is not the first one.",
  ),
} satisfies Record<string, JsonSchema>;

const failure = (description: string): JsonSchema => ({
  description,
  content: {
    "application/json": { schema: { $ref: "#/components/schemas/RestError" } },
  },
});

const responses = {
  RestBadRequest: failure(
    "The request, a name or a value in it is not valid (PGRST1xx, PGRST2xx, a SQLSTATE).",
  ),
  RestUnauthorized: {
    ...failure(
      "The token is no good (PGRST301, PGRST303), or role `anon` may not do this (42501).",
    ),
    headers: {
      "WWW-Authenticate": { description: "RFC 6750.", schema: text },
    },
  },
  RestForbidden: failure(
    "The role may not do this, or a row policy forbids the row (42501).",
  ),
  RestNotFound: failure(
    "No such table, view or function (PGRST205, PGRST202).",
  ),
  RestNotAcceptable: failure(
    "Not exactly one row where one was asked for (PGRST116), no such media type (PGRST107) or schema (PGRST106).",
  ),
  RestConflict: failure(
    "A unique constraint (23505) or a foreign key (23503) is in the way.",
  ),
  RestRange: failure("No such range of rows (PGRST103)."),
  RestError: failure("Any other failure."),
} satisfies Record<string, JsonSchema>;

/** Headers of answers with rows. */
export const rowHeaders: JsonSchema = {
  "Content-Range": {
    description: "First and last row, and the total if it was asked for.",
    schema: text,
    example: "0-24/*",
  },
};

/** Name of a shared parameter. */
export type SharedParameter = keyof typeof parameters;

/** Name of a shared answer. */
export type SharedAnswer = keyof typeof responses;

/**
 * @param names Shared parameters.
 * @returns What stands for them in an operation.
 */
export function shared(...names: readonly SharedParameter[]): JsonSchema[] {
  return names.map((name) => ({
    $ref: `#/components/parameters/rest.${name}`,
  }));
}

/**
 * @param failures Status → shared answer.
 * @returns What stands for them in an operation, with what every operation can answer.
 */
export function sharedAnswers(
  failures: Readonly<Record<number, SharedAnswer>>,
): Record<string, JsonSchema> {
  const all: Record<string, SharedAnswer> = {
    400: "RestBadRequest",
    401: "RestUnauthorized",
    403: "RestForbidden",
    404: "RestNotFound",
    406: "RestNotAcceptable",
    ...failures,
    default: "RestError",
  };
  return Object.fromEntries(
    Object.entries(all).map(([status, name]) => [
      status,
      { $ref: `#/components/responses/${name}` },
    ]),
  );
}

/** Parts that the document holds once. */
export const restComponents: Readonly<
  Record<"parameters" | "responses" | "schemas", Record<string, JsonSchema>>
> = {
  parameters: Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [`rest.${name}`, value]),
  ),
  responses,
  schemas: {
    RestError: {
      type: "object",
      required: ["code", "message", "details", "hint"],
      properties: {
        code: {
          type: "string",
          description: "PostgREST's code or a SQLSTATE.",
        },
        message: { type: "string" },
        details: {},
        hint: { type: ["string", "null"] },
      },
    },
  },
};
