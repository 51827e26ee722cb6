/**
 * Turns the description of a route into an operation of the document.
 *
 * @module
 */

import type { ProblemCode } from "../base/problem.ts";
import { statusOf } from "../http/status.ts";
import { toJsonSchema } from "./answers.ts";
import type {
  AnswerDescription,
  QueryDescription,
  RouteDescription,
} from "./description.ts";
import { type JsonSchema, schemaRef } from "./json_schema.ts";

/** Failures that any route may answer. */
const general: readonly ProblemCode[] = [
  "server_busy",
  "storage_failed",
  "statement_timeout",
  "internal_error",
];

/** Failures of whatever has a body. */
const ofBodies: readonly ProblemCode[] = [
  "bad_json",
  "validation_failed",
  "request_timeout",
  "payload_too_large",
  "unsupported_media_type",
];

function parameter(
  { name, description, words, required = false }: QueryDescription,
): JsonSchema {
  return {
    name,
    in: "query",
    required,
    description,
    schema: {
      type: "string",
      ...(words === undefined ? {} : { enum: words }),
    },
  };
}

function answer(
  { description, schema, type = "application/json" }: AnswerDescription,
): JsonSchema {
  if (schema === undefined) return { description };
  return {
    description,
    content: {
      [type]: {
        schema: typeof schema === "string" ? schemaRef(schema) : schema,
      },
    },
  };
}

function failure(codes: readonly ProblemCode[]): JsonSchema {
  return answer({
    description: codes.map((code) => `\`${code}\``).join(", "),
    schema: "Problem",
  });
}

/** Failures of one status are one answer, which lists their codes. */
function failures(codes: readonly ProblemCode[]): Record<string, JsonSchema> {
  return Object.fromEntries(
    [...Map.groupBy(new Set(codes), statusOf)].map(([status, list]) => [
      status,
      failure(list),
    ]),
  );
}

function requestBody(
  { schemas, example, optional = false }: NonNullable<RouteDescription["body"]>,
): JsonSchema {
  const bodies = schemas.map((schema) => toJsonSchema(schema, "input"));
  return {
    required: !optional,
    content: {
      "application/json": {
        schema: bodies.length === 1 ? bodies[0] : { anyOf: bodies },
        example,
      },
    },
  };
}

function security(bearer: RouteDescription["bearer"]): JsonSchema[] {
  if (bearer === undefined) return [];
  return bearer === "needed" ? [{ bearer: [] }] : [{ bearer: [] }, {}];
}

/**
 * Builds the operation.
 *
 * @param description What the route says of itself.
 * @returns An Operation Object (OpenAPI 3.1, 4.8.10).
 */
export function operation(
  { id, tag, summary, description, ...route }: RouteDescription,
): JsonSchema {
  const { query = [], body, bearer, answers, problems = [] } = route;
  const codes = [
    ...problems,
    ...(bearer === "needed" ? ["invalid_token" as const] : []),
    ...(body === undefined ? [] : ofBodies),
  ];
  return {
    tags: [tag],
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(query.length === 0 ? {} : { parameters: query.map(parameter) }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: {
      ...failures(codes),
      ...Object.fromEntries(
        Object.entries(answers).map((
          [status, each],
        ) => [status, answer(each)]),
      ),
      default: failure(general),
    },
    security: security(bearer),
  };
}

/**
 * Groups descriptions by path.
 *
 * @param descriptions What the routes say of themselves.
 * @returns A Path Item Object for each path.
 */
export function pathItems(
  descriptions: readonly RouteDescription[],
): Record<string, JsonSchema> {
  const items: Record<string, Record<string, JsonSchema>> = {};
  for (const each of descriptions) {
    (items[each.path] ??= {})[each.method.toLowerCase()] = operation(each);
  }
  return items;
}
