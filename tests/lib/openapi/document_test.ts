import { deepEqual, equal, match, ok } from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { documentText } from "../../../lib/openapi/document.ts";
import { slices } from "../../../lib/base/slices.ts";
import type {
  Relationship,
  SchemaPicture,
} from "../../../lib/rest/schema/picture.ts";
import { descriptions } from "../../../routes/descriptions.ts";
import { openapiDescriptions } from "../../../routes/openapi.ts";
import {
  argument,
  column,
  picture,
  relation,
  routine,
  shop,
} from "../../support/schema_picture.ts";

// deno-lint-ignore no-explicit-any -- tests look into it
type Document = any;

async function written(
  of: SchemaPicture | undefined,
  schema?: string,
): Promise<Document> {
  const text = await documentText({
    version: "1.2.3",
    routes: [...descriptions, ...openapiDescriptions],
    picture: of,
    schema,
    slices: slices(() => 0),
  });
  return JSON.parse(text.join(""));
}

/** Every object in a value, with the path to it. */
function* objects(
  value: unknown,
  path = "#",
): Generator<[path: string, object: Record<string, unknown>]> {
  if (typeof value !== "object" || value === null) return;
  yield [path, value as Record<string, unknown>];
  for (const [key, each] of Object.entries(value)) {
    yield* objects(each, `${path}/${key}`);
  }
}

const document = await written(shop());
const books = document.paths["/rest/v1/books"];

Deno.test("documentText() writes what the OpenAPI 3.1 schema allows", async () => {
  const { valid, errors } = await new Validator().validate(document);
  ok(valid, JSON.stringify(errors));
});

Deno.test("documentText() refers to nothing that is not there", () => {
  const missing: string[] = [];
  let count = 0;
  for (const [path, { $ref }] of objects(document)) {
    if (typeof $ref !== "string") continue;
    count++;
    const found = $ref.slice(2).split("/").reduce(
      (at: Document, key) => at?.[key],
      document,
    );
    if (found === undefined) missing.push(`${path}: ${$ref}`);
  }
  deepEqual(missing, []);
  ok(count > 100);
});

Deno.test("documentText() uses each operationId and each parameter of an operation once", () => {
  const ids: string[] = [];
  for (const [path, operation] of objects(document.paths)) {
    if (typeof operation["operationId"] !== "string") continue;
    ids.push(operation["operationId"]);
    const names = ((operation["parameters"] ?? []) as Document[]).map((
      each,
    ) => {
      const { name, in: place } = each.$ref === undefined
        ? each
        : document.components.parameters[each.$ref.split("/").at(-1)];
      return `${place} ${name}`;
    });
    deepEqual(names, [...new Set(names)], path);
  }
  deepEqual(ids, [...new Set(ids)]);
});

Deno.test("documentText() gives a table the methods that it can serve", () => {
  const methods = (name: string) =>
    Object.keys(document.paths[`/rest/v1/${name}`]);
  deepEqual(methods("books"), ["get", "post", "patch", "put", "delete"]);
  deepEqual(methods("cheap_books"), ["get"]);
  deepEqual(methods(encodeURIComponent('Größe & "Maß" / {x}')), [
    "get",
    "post",
    "patch",
    "delete",
  ]);
});

Deno.test("documentText() describes the rows of a table", () => {
  deepEqual(document.components.schemas["row.books"].properties, {
    id: {
      type: "string",
      format: "uuid",
      description: "`uuid`, primary key, by default `gen_random_uuid()`.",
    },
    title: { type: "string", description: "As on the cover.\n\n`text`." },
    author_id: {
      type: "integer",
      format: "int64",
      description: "`bigint`, references `authors.id`.",
    },
    state: {
      type: "string",
      enum: ["draft", "out"],
      description: "`mood`.",
      default: "draft",
    },
    price: { type: ["number", "null"], description: "`numeric(8,2)`." },
    copies: {
      type: ["integer", "null"],
      format: "int32",
      description: "`integer`.",
      default: 0,
    },
    tags: {
      type: ["array", "null"],
      items: { type: ["string", "null"] },
      description: "`text[]`, by default `'{}'::text[]`.",
    },
    extra: { description: "`jsonb`." },
    added_at: {
      type: "string",
      format: "date-time",
      description: "`timestamp with time zone`, by default `now()`.",
    },
  });
  deepEqual(document.components.schemas["new.books"].required, [
    "title",
    "author_id",
  ]);
  const { id, name } = document.components.schemas["row.authors"].properties;
  equal(id.readOnly, true);
  equal(name.maxLength, 80);
  match(
    document.tags.find((tag: Document) => tag.name === "books").description,
    /^What is for sale\.\n\nA table; row policies .* can embed `authors`\.$/,
  );
});

Deno.test("documentText() says which table a column refers to, not which views of it", async () => {
  const owners = relation("owners", [column("id", "int4")]);
  const cars = relation("cars", [column("owner", "int4")]);
  const key: Relationship = {
    from: cars,
    to: owners,
    cardinality: "many-to-one",
    constraint: "cars_owner_fkey",
    columns: [["owner", "id"]],
    holdsKey: true,
  };
  const view = relation("all_owners", [column("id", "int4")], { kind: "view" });
  const { components } = await written(picture({
    relations: [cars, owners, view],
    relationships: [{ ...key, to: view }, key, { ...key, to: view }],
  }));
  equal(
    components.schemas["row.cars"].properties.owner.description,
    "`int4`, references `owners.id`.",
  );
});

Deno.test("documentText() fills in a new row with what has no default", () => {
  deepEqual(books.post.requestBody.content["application/json"].example, {
    title: "text",
    author_id: 1,
    price: 9.5,
    extra: { key: "value" },
  });
});

Deno.test("documentText() gives each column a filter with the operators of its type", () => {
  const filter = (name: string) =>
    document.components.parameters[`filter.books.${name}`].description;
  match(filter("title"), /\bilike, match, imatch, fts, plfts, phfts, wfts\b/);
  match(filter("tags"), /\bcs, cd, ov\b/);
  match(
    filter("price"),
    /^`numeric\(8,2\)`: eq, neq, gt, gte, lt, lte, in, is, isdistinct;/,
  );
});

Deno.test("documentText() quotes names and leaves out those that mean something else", () => {
  const names = Object.entries<Document>(document.components.parameters)
    .filter(([key]) => key.startsWith("filter.Gr"))
    .map(([, { name }]) => name);
  deepEqual(names, ['"a.b"', '"say \\"hi\\""', "__proto__"]);
});

Deno.test("documentText() describes functions", () => {
  const search = document.paths["/rest/v1/rpc/search_books"];
  deepEqual(Object.keys(search), ["get", "post"]);
  equal(search.post.description, "Books with the words in their title.");
  deepEqual(search.post.requestBody.content["application/json"], {
    schema: {
      type: "object",
      properties: {
        words: { type: "string", description: "`text`." },
        most: { type: "integer", format: "int32", description: "`integer`." },
      },
      required: ["words"],
    },
    example: { words: "text" },
  });
  deepEqual(
    search.get.parameters.slice(0, 2).map((
      { name, required }: Document,
    ) => [name, required]),
    [["words", true], ["most", false]],
  );
  deepEqual(search.post.responses[200].content["application/json"].schema, {
    type: "array",
    items: { $ref: "#/components/schemas/row.books" },
  });

  const add = document.paths["/rest/v1/rpc/add"];
  equal(
    add.post.requestBody.content["application/json"].schema.anyOf.length,
    2,
  );
  deepEqual(
    add.get.parameters.slice(0, 2).map((
      { name, required }: Document,
    ) => [name, required]),
    [["a", true], ["b", false]],
  );

  const keep = document.paths["/rest/v1/rpc/keep"];
  deepEqual(Object.keys(keep), ["post"]);
  deepEqual(keep.post.requestBody.content, {
    "application/json": { schema: {} },
  });
  ok(keep.post.responses[204] !== undefined);
});

Deno.test("documentText() lets an argument have the name of a parameter", async () => {
  const { paths } = await written(picture({
    functions: [
      routine("page", [argument("limit", "int4"), argument("x", "int4")], {
        volatility: "stable",
        returns: { kind: "rows", set: true, columns: new Map() },
      }),
    ],
  }));
  const { parameters } = paths["/rest/v1/rpc/page"].get;
  deepEqual(
    parameters.flatMap(({ name }: Document) => name ?? []),
    ["x"],
  );
});

Deno.test("documentText() never names the auth tables, wherever they turn up", async () => {
  const users = relation("_auth_users", [
    column("id", "uuid"),
    column("encrypted_password", "text"),
  ]);
  const inner = { ...users, schema: "auth" };
  const owned = relation("notes", [column("id", "int4"), column("by", "uuid")]);
  const text = JSON.stringify(
    await written(picture({
      relations: [users, owned],
      relationships: [{
        from: owned,
        to: inner,
        cardinality: "many-to-one",
        constraint: "notes_by_fkey",
        columns: [["by", "id"]],
        holdsKey: true,
      }],
      functions: [
        routine("_auth_check", []),
        routine("everybody", [], {
          returns: {
            kind: "rows",
            set: true,
            relation: inner,
            columns: inner.columns,
          },
        }),
        routine("mail", [argument("u", "_auth_users", { typeKind: "c" })]),
      ],
    })),
  );
  ok(text.includes("/rest/v1/notes"));
  equal(/_auth_|encrypted_password/.test(text), false);
});

Deno.test("documentText() shows one schema at a time and how to choose", async () => {
  const two = picture(
    { relations: [relation("a", [column("id", "int4")])] },
    { name: "api", relations: [relation("b", [column("id", "int4")])] },
  );
  const first = await written(two);
  const second = await written(two, "api");

  ok("/rest/v1/a" in first.paths && !("/rest/v1/b" in first.paths));
  ok("/rest/v1/b" in second.paths && !("/rest/v1/a" in second.paths));
  const profile = { $ref: "#/components/parameters/rest.profileRead" };
  ok(
    first.paths["/rest/v1/a"].get.parameters.some((each: Document) =>
      each.$ref === profile.$ref
    ),
  );
});

Deno.test("documentText() keeps headings of its own apart from tables of the same name", async () => {
  const { tags } = await written(picture({
    relations: [relation("Auth", [column("id", "int4")])],
  }));
  deepEqual(tags.map(({ name }: Document) => name), [
    "Auth",
    "table Auth",
    "Realtime",
    "Server",
  ]);
});

Deno.test("documentText() lets others have their turn while it writes", async () => {
  const many = picture({
    relations: Array.from(
      { length: 300 },
      (_, index) =>
        relation(`t${index}`, [column("id", "int4"), column("name", "text")]),
    ),
  });
  let now = 0;
  let turns = 0;
  let writing = true;
  const others = () => {
    turns++;
    if (writing) setTimeout(others);
  };
  setTimeout(others);
  // Each look at the clock is a millisecond later, so a slice is over after a few tables.
  await documentText({
    version: "1",
    routes: [],
    picture: many,
    slices: slices(() => now++),
  });
  writing = false;
  const seen = turns;
  await new Promise((resolve) => setTimeout(resolve));
  ok(seen >= 20, `${seen} turns`);
});
