/**
 * Pictures of schemas, written by hand.
 *
 * @module
 */

import type {
  ExposedSchema,
  Relation,
  Relationship,
  RestArgument,
  RestColumn,
  RestFunction,
  SchemaPicture,
} from "../../lib/rest/schema/picture.ts";

/**
 * @param name Name of a column.
 * @param baseType Its type.
 * @param more What differs from a nullable column without a default.
 * @returns The column.
 */
export function column(
  name: string,
  baseType: string,
  more: Partial<RestColumn> = {},
): RestColumn {
  return {
    name,
    type: baseType,
    castType: baseType,
    baseType,
    typeKind: baseType.startsWith("_") ? "a" : "b",
    nullable: true,
    generated: false,
    ...more,
  };
}

/**
 * @param name Name of a relation.
 * @param columns Its columns.
 * @param more What differs from a table with a primary key `id`.
 * @returns The relation.
 */
export function relation(
  name: string,
  columns: readonly RestColumn[],
  more: Partial<Relation> = {},
): Relation {
  return {
    oid: 0,
    schema: "public",
    name,
    kind: "table",
    columns: new Map(columns.map((each) => [each.name, each])),
    computed: new Map(),
    primaryKey: ["id"],
    insertable: true,
    updatable: true,
    deletable: true,
    rowSecurity: false,
    ...more,
  };
}

/**
 * @param name Name of an argument.
 * @param baseType Its type.
 * @param more What differs from one that is needed.
 * @returns The argument.
 */
export function argument(
  name: string,
  baseType: string,
  more: Partial<RestArgument> = {},
): RestArgument {
  return {
    name,
    type: baseType,
    castType: baseType,
    baseType,
    typeKind: baseType.startsWith("_") ? "a" : "b",
    optional: false,
    variadic: false,
    ...more,
  };
}

/**
 * @param name Name of a function.
 * @param list Its arguments.
 * @param more What differs from a volatile one that gives nothing.
 * @returns The function.
 */
export function routine(
  name: string,
  list: readonly RestArgument[],
  more: Partial<RestFunction> = {},
): RestFunction {
  return {
    oid: 0,
    schema: "public",
    name,
    arguments: list,
    returns: { kind: "void" },
    volatility: "volatile",
    ...more,
  };
}

/** What one schema holds. */
export interface SchemaParts {
  name?: string;
  relations?: readonly Relation[];
  functions?: readonly RestFunction[];
  relationships?: readonly Relationship[];
}

/**
 * @param schemas What each schema holds; the first is called `public` if it has no name.
 * @returns The picture.
 */
export function picture(...schemas: readonly SchemaParts[]): SchemaPicture {
  const list = schemas.map((
    { name = "public", relations = [], functions = [], relationships = [] },
  ): ExposedSchema => ({
    name,
    relations: new Map(relations.map((each) => [each.name, each])),
    functions: Map.groupBy(functions, (each) => each.name),
    relationships: Map.groupBy(relationships, ({ from }) => from.name),
  }));
  return { schemas: new Map(list.map((each) => [each.name, each])) };
}

/**
 * @returns A shop: tables, a view and functions with what columns and arguments can have.
 */
export function shop(): SchemaPicture {
  const authors = relation("authors", [
    column("id", "int8", {
      type: "bigint",
      nullable: false,
      generated: true,
      comment: "Counted by the database.",
    }),
    column("name", "varchar", {
      type: "character varying(80)",
      nullable: false,
      maxLength: 80,
    }),
    column("born", "date"),
  ]);
  const books = relation("books", [
    column("id", "uuid", { nullable: false, default: "gen_random_uuid()" }),
    column("title", "text", { nullable: false, comment: "As on the cover." }),
    column("author_id", "int8", { type: "bigint", nullable: false }),
    column("state", "mood", {
      type: "mood",
      typeKind: "e",
      enumValues: ["draft", "out"],
      nullable: false,
      default: "'draft'::mood",
    }),
    column("price", "numeric", { type: "numeric(8,2)" }),
    column("copies", "int4", { type: "integer", default: "0" }),
    column("tags", "_text", { type: "text[]", default: "'{}'::text[]" }),
    column("extra", "jsonb"),
    column("added_at", "timestamptz", {
      type: "timestamp with time zone",
      nullable: false,
      default: "now()",
    }),
  ], { comment: "What is for sale.", rowSecurity: true });
  const cheap = relation("cheap_books", [
    column("title", "text"),
    column("price", "numeric"),
  ], {
    kind: "view",
    primaryKey: [],
    insertable: false,
    updatable: false,
    deletable: false,
  });
  const strange = relation('Größe & "Maß" / {x}', [
    column("a.b", "int4"),
    column('say "hi"', "text"),
    column("order", "int4"),
    column("__proto__", "text"),
  ], { primaryKey: [] });
  const key: Relationship = {
    from: books,
    to: authors,
    cardinality: "many-to-one",
    constraint: "books_author_id_fkey",
    columns: [["author_id", "id"]],
    holdsKey: true,
  };
  return picture({
    relations: [authors, books, cheap, strange],
    relationships: [key, {
      ...key,
      from: authors,
      to: books,
      cardinality: "one-to-many",
      columns: [["id", "author_id"]],
      holdsKey: false,
    }],
    functions: [
      routine("search_books", [
        argument("words", "text"),
        argument("most", "int4", { type: "integer", optional: true }),
      ], {
        volatility: "stable",
        comment: "Books with the words in their title.",
        returns: {
          kind: "rows",
          set: true,
          relation: books,
          columns: books.columns,
        },
      }),
      routine("add", [argument("a", "int4"), argument("b", "int4")], {
        volatility: "immutable",
        returns: {
          kind: "scalar",
          set: false,
          type: "integer",
          baseType: "int4",
        },
      }),
      routine("add", [argument("a", "_int4", { type: "integer[]" })], {
        volatility: "immutable",
        returns: {
          kind: "scalar",
          set: false,
          type: "integer",
          baseType: "int4",
        },
      }),
      routine("keep", [argument("", "jsonb")]),
    ],
  });
}
