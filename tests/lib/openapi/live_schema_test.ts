/** The document of a real database. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { Validator } from "@seriousme/openapi-schema-validator";
import { silentLog } from "../../../lib/base/log.ts";
import { slices } from "../../../lib/base/slices.ts";
import { firstRow } from "../../../lib/engine/rows.ts";
import { documentText } from "../../../lib/openapi/document.ts";
import { sampleOf } from "../../../lib/openapi/type_schema.ts";
import { SchemaCache } from "../../../lib/rest/schema/schema_cache.ts";
import { fixture, restDatabase } from "../rest/schema/support.ts";

// deno-lint-ignore no-explicit-any -- tests look into it
type Document = any;

async function written(
  cache: SchemaCache,
  schema = "public",
): Promise<Document> {
  const text = await documentText({
    version: "1",
    routes: [],
    picture: await cache.current(),
    schema,
    slices: slices(() => 0),
  });
  return JSON.parse(text.join(""));
}

Deno.test("documentText() describes a real schema, as it is now", async (t) => {
  await using database = await restDatabase(await fixture());
  const { engine, run } = database;
  const cache = new SchemaCache({
    engine,
    schemas: ["public", "api"],
    log: silentLog,
  });

  await t.step("as the OpenAPI 3.1 schema allows", async () => {
    const document = await written(cache, "api");
    const { valid, errors } = await new Validator().validate(document);
    ok(valid, JSON.stringify(errors));
    ok(Object.keys(document.paths).length > 20);
  });

  await t.step("without the tables of the auth server", async () => {
    for (const schema of ["public", "api"]) {
      const text = JSON.stringify(await written(cache, schema));
      equal(text.includes("_auth_"), false);
    }
  });

  await t.step("with a table the moment it exists", async () => {
    await run(`
      CREATE TYPE paint AS ENUM ('red', 'blue');
      CREATE TABLE cars (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        plate varchar(8) NOT NULL,
        color paint NOT NULL DEFAULT 'red',
        seats smallint DEFAULT 4,
        tags text[],
        bought timestamptz NOT NULL DEFAULT now()
      );
      COMMENT ON TABLE cars IS 'What drives.';
      COMMENT ON COLUMN cars.plate IS 'As registered.';
      CREATE FUNCTION price_of(seats int, taxes numeric DEFAULT 0.2) RETURNS numeric
        LANGUAGE sql STABLE AS 'SELECT seats * (1 + taxes)';
    `);
    const document = await written(cache);
    const { paths, components, tags } = document;
    deepEqual(Object.keys(paths["/rest/v1/cars"]), [
      "get",
      "post",
      "patch",
      "put",
      "delete",
    ]);
    const { id, plate, color, seats, tags: words, bought } =
      components.schemas["row.cars"].properties;
    deepEqual([id.type, id.readOnly], ["integer", true]);
    deepEqual([plate.type, plate.maxLength], ["string", 8]);
    ok(plate.description.startsWith("As registered."));
    deepEqual([color.enum, color.default], [["red", "blue"], "red"]);
    deepEqual([seats.type, seats.default], [["integer", "null"], 4]);
    deepEqual(words.type, ["array", "null"]);
    deepEqual([bought.type, bought.format], ["string", "date-time"]);
    deepEqual(components.schemas["new.cars"].required, ["plate"]);
    ok(
      tags.find(({ name }: Document) => name === "cars").description
        .startsWith("What drives."),
    );
    const call = paths["/rest/v1/rpc/price_of"];
    deepEqual(
      call.post.requestBody.content["application/json"].schema.required,
      ["seats"],
    );
    equal(
      call.post.responses[200].content["application/json"].schema.type,
      "number",
    );
    ok("get" in call);
  });

  await t.step("and without it when it is gone", async () => {
    await run("DROP TABLE cars");
    equal("/rest/v1/cars" in (await written(cache)).paths, false);
  });
});

const types = [
  "bool",
  "int2",
  "int4",
  "int8",
  "numeric",
  "float4",
  "float8",
  "text",
  "varchar",
  "uuid",
  "date",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
  "interval",
  "json",
  "jsonb",
  "bytea",
  "tsvector",
];

Deno.test("sampleOf() gives values that the database takes", async () => {
  await using database = await restDatabase("SELECT 1");
  const refused: string[] = [];
  for (const type of types) {
    const sample = sampleOf({ type, baseType: type, typeKind: "b" });
    const text = typeof sample === "object"
      ? JSON.stringify(sample)
      : String(sample);
    try {
      const result = await database.session.query(
        `SELECT ($1::text)::${type} IS NOT NULL AS taken`,
        [text],
      );
      if (firstRow(result)?.["taken"] !== true) refused.push(type);
    } catch (error) {
      refused.push(
        `${type}: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
  deepEqual(refused, []);
});
