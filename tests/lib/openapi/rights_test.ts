/** Nobody is shown more of a schema than they can use. */
import { deepEqual, equal } from "node:assert/strict";
import { silentLog } from "../../../lib/base/log.ts";
import { createDocuments } from "../../../lib/openapi/documents.ts";
import { SchemaCache } from "../../../lib/rest/schema/schema_cache.ts";
import { restDatabase } from "../rest/schema/support.ts";

const statements = `
  CREATE TABLE open (id int PRIMARY KEY, name text);
  CREATE TABLE part (id int PRIMARY KEY, secret text);
  CREATE TABLE inbox (id int PRIMARY KEY);
  CREATE TABLE closed (id int PRIMARY KEY, open int REFERENCES open);
  CREATE FUNCTION everybody() RETURNS SETOF closed LANGUAGE sql STABLE AS 'SELECT * FROM closed';
  CREATE FUNCTION nobody() RETURNS int LANGUAGE sql AS 'SELECT 1';
  REVOKE ALL ON part, inbox, closed FROM anon;
  GRANT SELECT (id) ON part TO anon;
  GRANT INSERT ON inbox TO anon;
  REVOKE ALL ON FUNCTION nobody() FROM PUBLIC, anon;
`;

Deno.test("createDocuments() shows a role what it may use", async (t) => {
  await using database = await restDatabase(statements);
  const { engine, session: db, run } = database;
  const cache = new SchemaCache({
    engine,
    schemas: ["public"],
    log: silentLog,
  });
  const write = createDocuments({
    version: "1",
    routes: [],
    db,
    monotonic: () => 0,
  });
  const written = async (role?: string) => {
    const picture = await cache.current();
    const { bytes } = await write({ restOnly: true, picture, role });
    return new TextDecoder().decode(bytes);
  };
  const methods = async (role?: string) => {
    const { paths } = JSON.parse(await written(role));
    return Object.fromEntries(
      Object.entries<Record<string, unknown>>(paths).map(([path, item]) => [
        path.slice("/rest/v1/".length),
        Object.keys(item).join(" "),
      ]),
    );
  };
  const all = "get post patch put delete";

  await t.step("by table, column and method", async () => {
    deepEqual(await methods("anon"), {
      "inbox": "post",
      "open": all,
      "part": "get",
      "rpc/everybody": "get post",
    });
  });

  await t.step("without a word of the rest", async () => {
    const text = await written("anon");
    equal(/closed|nobody/.test(text), false);
    equal(/#\/components\/schemas\/row\.closed/.test(text), false);
  });

  await t.step(
    "all of it to who may use all, or when nobody is asked",
    async () => {
      const whole = {
        closed: all,
        inbox: all,
        open: all,
        part: all,
        "rpc/everybody": "get post",
        "rpc/nobody": "post",
      };
      deepEqual(await methods("service_role"), whole);
      deepEqual(await methods(), whole);
    },
  );

  await t.step("what was granted meanwhile", async () => {
    await run("GRANT ALL ON closed TO anon");
    equal((await methods("anon"))["closed"], all);
    await run("REVOKE USAGE ON SCHEMA public FROM anon, PUBLIC");
    deepEqual(await methods("anon"), {});
  });
});
