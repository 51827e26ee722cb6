/**
 * The operations on one table or view.
 *
 * @module
 */

import type { Relation } from "../rest/schema/picture.ts";
import { type JsonSchema, operationId, schemaRef } from "./json_schema.ts";
import { filterParameter, sampleRow } from "./rest_columns.ts";
import { shared, sharedAnswers, type SharedParameter } from "./rest_common.ts";

/** What the operations of one relation have in common. */
export interface RelationParts {
  readonly relation: Relation;
  /** Heading. */
  readonly tag: string;
  /** Whether there are other schemas to choose from. */
  readonly profiles: boolean;
  /** Whether its rows may be read. */
  readonly readable: boolean;
  /** What stands for the filters by its columns. */
  readonly filters: readonly JsonSchema[];
  /** Key of the schema of its rows. */
  readonly row: string;
  /** Key of the schema of new rows. */
  readonly newRow: string;
  /** Key of the answer with rows. */
  readonly rows: string;
}

function operation(
  { relation: { name }, tag }: RelationParts,
  verb: string,
  { summary, ...rest }: JsonSchema & { readonly summary: string },
): JsonSchema {
  return {
    tags: [tag],
    operationId: operationId(verb, name),
    summary: `${summary} ${name}`,
    ...rest,
  };
}

function rowsAnswer({ rows }: RelationParts): JsonSchema {
  return { $ref: `#/components/responses/${rows}` };
}

function profile(
  { profiles }: RelationParts,
  which: "profileRead" | "profileWrite",
): JsonSchema[] {
  return profiles ? shared(which) : [];
}

function jsonBody(schema: JsonSchema, example: unknown): JsonSchema {
  return {
    required: true,
    content: { "application/json": { schema, example } },
  };
}

function read(parts: RelationParts): JsonSchema {
  const answer = rowsAnswer(parts);
  return operation(parts, "read", {
    summary: "Read rows of",
    parameters: [
      ...parts.filters,
      ...shared("select", "order", "limit", "offset", "or"),
      ...shared("range", "preferRead"),
      ...profile(parts, "profileRead"),
    ],
    responses: {
      200: answer,
      206: answer,
      ...sharedAnswers({ 416: "RestRange" }),
    },
  });
}

function insert(parts: RelationParts): JsonSchema {
  const answer = rowsAnswer(parts);
  const one = schemaRef(parts.newRow);
  return operation(parts, "insert", {
    summary: "Insert into",
    parameters: [
      ...shared("select", "columns", "onConflict", "preferInsert"),
      ...profile(parts, "profileWrite"),
    ],
    requestBody: {
      required: true,
      content: {
        "application/json": {
          schema: { anyOf: [one, { type: "array", items: one }] },
          example: sampleRow(parts.relation.columns.values()),
        },
        "text/csv": { schema: { type: "string" } },
      },
    },
    responses: {
      200: answer,
      201: answer,
      ...sharedAnswers({ 409: "RestConflict" }),
    },
  });
}

/** PATCH and DELETE, which work on the rows that filters leave. */
function change(
  parts: RelationParts,
  { verb, summary, done, own }: {
    readonly verb: string;
    readonly summary: string;
    /** Past participle of what happens to a row. */
    readonly done: string;
    readonly own: readonly SharedParameter[];
  },
): JsonSchema {
  return operation(parts, verb, {
    summary,
    description: `Without a filter, every row that may be ${done} is.`,
    parameters: [
      ...parts.filters,
      ...shared("select", "order", "limit", "or", ...own, "preferUpdate"),
      ...profile(parts, "profileWrite"),
    ],
    responses: {
      200: rowsAnswer(parts),
      204: { description: `Done; also when no row was there to be ${done}.` },
      ...sharedAnswers({ 409: "RestConflict" }),
    },
  });
}

function update(parts: RelationParts): JsonSchema {
  const { relation: { columns, primaryKey }, row } = parts;
  const sample = Object.entries(sampleRow(columns.values()));
  const rest = sample.filter(([name]) => !primaryKey.includes(name));
  const example = Object.fromEntries(rest.length > 0 ? rest : sample);
  return {
    ...change(parts, {
      verb: "update",
      summary: "Update rows of",
      done: "changed",
      own: ["columns"],
    }),
    requestBody: jsonBody(schemaRef(row), example),
  };
}

/** `eq.` filters on the whole primary key; nothing if there is none, or one that no filter can name. */
function keyFilters({ primaryKey, columns }: Relation): JsonSchema[] {
  const filters = primaryKey.flatMap((name): JsonSchema[] => {
    const column = columns.get(name);
    const filter = column && filterParameter(column);
    return filter === undefined ? [] : [filter];
  });
  return filters.length < primaryKey.length ? [] : filters.map((filter) => ({
    ...filter,
    required: true,
    description: "`eq.` and the key in the body.",
  }));
}

function put(
  parts: RelationParts,
  keys: readonly JsonSchema[],
): JsonSchema {
  const { relation: { columns, primaryKey } } = parts;
  const answer = rowsAnswer(parts);
  const example = {
    ...sampleRow(primaryKey.flatMap((name) => columns.get(name) ?? [])),
    ...sampleRow(columns.values()),
  };
  return operation(parts, "put", {
    summary: "Insert or replace one row of",
    parameters: [
      ...keys,
      ...shared("select", "preferInsert"),
      ...profile(parts, "profileWrite"),
    ],
    requestBody: jsonBody(schemaRef(parts.newRow), example),
    responses: {
      200: answer,
      201: answer,
      204: { description: "Done." },
      ...sharedAnswers({ 405: "RestError", 409: "RestConflict" }),
    },
  });
}

/**
 * @param parts What the operations have in common.
 * @returns A Path Item Object with what the relation can do.
 */
export function relationOperations(parts: RelationParts): JsonSchema {
  const { insertable, updatable, deletable } = parts.relation;
  const keys = insertable && updatable ? keyFilters(parts.relation) : [];
  return {
    ...(parts.readable ? { get: read(parts) } : {}),
    ...(insertable ? { post: insert(parts) } : {}),
    ...(updatable ? { patch: update(parts) } : {}),
    ...(keys.length > 0 ? { put: put(parts, keys) } : {}),
    ...(deletable
      ? {
        delete: change(parts, {
          verb: "delete",
          summary: "Delete rows of",
          done: "deleted",
          own: [],
        }),
      }
      : {}),
  };
}
