/**
 * Pieces of JSON Schema 2020-12, the dialect of OpenAPI 3.1.
 *
 * @module
 */

/** A schema. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/**
 * @param name Name of a schema among the document's components.
 * @returns Schema that stands for it.
 */
export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/**
 * Allows `null` beside what a schema allows.
 *
 * @param schema The schema.
 * @returns The wider one.
 */
export function nullable(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema;
  // Without a type everything is allowed already.
  if (typeof type !== "string") return schema;
  return {
    ...schema,
    type: [type, "null"],
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
}

/**
 * Makes a key of `components` out of names, which may hold anything while a key may not (OpenAPI 3.1,
 * 4.8.7.1). Different names give different keys.
 *
 * @param names Names, for example of a table and a column.
 * @returns The key.
 */
export function componentKey(...names: readonly string[]): string {
  return names.map((name) =>
    name.replace(
      /[^A-Za-z0-9_]/gu,
      (character) => `-${character.codePointAt(0)?.toString(16)}-`,
    )
  ).join(".");
}

/**
 * @param verb What is done, a word.
 * @param name With what, any name.
 * @returns Identifies the operation, in links to it too.
 */
export function operationId(verb: string, name: string): string {
  return `${verb}_${componentKey(name)}`;
}
