/**
 * The functions of one name in the document.
 *
 * @module
 */

import type {
  ExposedSchema,
  RestArgument,
  RestFunction,
} from "../rest/schema/picture.ts";
import { type JsonSchema, operationId, schemaRef } from "./json_schema.ts";
import { reservedName, rowSchema } from "./rest_columns.ts";
import {
  objectType,
  rowHeaders,
  shared,
  sharedAnswers,
} from "./rest_common.ts";
import { type Place, rowKey } from "./rest_relation.ts";
import { sampleOf, typeSchema } from "./type_schema.ts";

/** Media types of a body that is the one unnamed argument, by the argument's type. */
const rawBodies: Readonly<Record<string, string>> = {
  json: "application/json",
  jsonb: "application/json",
  text: "text/plain",
  xml: "text/xml",
  bytea: "application/octet-stream",
};

function rawType({ arguments: [only, ...more] }: RestFunction) {
  return only !== undefined && only.name === "" && more.length === 0
    ? rawBodies[only.baseType]
    : undefined;
}

function argumentSchema(argument: RestArgument): JsonSchema {
  const schema = typeSchema(argument);
  return { ...schema, description: `\`${argument.type}\`.` };
}

function argumentsSchema({ arguments: list }: RestFunction): JsonSchema {
  const required = list.filter(({ optional, variadic }) =>
    !optional && !variadic
  );
  return {
    type: "object",
    properties: Object.fromEntries(
      list.map((each) => [each.name, argumentSchema(each)]),
    ),
    ...(required.length > 0
      ? { required: required.map(({ name }) => name) }
      : {}),
  };
}

function sampleArguments(
  { arguments: list }: RestFunction,
): Record<string, unknown> {
  return Object.fromEntries(
    list.filter(({ optional }) => !optional).map((each) => [
      each.name,
      sampleOf(each),
    ]),
  );
}

function resultSchema(
  { returns }: RestFunction,
  { name, relations }: ExposedSchema,
): JsonSchema | undefined {
  switch (returns.kind) {
    case "void":
      return undefined;
    case "scalar": {
      const item = typeSchema({
        ...returns,
        typeKind: kindOf(returns.baseType),
      });
      return returns.set ? { type: "array", items: item } : item;
    }
    case "rows": {
      const { relation } = returns;
      // Rows of what the document does not show are shown by their columns.
      const item = relation?.schema === name && relations.has(relation.name)
        ? schemaRef(rowKey(relation))
        : rowSchema(returns.columns.values());
      return returns.set ? { type: "array", items: item } : item;
    }
  }
}

function kindOf(baseType: string): "a" | "b" {
  return baseType.startsWith("_") ? "a" : "b";
}

function body(functions: readonly RestFunction[]): JsonSchema | undefined {
  const named = functions.filter((each) => rawType(each) === undefined);
  const content: Record<string, JsonSchema> = {};
  for (const each of functions) {
    const type = rawType(each);
    if (type !== undefined) {
      content[type] = {
        schema: type === "application/json" ? {} : { type: "string" },
      };
    }
  }
  const [first, ...others] = named;
  if (first !== undefined) {
    content["application/json"] = {
      schema: others.length === 0
        ? argumentsSchema(first)
        : { anyOf: named.map(argumentsSchema) },
      example: sampleArguments(first),
    };
  }
  return { required: false, content };
}

/** Arguments in the query string: those of every function of the name. */
function queryArguments(functions: readonly RestFunction[]): JsonSchema[] {
  const names = new Set(
    functions.flatMap((each) => each.arguments.map(({ name }) => name)),
  );
  names.delete("");
  return [...names].filter((name) => !reservedName.test(name)).map((name) => {
    const found = functions.map((each) =>
      each.arguments.find((argument) => argument.name === name)
    );
    const types = new Set(found.flatMap((each) => each?.type ?? []));
    const array = found.some((each) => each?.typeKind === "a");
    return {
      name,
      in: "query",
      required: found.every((each) =>
        each !== undefined && !each.optional && !each.variadic
      ),
      description: `${[...types].map((type) => `\`${type}\``).join(" or ")}${
        array ? ", written `{1,2}`" : ""
      }.`,
      schema: { type: "string" },
    };
  });
}

/**
 * Describes the functions of one name.
 *
 * @param functions At least one; several differ in their arguments.
 * @param place Where they are shown.
 * @returns Key and item of the path.
 */
export function functionPath(
  functions: readonly [RestFunction, ...RestFunction[]],
  { schema: shown, tag, profiles }: Omit<Place, "readable">,
): readonly [key: string, item: JsonSchema] {
  const [{ name }] = functions;
  const comments = functions.flatMap(({ comment }) => comment ?? []);
  const results = new Map(
    functions.flatMap((each) => {
      const schema = resultSchema(each, shown);
      return schema === undefined
        ? []
        : [[JSON.stringify(schema), schema] as const];
    }),
  );
  const hasRows = functions.some(({ returns }) => returns.kind === "rows");
  const schemas = [...results.values()];
  const schema = schemas.length === 1 ? schemas[0] : { anyOf: schemas };
  const responses = {
    ...(schemas.length === 0 ? {} : {
      200: {
        description: "The result.",
        ...(hasRows ? { headers: rowHeaders } : {}),
        content: {
          "application/json": { schema },
          ...(hasRows
            ? {
              [objectType]: { schema: { type: "object" } },
              "text/csv": { schema: { type: "string" } },
            }
            : {}),
        },
      },
    }),
    ...(functions.some(({ returns }) => returns.kind === "void")
      ? { 204: { description: "Done." } }
      : {}),
    ...sharedAnswers({ 405: "RestError" }),
  };
  const common = (verb: string) => ({
    tags: [tag],
    operationId: operationId(verb, name),
    summary: `Call ${name}`,
    ...(comments.length === 0 ? {} : { description: comments.join("\n\n") }),
  });
  const shape = hasRows
    ? shared("select", "order", "limit", "offset", "or", "preferCall")
    : shared("preferCall");
  const reading = functions.filter(({ volatility }) =>
    volatility !== "volatile"
  );
  return [`/rest/v1/rpc/${encodeURIComponent(name)}`, {
    ...(reading.length === 0 ? {} : {
      get: {
        ...common("get"),
        parameters: [
          ...queryArguments(reading),
          ...shape,
          ...(profiles ? shared("profileRead") : []),
        ],
        responses,
      },
    }),
    post: {
      ...common("call"),
      parameters: [...shape, ...(profiles ? shared("profileWrite") : [])],
      requestBody: body(functions),
      responses,
    },
  }];
}
